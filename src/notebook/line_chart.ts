/**
 * Lines with their names at their ends.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, type Look, LOOKS, PANEL, spread } from "./chart.ts";

/** One line of a chart. */
export interface Series {
  readonly label: string;
  /** One value per step; values that are not finite leave a gap. */
  readonly values: ArrayLike<number>;
  /** The step of the first value; 1 unless given. */
  readonly start?: number;
}

/** What `lineChart` draws. */
export interface LineChartOptions {
  /** What runs along the bottom, such as "epoch". */
  readonly x: string;
  /** What is drawn, with its unit, such as "cost (nats)". */
  readonly y: string;
  readonly series: readonly Series[];
  /** A logarithmic scale for y; values of 0 and less are then left out. */
  readonly log?: boolean;
  readonly width?: number;
  readonly height?: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const LABEL = 13;
const TOP = 30;
const BOTTOM = 42;

/**
 * A line chart as an SVG document, each line named at its end in its own colour. Where nothing can
 * be drawn it says so.
 *
 * @example
 * ```ts
 * import { lineChart } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = lineChart({
 *   x: "epoch",
 *   y: "cost (nats)",
 *   series: [{ label: "η = 0.1", values: [2.3, 1.9] }, { label: "η = 0.01", values: [2.3, 2.2] }],
 * });
 * assertStringIncludes(svg, "η = 0.01");
 * ```
 */
export function lineChart(options: LineChartOptions): string {
  const { width = 480, height = PANEL.height } = options;
  const { x, y, log = false } = options;
  const lines = options.series.map((series) => ({ ...series, points: pointsOf(series, log) }));
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) return nothingToDraw(options);

  const scale = Plot.scale({
    y: {
      type: log ? "log" : "linear",
      domain: extent(all.map((point) => point.y), log),
      range: [height - BOTTOM, TOP],
      nice: true,
    },
  });
  const [low, high] = extent(all.map((point) => point.x), false);
  const drawn = lines.filter(({ points }) => points.length > 0);
  const wanted = drawn.map(({ points }) => scale.apply(points[points.length - 1].y) as number);
  const placed = spread(wanted, LABEL + 2, TOP, height - BOTTOM);

  const marks = drawn.flatMap(({ label, points }, index) => [
    ...lineMarks(points, LOOKS[index % LOOKS.length]),
    ...leaderMarks(points[points.length - 1], high, LOOKS[index % LOOKS.length]),
    Plot.text([{ ...points[points.length - 1], x: high }], {
      x: "x",
      y: "y",
      text: () => label,
      textAnchor: "start",
      dx: 9,
      dy: placed[index] - wanted[index],
      fill: LOOKS[index % LOOKS.length].stroke,
      fontWeight: 600,
      fontSize: LABEL,
    }),
  ]);
  return draw({
    width,
    height,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: 56,
    marginRight: 16 + Math.max(...drawn.map(({ label }) => label.length)) * LABEL * 0.64,
    x: { label: x, labelAnchor: "center", labelArrow: "none", ...wholeTicks(low, high) },
    y: {
      label: y,
      labelArrow: "none",
      grid: true,
      type: log ? "log" : "linear",
      domain: scale.domain as number[],
      ...log
        ? { ticks: logTicks(scale.domain as number[]), tickFormat: shortNumber }
        : { ticks: 6 },
    },
    marks,
  });
}

function pointsOf({ values, start = 1 }: Series, log: boolean): Point[] {
  return Array.from(values, (y, index) => ({ x: start + index, y }))
    .filter(({ y }) => Number.isFinite(y) && (!log || y > 0));
}

function lineMarks(points: readonly Point[], { stroke, dash, symbol }: Look): Plot.Markish[] {
  // Markers on every point hide a long line, so only some are drawn.
  const every = Math.ceil(points.length / 12);
  const marked = points.filter((_, index) => (points.length - 1 - index) % every === 0);
  return [
    Plot.line(points, { x: "x", y: "y", stroke, strokeDasharray: dash, strokeWidth: 2 }),
    Plot.dot(marked, { x: "x", y: "y", fill: stroke, symbol, r: 3 }),
  ];
}

/** From a line that ends early to its label, which would lie among the other lines there. */
function leaderMarks({ x, y }: Point, right: number, { stroke }: Look): Plot.Markish[] {
  if (x === right) return [];
  return [Plot.link([0], { x1: x, x2: right, y1: y, y2: y, stroke, strokeDasharray: "1 4" })];
}

/** Steps are whole numbers, so that no tick may stand between two. */
function wholeTicks(low: number, high: number): Plot.ScaleOptions {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => (high - low) / size <= 8) ??
    1000;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick);
  return { domain: low === high ? [low - 0.5, high + 0.5] : [low, high], ticks, tickFormat: "d" };
}

function extent(values: readonly number[], log: boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low < high) return [low, high];
  return log ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
}

/** Powers of ten, with their doubles and halves where the axis spans a few powers only. */
function logTicks([low, high]: readonly number[]): number[] {
  const decades = Math.log10(high / low);
  const first = Math.floor(Math.log10(low));
  const steps = decades > 3 ? [1] : decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 5, 7];
  const every = Math.ceil(decades / 8);
  return Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => first + i)
    .filter((power) => power % every === 0)
    // Built from text: 10 ** -5 is a last digit off.
    .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((tick) => low <= tick && tick <= high);
}

/** Plot would write 0.5 as "500m" on a logarithmic scale. */
function shortNumber(value: number): string {
  const small = Math.abs(value) < 0.001 && value !== 0;
  return small ? value.toExponential() : String(Number(value.toPrecision(6)));
}

function nothingToDraw({ x, y, ...size }: LineChartOptions): string {
  return draw({
    ...size,
    marginTop: TOP,
    marginBottom: BOTTOM,
    x: { domain: [0, 1], label: x, labelAnchor: "center", labelArrow: "none", ticks: [] },
    y: { domain: [0, 1], label: y, labelArrow: "none", ticks: [] },
    marks: [
      Plot.frame({ stroke: "#767676" }),
      Plot.text([[0.5, 0.5]], { text: () => "no epoch was recorded" }),
    ],
  });
}
