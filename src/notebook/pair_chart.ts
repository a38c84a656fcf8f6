/**
 * Two distributions side by side, group by group: what a change does to repeated measurements.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { meanInterval } from "../interval.ts";
import { draw, legendHeight, legendMarks, LOOKS, PANEL } from "./chart.ts";

/** One group: the values without and with the change. */
export interface PairGroup {
  readonly label: string;
  readonly less: readonly number[];
  readonly more: readonly number[];
  /** A single value of another source for each side, such as the report's. */
  readonly printed?: { readonly less: number; readonly more: number };
}

/** What `pairChart` draws. */
export interface PairChartOptions {
  /** What the groups differ in, such as "layers"; nothing where it is empty. */
  readonly x: string;
  /** What is measured, with its unit. */
  readonly y: string;
  readonly groups: readonly PairGroup[];
  /** What the two sides and the single values are called. */
  readonly names: { readonly less: string; readonly more: string; readonly printed?: string };
  readonly width?: number;
  readonly height?: number;
}

/** How far the two sides stand from the middle of their group, and how far dots scatter about that. */
const SIDE = 0.21;
const SCATTER = 0.11;

/** How a single value of another source looks. */
export const PRINTED = { stroke: LOOKS[4].stroke, strokeWidth: 2, symbol: "diamond" } as const;

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
  const { x, y, groups, names, width = 400, height = PANEL.height + 20 } = options;
  const [low, high] = [LOOKS[1], LOOKS[0]];
  const sides = [
    { name: names.less, look: low, at: -SIDE, of: "less" as const },
    { name: names.more, look: high, at: SIDE, of: "more" as const },
  ];
  const isPrinted = groups.some(({ printed }) => printed !== undefined);
  const entries = [
    ...sides.map(({ name, look: { stroke, symbol } }) => ({
      name: `${name} (bar: mean)`,
      look: { fill: stroke, symbol },
    })),
    ...isPrinted && names.printed ? [{ name: names.printed, look: PRINTED }] : [],
  ];
  return draw({
    width,
    height,
    marginTop: legendHeight(entries),
    marginBottom: 42,
    marginLeft: 46,
    marginRight: 12,
    x: groupAxis(x, groups),
    y: { label: null, grid: true, ticks: 6, nice: true, inset: 4 },
    marks: [
      ...sides.flatMap(({ look, at, of }) => sideMarks(groups, look, at, of)),
      ...groups.flatMap(({ printed }, g) =>
        printed === undefined ? [] : [Plot.dot(
          [{ x: g - SIDE, y: printed.less }, { x: g + SIDE, y: printed.more }],
          { x: "x", y: "y", ...PRINTED, r: 6 },
        )]
      ),
      ...legendMarks(entries, y),
    ],
  });
}

/** A scale on which group g has the place g. */
export function groupAxis(
  label: string,
  groups: readonly { readonly label: string }[],
): Plot.ScaleOptions {
  return {
    type: "linear",
    domain: [-0.5, groups.length - 0.5],
    ticks: groups.map((_, g) => g),
    tickFormat: (g: number) => groups[g].label,
    tickSize: 0,
    label: label === "" ? null : label,
    labelAnchor: "center",
    labelArrow: "none",
  };
}

/** Places from -1 to 1 for values, so that dots of near values stand side by side. */
export function scatter(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const places = [0, -1, 1, -0.5, 0.5];
  const found = new Array<number>(values.length);
  order.forEach((value, rank) => found[value] = places[rank % places.length]);
  return found;
}

function sideMarks(
  groups: readonly PairGroup[],
  { stroke, symbol }: typeof LOOKS[number],
  at: number,
  of: "less" | "more",
): Plot.Markish[] {
  return groups.flatMap((group, g) => {
    const values = group[of];
    const places = scatter(values);
    const { mean, low, high } = meanInterval(values);
    const [x1, x2] = [g + at - 0.17, g + at + 0.17];
    return [
      Plot.dot(values.map((y, i) => ({ x: g + at + SCATTER * places[i], y })), {
        x: "x",
        y: "y",
        symbol,
        r: 2.6,
        fill: stroke,
        fillOpacity: 0.6,
      }),
      Plot.link([0], { x1, x2, y1: mean, y2: mean, stroke, strokeWidth: 3 }),
      Plot.link([0], { x1: g + at, x2: g + at, y1: low, y2: high, stroke, strokeWidth: 1.5 }),
    ];
  });
}
