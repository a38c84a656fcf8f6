/**
 * What charts of groups share: places for the groups, and the dots and lines that stand there.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, legendHeight, legendMarks, LOOKS, PANEL } from "./chart.ts";

/** What the two charts of groups are told alike. */
export interface GroupChartOptions<Group> {
  /** What the groups differ in, such as "layers"; nothing where it is empty. */
  readonly x: string;
  /** What is measured, with its unit. */
  readonly y: string;
  readonly groups: readonly Group[];
  readonly width?: number;
  readonly height?: number;
}

/** A mark's colour and shape. */
type Look = Pick<typeof LOOKS[number], "stroke" | "symbol">;

/** How a single value of another source, such as the report's, looks. */
export const PRINTED = { stroke: LOOKS[4].stroke, strokeWidth: 2, symbol: "diamond" } as const;

/** A chart as an SVG document, in which group g has the place g. */
export function groupChart(
  options: GroupChartOptions<{ readonly label: string }>,
  legend: Parameters<typeof legendMarks>[0],
  scale: Plot.ScaleOptions,
  marks: readonly Plot.Markish[],
): string {
  const { x, y, groups, width = 400, height = PANEL.height + 20 } = options;
  return draw({
    width,
    height,
    marginTop: legendHeight(legend),
    marginBottom: 42,
    marginLeft: 46,
    marginRight: 12,
    x: groupAxis(x, groups),
    y: { label: null, grid: true, ticks: 6, nice: true, ...scale },
    marks: [...marks, ...legendMarks(legend, y)],
  });
}

function groupAxis(
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

/** A dot for each value, scattered about the place so that near values stand side by side. */
export function dots(
  values: readonly number[],
  { at, width, look, opacity }: {
    readonly at: number;
    readonly width: number;
    readonly look: Look;
    readonly opacity: number;
  },
): Plot.Markish {
  const places = scatter(values);
  return Plot.dot(values.map((y, i) => ({ x: at + width * places[i], y })), {
    x: "x",
    y: "y",
    symbol: look.symbol,
    r: 2.6,
    fill: look.stroke,
    fillOpacity: opacity,
  });
}

/** Places from -1 to 1. */
function scatter(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const places = [0, -1, 1, -0.5, 0.5];
  const found = new Array<number>(values.length);
  order.forEach((value, rank) => found[value] = places[rank % places.length]);
  return found;
}

/** A line from one point to another. */
export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  look: Pick<Look, "stroke"> & { readonly strokeWidth: number },
): Plot.Markish {
  return Plot.link([0], { x1, x2, y1, y2, ...look });
}

/** Outlined diamonds. */
export function printedDots(
  points: readonly { readonly x: number; readonly y: number }[],
): Plot.Markish {
  return Plot.dot([...points], { x: "x", y: "y", ...PRINTED, r: 6 });
}
