/**
 * Runs beside each other: as a table for the terminal, and as a page with their curves.
 *
 * @module
 */

import type { ComparedRun, Quantity, RunComparison } from "../src/compare_runs.ts";
import { PANEL } from "../src/notebook/chart.ts";
import { figure } from "../src/notebook/figure.ts";
import { DISPLAY, type Displayable } from "../src/notebook/jupyter.ts";
import { lineChart, type Series } from "../src/notebook/line_chart.ts";
import { escapeHtml } from "../src/notebook/markup.ts";
import { duration } from "../src/notebook/progress.ts";
import { table } from "../src/notebook/table.ts";
import type { History } from "../src/run.ts";
import { html, style } from "./document.ts";

const LONGEST_LABEL = 14;

/** Settings that differ, then what came out; a column for each run. */
export function comparisonTable(found: RunComparison): Displayable {
  const same = found.same.map(({ name, value }) => `${name} ${value}`).join("; ");
  return table({
    caption: "Table 1. The runs: the settings that differ, and what came out.",
    columns: [
      "",
      ...found.names.map((_, i) => ({ name: headOf(found, i), kind: "text" as const })),
    ],
    rows: [
      ...found.differences.map(({ name, values }) => [name, ...values]),
      ...found.quantities.map((quantity) => [
        quantity.name,
        ...quantity.values.map((value) => shown(value, quantity.unit)),
      ]),
    ],
    note: `The same in all: ${same || "nothing"}. Costs in nats.`,
  });
}

/** A page with the curves of all runs, each kind of curve in a panel of its own. */
export async function comparisonPage(
  runs: readonly ComparedRun[],
  found: RunComparison,
): Promise<string> {
  const title = `${found.names.length} runs beside each other`;
  const remarks = found.remarks.map((remark) =>
    `<p class="data warning">${escapeHtml(remark)}</p>`
  );
  return html(
    title,
    await style(),
    `<header>
${remarks.join("\n")}
<h1>${escapeHtml(title)}</h1>
</header>
<main>
${curvesOf(runs, found).map(output).join("\n")}
${output(comparisonTable(found))}
</main>`,
  );
}

/** The name at a line; where names would leave no room for the lines, a number. */
function labelOf({ names }: RunComparison, i: number): string {
  return names.some(({ length }) => length > LONGEST_LABEL) ? `run ${i + 1}` : names[i];
}

function headOf(found: RunComparison, i: number): string {
  const label = labelOf(found, i);
  return label === found.names[i] ? label : `${label}: ${found.names[i]}`;
}

function curvesOf(runs: readonly ComparedRun[], found: RunComparison): Displayable[] {
  const panel = (y: string, of: (history: History) => Series["values"], start = 1) =>
    lineChart({
      ...{ x: "epoch", y, width: PANEL.width },
      series: runs.map(({ state }, i) => ({
        label: labelOf(found, i),
        values: of(state.history),
        start,
      })),
    });
  const ends = (of: (history: History) => readonly number[], unit: string, digits: number) =>
    runs.map(({ state }, i) => {
      const end = of(state.history).at(-1)?.toFixed(digits) ?? "nothing";
      return `${headOf(found, i)} ends at ${end} ${unit}.`;
    }).join(" ");
  return [
    figure({
      number: 1,
      title: "The costs; a line for each run.",
      alt: `Left training, right validation: ${ends((of) => of.validationCost, "nats", 3)}`,
      svg: [
        panel(
          "training cost (nats)",
          ({ initialCost, trainCost }) => [initialCost, ...trainCost],
          0,
        ),
        panel("validation cost (nats)", ({ validationCost }) => validationCost),
      ],
    }),
    figure({
      number: 2,
      title: "The accuracies; a line for each run.",
      alt: `Left training, right validation: ${ends((of) => of.validationAccuracy, "percent", 2)}`,
      svg: [
        panel("training accuracy (%)", ({ trainAccuracy }) => trainAccuracy),
        panel("validation accuracy (%)", ({ validationAccuracy }) => validationAccuracy),
      ],
    }),
  ];
}

function shown(value: number | null, unit: Quantity["unit"]): string {
  if (value === null) return "–";
  switch (unit) {
    case "nats":
      return value.toFixed(4);
    case "percent":
      return `${value.toFixed(2)}%`;
    case "seconds":
      return duration(value);
    case "count":
      return String(value);
  }
}

function output(shown: Displayable): string {
  return `<div class="output" tabindex="0">\n${shown[DISPLAY]()["text/html"]}\n</div>`;
}
