/**
 * Tables that every notebook has: its settings, and how many digits came back.
 *
 * @module
 */

import { compareTable } from "../report/compare.ts";
import type { Scales } from "../scales.ts";
import type { Displayable } from "./jupyter.ts";
import { table } from "./table.ts";

/**
 * The settings of a notebook by name.
 *
 * @example
 * ```ts
 * import { settingsTable } from "klayer/notebook/small_tables.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const shown = settingsTable("2.1", { "hidden layers": [50, 30], seed: 400 })[DISPLAY]();
 * assertStringIncludes(String(shown["text/plain"]), "50, 30");
 * ```
 */
export function settingsTable(
  number: string,
  settings: Readonly<Record<string, number | string | readonly (number | string)[]>>,
): Displayable {
  return table({
    caption: `Table ${number}. The settings of this notebook.`,
    columns: ["setting", { name: "value", kind: "text" }],
    rows: Object.entries(settings).map((
      [name, value],
    ) => [name, Array.isArray(value) ? value.join(", ") : String(value)]),
  });
}

/** A printed table of costs and what a run gave. */
export interface Reproduced {
  readonly name: string;
  readonly printed: readonly number[];
  readonly found: readonly number[];
}

/**
 * To how many digits printed and reproduced costs agree, table by table and over all.
 *
 * @example
 * ```ts
 * import { agreementTable } from "klayer/notebook/small_tables.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const tables = [{ name: "15 epochs", printed: [2.5, 2], found: [2.5, 2] }];
 * assertStringIncludes(String(agreementTable("2.8", tables)[DISPLAY]()["text/plain"]), "16.0");
 * ```
 */
export function agreementTable(number: string, tables: readonly Reproduced[]): Displayable {
  const row = (name: string, printed: readonly number[], found: readonly number[]) => {
    const { least, median } = compareTable(printed, found);
    return [name, printed.length, least.toFixed(1), median.toFixed(1)];
  };
  // A run that stopped early lacks rows: they count as not reproduced.
  const complete = tables.map(({ printed, found, name }) => ({
    name,
    printed,
    found: printed.map((_, i) => found[i] ?? NaN),
  }));
  const all = row(
    "all",
    complete.flatMap(({ printed }) => printed),
    complete.flatMap(({ found }) => found),
  );
  return table({
    caption: `Table ${number}. Significant digits to which printed and reproduced costs agree.`,
    columns: [
      "table",
      { name: "costs", kind: "number" },
      { name: "fewest digits", kind: "number" },
      { name: "median", kind: "number" },
    ],
    rows: [
      ...complete.map(({ name, printed, found }) => row(name, printed, found)),
      ...tables.length > 1 ? [all] : [],
    ],
  });
}

/**
 * The scales of networks, layer by layer.
 *
 * @example
 * ```ts
 * import { scaleTable } from "klayer/notebook/small_tables.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const rows = [{ label: "plain", cost: 2.3, activations: [0.01], gradients: [1e-8, 1e-7] }];
 * assertStringIncludes(String(scaleTable("Table 1", rows)[DISPLAY]()["text/plain"]), "1.0e-8");
 * ```
 */
export function scaleTable(
  caption: string,
  networks: readonly (Scales & { readonly label: string; readonly cost: number })[],
): Displayable {
  const layers = Math.max(...networks.map(({ gradients }) => gradients.length));
  const columns = (group: string, count: number) =>
    Array.from({ length: count }, (_, l) => ({
      name: `layer ${l + 1}`,
      group,
      kind: "number" as const,
    }));
  const cells = (values: readonly number[], count: number) =>
    Array.from({ length: count }, (_, l) => values[l]?.toExponential(1) ?? "–");
  return table({
    caption,
    columns: [
      "network",
      { name: "training cost", kind: "number" },
      ...columns("outputs", layers - 1),
      ...columns("gradient of weights", layers),
    ],
    rows: networks.map(({ label, cost, activations, gradients }) => [
      label,
      cost.toFixed(4),
      ...cells(activations, layers - 1),
      ...cells(gradients, layers),
    ]),
    note: "Root mean squares." +
      (networks.every(({ gradients }) => gradients.length === layers)
        ? ""
        : " A dash: the network has no such layer."),
  });
}
