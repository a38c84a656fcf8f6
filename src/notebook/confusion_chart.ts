/**
 * A confusion matrix as a map.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw } from "./chart.ts";

/** What `confusionChart` draws. */
export interface ConfusionChartOptions {
  readonly classes: readonly string[];
  /** Row t, column s: how many images of class t were said to be of class s. */
  readonly counts: readonly (readonly number[])[];
  readonly width?: number;
}

const MARGIN = { top: 92, left: 88, right: 12, bottom: 30 };

/**
 * A map as an SVG document: one row for each true class, one column for each class that was said, each
 * cell with its count, the darker the larger the share of its row.
 *
 * @example
 * ```ts
 * import { confusionChart } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = confusionChart({ classes: ["cat", "dog"], counts: [[717, 283], [301, 699]] });
 * assertStringIncludes(svg, "717");
 * ```
 */
export function confusionChart({ classes, counts, width = 440 }: ConfusionChartOptions): string {
  const cells = counts.flatMap((row, t) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, s) => ({
      row: classes[t],
      column: classes[s],
      count,
      share: all > 0 ? count / all : 0,
      isRight: s === t,
    }));
  });
  const most = Math.max(...cells.map(({ share }) => share));
  const size = (width - MARGIN.left - MARGIN.right) / classes.length;
  const colour = ({ share }: typeof cells[number]) => mix(most > 0 ? share / most : 0);
  return draw({
    width,
    height: MARGIN.top + MARGIN.bottom + Math.round(0.8 * size * classes.length),
    marginTop: MARGIN.top,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    x: {
      axis: "top",
      domain: [...classes],
      label: null,
      tickRotate: -40,
      tickSize: 0,
      padding: 0.04,
    },
    y: { domain: [...classes], label: null, tickSize: 0, padding: 0.04 },
    marks: [
      Plot.cell(cells, { x: "column", y: "row", fill: colour }),
      // The diagonal is what is right: it has a frame of its own.
      Plot.cell(cells.filter(({ isRight }) => isRight), {
        x: "column",
        y: "row",
        fill: "none",
        stroke: "#1a1a1a",
        strokeWidth: 1.5,
      }),
      Plot.text(cells, {
        x: "column",
        y: "row",
        text: "count",
        fill: ({ share }: typeof cells[number]) => share > 0.55 * most ? "white" : "#1a1a1a",
        fontSize: 12,
      }),
      Plot.text([0], {
        frameAnchor: "bottom",
        dy: 20,
        text: () => "rows: the true class; columns: what the network says",
        fontSize: 13,
      }),
    ],
  });
}

/** From white to a dark blue. */
function mix(share: number): string {
  const [r, g, b] = [[255, 0], [255, 69], [255, 124]].map(([from, to]) =>
    Math.round(from + (to - from) * share)
  );
  return `rgb(${r},${g},${b})`;
}
