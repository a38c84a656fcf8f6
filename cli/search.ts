/**
 * `deno task search`: run the report's coarse or fine search; print the best settings, or JSON.
 *
 * @module
 */

import { cifar10, type Dataset, openKernels } from "klayer/mod.ts";
import { duration } from "klayer/notebook/progress.ts";
import { closeRunPool } from "klayer/report/run_pool.ts";
import { journalPath, runSearch } from "klayer/report/run_search.ts";
import { trainOptions } from "klayer/report/spec.ts";
import { checkOptions } from "klayer/run.ts";
import { drawTrials, ranked, type Trial, type TrialResult } from "klayer/search.ts";
import { printResult, runCommand } from "./command.ts";
import { openInterrupt } from "./interrupt.ts";
import { imagesToTrain, loadImages } from "./load_images.ts";
import { readSearchConfig, type SearchConfig } from "./search_config.ts";
import { searchProgress } from "./search_progress.ts";

/** How many of the best settings are printed. */
const BEST = 10;

/** What a search came to. */
interface Outcome {
  readonly results: readonly TrialResult[];
  /** How many of them were in the journal. */
  readonly resumed: number;
  readonly journal: string;
  readonly seconds: number;
  /** 0 where it was not stopped. */
  readonly exitCode: number;
}

async function main(): Promise<void> {
  const { config, json } = readSearchConfig(Deno.args);
  const trials = drawTrials(config.plan, config.seed);
  // Before the data are looked for, which may take a download.
  checkOptions(trainOptions({ ...config.settings, ...trials[0] }), imagesToTrain(config));
  const backend = openKernels(config.backend ?? undefined, { threads: 1 }).name;
  const data = await loadImages(config);
  if (!json) console.log(cifar10.provenanceLine(data));

  const outcome = await run(config, trials, data);
  printResult(
    json ? JSON.stringify(toJson(config, data, backend, outcome)) : summary(trials.length, outcome),
  );
  if (outcome.exitCode === 0) return;
  console.error("Stopped; the same command goes on from here.");
  Deno.exit(outcome.exitCode);
}

/** Runs the search with progress; Ctrl-C ends it with what has finished, a second one at once. */
async function run(
  config: SearchConfig,
  trials: readonly Trial[],
  data: Dataset,
): Promise<Outcome> {
  const { plan, settings, backend } = config;
  const request = { plan, trials, settings, backend: backend ?? undefined };
  const journal = config.journal ?? journalPath(data, request);
  const interrupt = openInterrupt(() => console.error("Stopping; Ctrl-C again stops at once."));
  const started = performance.now();
  const progress = searchProgress(`${plan.name} search`);
  let resumed = 0;
  try {
    const results = await runSearch(data, request, {
      journal,
      signal: interrupt.signal,
      onProgress: (at) => {
        resumed = at.resumed;
        progress.show(at);
      },
    });
    const seconds = (performance.now() - started) / 1000;
    return { results, resumed, journal, seconds, exitCode: interrupt.exitCode };
  } finally {
    progress.clear();
    interrupt.close();
    await closeRunPool();
  }
}

function toJson(
  config: SearchConfig,
  { name, provenance }: Dataset,
  backend: string,
  { results, resumed, journal, seconds, exitCode }: Outcome,
): Record<string, unknown> {
  return {
    ...(provenance.kind === "synthetic" && { notice: "synthetic stand-in, not CIFAR-10" }),
    config,
    dataset: { name, ...provenance },
    backend,
    journal,
    resumed,
    stopped: exitCode !== 0,
    results,
    best: ranked(results).slice(0, BEST),
    seconds,
  };
}

function summary(trials: number, { results, resumed, journal, seconds }: Outcome): string {
  const rows = ranked(results).slice(0, BEST).map((result, i) => [
    String(i + 1),
    String(result.eta),
    result.lambda.toExponential(),
    `${result.validationAccuracy!.toFixed(2)}%`,
    String(result.epoch),
  ]);
  const lines = [["rank", "eta", "lambda", "validation accuracy", "epoch"], ...rows];
  const widths = lines[0].map((_, c) => Math.max(...lines.map((line) => line[c].length)));
  const head = `${results.length} of ${trials} trials, ${resumed} of them from the journal ` +
    `${journal}; ${duration(seconds)}`;
  return [head, ...lines.map((line) => line.map((cell, c) => cell.padEnd(widths[c])).join("  "))]
    .map((line) => line.trimEnd()).join("\n");
}

await runCommand(main);
