/**
 * Two distributions side by side, group by group: what a change does to repeated measurements.
 *
 * @module
 */

import type * as Plot from "@observablehq/plot";
import { meanInterval } from "../interval.ts";
import { LOOKS } from "./chart.ts";
import {
  dots,
  groupChart,
  type GroupChartOptions,
  line,
  PRINTED,
  printedDots,
} from "./group_chart.ts";

/** One group: the values without and with the change. */
export interface PairGroup {
  readonly label: string;
  readonly less: readonly number[];
  readonly more: readonly number[];
  /** A single value of another source for each side, such as the report's. */
  readonly printed?: { readonly less: number; readonly more: number };
}

/** What `pairChart` draws. */
export interface PairChartOptions extends GroupChartOptions<PairGroup> {
  /** What the two sides and the single values are called. */
  readonly names: { readonly less: string; readonly more: string; readonly printed?: string };
  /** The side without the change, `less` by default: it looks the same in every chart. */
  readonly without?: "less" | "more";
}

/** How far the two sides stand from the middle of their group, and how far dots scatter about that. */
const SIDE = 0.21;
const SCATTER = 0.11;

/**
 * A chart as an SVG document: for each group and side a dot for each value, a bar at the mean, and a
 * line over the 95% interval of the mean. Single values of another source are outlined diamonds.
 *
 * @example
 * ```ts
 * import { pairChart } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = pairChart({
 *   x: "layers",
 *   y: "test accuracy (%)",
 *   groups: [{ label: "9", less: [30, 34], more: [44, 45] }],
 *   names: { less: "without", more: "with batch normalisation" },
 * });
 * assertStringIncludes(svg, "with batch normalisation");
 * ```
 */
export function pairChart(options: PairChartOptions): string {
  const { groups, names, without = "less" } = options;
  const lookOf = (side: "less" | "more") => side === without ? LOOKS[1] : LOOKS[0];
  const sides = [
    { name: names.less, look: lookOf("less"), at: -SIDE, of: "less" as const },
    { name: names.more, look: lookOf("more"), at: SIDE, of: "more" as const },
  ];
  const isPrinted = groups.some(({ printed }) => printed !== undefined);
  const legend = [
    ...sides.map(({ name, look: { stroke, symbol } }) => ({
      name: `${name} (bar: mean)`,
      look: { fill: stroke, symbol },
    })),
    ...isPrinted && names.printed ? [{ name: names.printed, look: PRINTED }] : [],
  ];
  return groupChart(options, legend, { inset: 4 }, [
    ...sides.flatMap(({ look, at, of }) =>
      groups.flatMap((group, g) => sideMarks(group[of], look, g + at))
    ),
    ...groups.flatMap(({ printed }, g) =>
      printed === undefined
        ? []
        : [printedDots([{ x: g - SIDE, y: printed.less }, { x: g + SIDE, y: printed.more }])]
    ),
  ]);
}

function sideMarks(
  values: readonly number[],
  look: typeof LOOKS[number],
  at: number,
): Plot.Markish[] {
  const { mean, low, high } = meanInterval(values);
  const { stroke } = look;
  return [
    dots(values, { at, width: SCATTER, look, opacity: 0.6 }),
    line([at - 0.17, mean], [at + 0.17, mean], { stroke, strokeWidth: 3 }),
    line([at, low], [at, high], { stroke, strokeWidth: 1.5 }),
  ];
}
