/**
 * Repeated measurements, one row for each thing that was measured.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, LOOKS } from "./chart.ts";

/** One row. */
export interface DotRow {
  readonly label: string;
  /** One dot each. */
  readonly values: readonly number[];
  /** A value of another kind, such as the one that the row was chosen for. */
  readonly mark: number;
}

/** What `dotRows` draws. */
export interface DotRowsOptions {
  /** What the values are, with their unit, such as "validation accuracy (%)". */
  readonly x: string;
  readonly rows: readonly DotRow[];
  /** What the dots and the marks are called. */
  readonly names: { readonly values: string; readonly mark: string };
  readonly width?: number;
}

const ROW = 26;
const TOP = 44;
const BOTTOM = 42;

/**
 * A chart as an SVG document: in each row a dot for each value, a line at their mean, and a triangle
 * at the mark.
 *
 * @example
 * ```ts
 * import { dotRows } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = dotRows({
 *   x: "validation accuracy (%)",
 *   rows: [{ label: "η = 0.01", values: [42.1, 42.6], mark: 43.2 }],
 *   names: { values: "other seeds", mark: "the search" },
 * });
 * assertStringIncludes(svg, "other seeds");
 * ```
 */
export function dotRows({ x, rows, names, width = 480 }: DotRowsOptions): string {
  const [dot, triangle] = LOOKS;
  const dots = rows.flatMap(({ label, values }) => values.map((value) => ({ label, value })));
  const means = rows.map(({ label, values }) => ({
    label,
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
  }));
  const marks = rows.map(({ label, mark }) => ({ label, value: mark }));
  const at = { x: "value", y: "label" } as const;
  const looks = {
    values: { fill: dot.stroke, fillOpacity: 0.75, r: 4, symbol: dot.symbol },
    mark: { fill: triangle.stroke, r: 5, symbol: triangle.symbol },
  };
  return draw({
    width,
    height: TOP + BOTTOM + rows.length * ROW,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: 20 + Math.max(0, ...rows.map(({ label }) => label.length)) * 7.6,
    marginRight: 16,
    x: { label: x, labelAnchor: "center", labelArrow: "none", ticks: 6, inset: 8 },
    y: { type: "band", domain: rows.map(({ label }) => label), label: null, tickSize: 0 },
    marks: [
      Plot.ruleY(rows, { y: "label", stroke: "#d9d9d9" }),
      Plot.tickX(means, { ...at, stroke: dot.stroke, strokeWidth: 3, insetTop: 4, insetBottom: 4 }),
      Plot.dot(dots, { ...at, ...looks.values }),
      Plot.dot(marks, { ...at, ...looks.mark }),
      ...legend([
        { name: names.mark, look: looks.mark },
        { name: `${names.values} (line: mean)`, look: looks.values },
      ]),
    ],
  });
}

/** Names above the frame, one below the other. */
function legend(
  entries: readonly { readonly name: string; readonly look: Plot.DotOptions }[],
): Plot.Markish[] {
  return entries.flatMap(({ name, look }, i) => {
    const at = { frameAnchor: "top-left", dy: 18 * i - TOP + 14 } as const;
    return [
      Plot.dot([0], { ...at, ...look, dx: 6 }),
      Plot.text([0], {
        ...at,
        text: () => name,
        dx: 18,
        textAnchor: "start",
        lineAnchor: "middle",
        fontSize: 13,
      }),
    ];
  });
}
