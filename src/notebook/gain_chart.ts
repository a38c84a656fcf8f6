/**
 * What a change brings, group by group: paired differences with their intervals.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import type { Interval } from "../interval.ts";
import { LOOKS } from "./chart.ts";
import {
  dots,
  groupChart,
  type GroupChartOptions,
  line,
  PRINTED,
  printedDots,
} from "./group_chart.ts";

/** One group: a difference for each pair, and the interval of their mean. */
export interface GainGroup {
  readonly label: string;
  readonly differences: readonly number[];
  readonly interval: Interval;
  /** A single difference of another source, such as the report's. */
  readonly printed?: number;
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
export function gainChart(options: GroupChartOptions<GainGroup>): string {
  const { groups } = options;
  const [look, dark] = [LOOKS[2], LOOKS[4].stroke];
  const { stroke, symbol } = look;
  const isPrinted = groups.some(({ printed }) => printed !== undefined);
  const legend = [
    { name: "difference, seed by seed (bar: mean, 95%)", look: { fill: stroke, symbol } },
    ...isPrinted ? [{ name: "printed in the report", look: PRINTED }] : [],
  ];
  return groupChart(options, legend, { inset: 8, zero: true }, [
    Plot.ruleY([0], { stroke: dark }),
    ...groups.flatMap(({ differences, interval: { mean, low, high }, printed }, g) => [
      dots(differences, { at: g, width: 0.16, look, opacity: 0.5 }),
      line([g, low], [g, high], { stroke, strokeWidth: 3 }),
      line([g - 0.24, mean], [g + 0.24, mean], { stroke, strokeWidth: 3 }),
      Plot.text([{ x: g, y: Math.max(high, ...differences) }], {
        x: "x",
        y: "y",
        text: () => signed(mean),
        dy: -10,
        fill: stroke,
        fontWeight: 600,
        fontSize: groups.length > 6 ? 12 : 13,
      }),
      ...printed === undefined ? [] : [printedDots([{ x: g + 0.3, y: printed }])],
    ]),
  ]);
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
