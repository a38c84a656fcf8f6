/**
 * What a change brings, group by group: paired differences with their intervals.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import type { Interval } from "../interval.ts";
import { draw, legendHeight, legendMarks, LOOKS, PANEL } from "./chart.ts";
import { groupAxis, PRINTED, scatter } from "./pair_chart.ts";

/** One group: a difference for each pair, and the interval of their mean. */
export interface GainGroup {
  readonly label: string;
  readonly differences: readonly number[];
  readonly interval: Interval;
  /** A single difference of another source, such as the report's. */
  readonly printed?: number;
}

/** What `gainChart` draws. */
export interface GainChartOptions {
  readonly x: string;
  /** What the difference is, with its unit, such as "gain (points)". */
  readonly y: string;
  readonly groups: readonly GainGroup[];
  readonly width?: number;
  readonly height?: number;
}

/**
 * A chart as an SVG document: for each group a dot for each difference, a line over the interval of the
 * mean, and the mean as a number above it. A rule marks no difference; a single difference of another
 * source is an outlined diamond.
 *
 * @example
 * ```ts
 * import { gainChart } from "klayer/notebook/mod.ts";
 * import { pairedInterval } from "klayer/interval.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const groups = [{ label: "9", ...pairedInterval([30, 34], [44, 45]) }];
 * assertStringIncludes(gainChart({ x: "layers", y: "gain (points)", groups }), "+12.5");
 * ```
 */
export function gainChart(options: GainChartOptions): string {
  const { x, y, groups, width = 400, height = PANEL.height + 20 } = options;
  const { stroke, symbol } = LOOKS[2];
  const dark = LOOKS[4].stroke;
  const isPrinted = groups.some(({ printed }) => printed !== undefined);
  const entries = [
    { name: "difference, seed by seed (bar: mean, 95%)", look: { fill: stroke, symbol } },
    ...isPrinted ? [{ name: "printed in the report", look: PRINTED }] : [],
  ];
  const top = groups.map(({ differences, interval: { high } }) => Math.max(high, ...differences));
  return draw({
    width,
    height,
    marginTop: legendHeight(entries),
    marginBottom: 42,
    marginLeft: 46,
    marginRight: 12,
    x: groupAxis(x, groups),
    y: { label: null, grid: true, ticks: 6, nice: true, inset: 8, zero: true },
    marks: [
      Plot.ruleY([0], { stroke: dark }),
      ...groups.flatMap(({ differences, interval: { mean, low, high }, printed }, g) => {
        const places = scatter(differences);
        return [
          Plot.dot(differences.map((y, i) => ({ x: g + 0.16 * places[i], y })), {
            x: "x",
            y: "y",
            symbol,
            r: 2.6,
            fill: stroke,
            fillOpacity: 0.5,
          }),
          Plot.link([0], { x1: g, x2: g, y1: low, y2: high, stroke, strokeWidth: 3 }),
          Plot.link([0], {
            x1: g - 0.24,
            x2: g + 0.24,
            y1: mean,
            y2: mean,
            stroke,
            strokeWidth: 3,
          }),
          Plot.text([{ x: g, y: top[g] }], {
            x: "x",
            y: "y",
            text: () => signed(mean),
            dy: -10,
            fill: stroke,
            fontWeight: 600,
            fontSize: groups.length > 6 ? 12 : 13,
          }),
          ...printed === undefined ? [] : [Plot.dot([{ x: g + 0.3, y: printed }], {
            x: "x",
            y: "y",
            ...PRINTED,
            r: 6,
          })],
        ];
      }),
      ...legendMarks(entries, y),
    ],
  });
}

/**
 * A difference with its sign, to one decimal.
 *
 * @example
 * ```ts
 * import { signed } from "klayer/notebook/gain_chart.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([12.51, -0.24, -0.01].map((each) => signed(each)), ["+12.5", "−0.2", "0.0"]);
 * ```
 */
export function signed(value: number, decimals = 1): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value > 0 ? "+" : "−"}${text}`;
}
