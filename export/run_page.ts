/**
 * The page of one run: what was asked for, what came out, and how to go on.
 *
 * @module
 */

import project from "../deno.json" with { type: "json" };
import { DISPLAY, type Displayable } from "../src/notebook/jupyter.ts";
import { escapeHtml } from "../src/notebook/markup.ts";
import { duration } from "../src/notebook/progress.ts";
import { runFigure } from "../src/notebook/run_figure.ts";
import { type Cell, table } from "../src/notebook/table.ts";
import { FILES } from "../src/run_folder.ts";
import type { SavedRun } from "../src/saved_run.ts";
import { type TestAccuracies, testNames } from "../src/test_accuracy.ts";
import { html, style } from "./document.ts";
import { factList, provenanceLine } from "./head.ts";

/** The page of a saved run; `date` is when it was finished. */
export async function runPage(run: SavedRun, date: Date): Promise<string> {
  const { folder, config, data, backend, state } = run;
  const name = folder.replace(/^.*[/\\](?=[^/\\])/, "").replace(/[/\\]$/, "");
  const versions = { deno: Deno.version.deno, v8: Deno.version.v8 };
  const facts = {
    data: data.provenance,
    dataset: data.name,
    protocol: String(config.protocol),
    seeds: [Number(config.seed)],
    backend,
    versions,
  };
  const things = [{ kind: "facts", value: facts, cell: 1 }];
  const seconds = state.seconds.training + state.seconds.evaluation;
  return html(
    `Run ${name}`,
    await style(),
    `<header>
${provenanceLine(things)}
<h1>Run ${escapeHtml(name)}</h1>
${factList(things, { name, seconds, date, commit: "", klayer: project.version })}
</header>
<main>
${figures(run)}
${outcome(run)}
${settings(run)}
${epochs(run)}
${goOn(folder)}
</main>`,
  );
}

function figures({ state }: SavedRun): string {
  const { best, history, stopped } = state;
  const epochs = history.trainCost.length;
  const title = stopped !== null
    ? `The run stopped in epoch ${stopped.epoch}: ${stopped.reason}.`
    : `Cost and accuracy over ${epochs} ${epochs === 1 ? "epoch" : "epochs"}; ` +
      `the best validation accuracy is ${percent(best!.validationAccuracy)}, in epoch ${
        best!.epoch
      }.`;
  return output(runFigure({ number: 1, title, run: { ...history, stopped } }));
}

function outcome({ state, test }: SavedRun): string {
  const { best, history, seconds } = state;
  const rows: Cell[][] = [
    ["training cost before the first epoch", history.initialCost],
    ["training cost after the last epoch", history.trainCost.at(-1) ?? "–"],
    ["validation cost after the last epoch", history.validationCost.at(-1) ?? "–"],
    ["best validation accuracy", best === null ? "–" : percent(best.validationAccuracy)],
    ["in epoch", best === null ? "–" : String(best.epoch)],
    ...Object.entries(test).map(([name, accuracy]) => [
      testNames[name as keyof TestAccuracies],
      percent(accuracy),
    ]),
    ["time of training", duration(seconds.training)],
    ["time of evaluation", duration(seconds.evaluation)],
  ];
  return output(table({
    caption: "Table 1. What came out: costs in nats, the test accuracies of the best network.",
    columns: ["quantity", { name: "value", kind: "text" }],
    rows,
  }));
}

function settings({ config }: SavedRun): string {
  const said = Object.entries(config).filter(([, value]) => value !== null);
  return output(table({
    caption: "Table 2. The settings.",
    columns: ["setting", { name: "value", kind: "text" }],
    rows: said.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : `${value}`]),
  }));
}

function epochs({ state: { history } }: SavedRun): string {
  const { trainCost, validationCost, trainAccuracy, validationAccuracy } = history;
  const number = (name: string, group: string) => ({ name, group, kind: "number" as const });
  return output(table({
    caption: "Table 3. Epoch by epoch.",
    columns: [
      { name: "epoch", kind: "number" },
      number("training", "cost (nats)"),
      number("validation", "cost (nats)"),
      number("training", "accuracy (%)"),
      number("validation", "accuracy (%)"),
    ],
    rows: trainCost.map((cost, i) => [
      i + 1,
      cost.toFixed(6),
      validationCost[i].toFixed(6),
      trainAccuracy[i].toFixed(2),
      validationAccuracy[i].toFixed(2),
    ]),
    note: `All digits are in ${FILES.record}.`,
  }));
}

function goOn(folder: string): string {
  const place = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  const commands = `deno task train --resume ${place} --epochs 20   # more epochs
deno task evaluate ${place}                   # measure it again
deno task compare ${place} OTHER              # beside another run`;
  const python = `import numpy
run = numpy.load("${FILES.state}")
run["W1"], run["b1"]   # the first layer of the best network; last_W1: of the last one`;
  return `<div class="prose"><h2>Go on</h2>
<pre><code>${escapeHtml(commands)}</code></pre>
<p>The weights are in <code>${FILES.state}</code>, which NumPy reads:</p>
<pre><code>${escapeHtml(python)}</code></pre></div>`;
}

function output(shown: Displayable): string {
  return `<div class="output" tabindex="0">\n${shown[DISPLAY]()["text/html"]}\n</div>`;
}

function percent(accuracy: number): string {
  return `${accuracy.toFixed(2)}%`;
}
