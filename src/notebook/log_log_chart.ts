/**
 * Lines over powers of ten, for what follows power laws: on two logarithmic scales these are straight.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, type Look, LOOKS, PANEL, spread } from "./chart.ts";

/** One line of a log-log chart. Points of which a coordinate is not positive are left out. */
export interface PowerSeries {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** A point drawn as a ring in the line's colour, such as the report's value. */
  readonly ring?: { readonly x: number; readonly y: number };
}

/** What `logLogChart` draws. */
export interface LogLogChartOptions {
  /** What runs along the bottom, with its unit. */
  readonly x: string;
  /** What is drawn, with its unit. */
  readonly y: string;
  readonly series: readonly PowerSeries[];
  /** Places on the x axis marked by a vertical line with a name. */
  readonly marks?: readonly { readonly label: string; readonly x: number }[];
  readonly width?: number;
  readonly height?: number;
}

const LABEL = 13;
const BOTTOM = 42;

/**
 * A log-log chart as an SVG document, each line named at its right end in its own colour.
 *
 * @example
 * ```ts
 * import { logLogChart } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const points = [1e-5, 1e-4, 1e-3].map((h) => ({ x: h, y: h * h }));
 * const svg = logLogChart({ x: "step h", y: "deviation", series: [{ label: "truncation", points }] });
 * assertStringIncludes(svg, "10⁻⁵");
 * ```
 */
export function logLogChart(options: LogLogChartOptions): string {
  const { x, y, marks = [], width = PANEL.width, height = 340 } = options;
  const series = options.series.map(({ label, points, ring }) => ({
    label,
    points: points.filter(positive),
    rings: ring && positive(ring) ? [ring] : [],
  })).filter(({ points }) => points.length > 0);
  const all = series.flatMap(({ points, rings }) => [...points, ...rings]);
  const top = marks.length > 0 ? 46 : 30;
  const domain = powers(all.map((point) => point.y));
  const scale = Plot.scale({ y: { type: "log", domain, range: [height - BOTTOM, top] } });
  const wanted = series.map(({ points }) => scale.apply(points.at(-1)!.y) as number);
  const placed = spread(wanted, LABEL + 2, top, height - BOTTOM);
  const widest = Math.max(0, ...series.map(({ label }) => label.length));
  return draw({
    width,
    height,
    marginTop: top,
    marginBottom: BOTTOM,
    marginLeft: 48,
    marginRight: 14 + widest * LABEL * 0.64,
    x: {
      ...axis(powers([...all.map((point) => point.x), ...marks.map((mark) => mark.x)]), 7),
      label: x,
      labelAnchor: "center",
    },
    y: { ...axis(domain, 7), label: y, grid: true },
    marks: [
      ...marks.flatMap((mark, index) => markLine(mark, index)),
      ...series.flatMap(({ label, points, rings }, index) => {
        const look = LOOKS[index % LOOKS.length];
        return [
          ...lineMarks(points, look),
          Plot.dot(rings, { x: "x", y: "y", stroke: look.stroke, strokeWidth: 2, r: 7 }),
          Plot.text([points.at(-1)!], {
            x: "x",
            y: "y",
            text: () => label,
            textAnchor: "start",
            dx: 9,
            dy: placed[index] - wanted[index],
            fill: look.stroke,
            fontWeight: 600,
            fontSize: LABEL,
          }),
        ];
      }),
    ],
  });
}

function positive({ x, y }: { readonly x: number; readonly y: number }): boolean {
  return x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y);
}

/** The powers of ten around some numbers. */
function powers(values: readonly number[]): [number, number] {
  const logs = values.map(Math.log10);
  if (logs.length === 0) return [0.1, 1];
  const low = Math.floor(Math.min(...logs));
  const high = Math.ceil(Math.max(...logs));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

/** Ticks at powers of ten, not more than `most`. */
function axis(domain: readonly [number, number], most: number): Plot.ScaleOptions {
  const [low, high] = domain.map((value) => Math.round(Math.log10(value)));
  const step = Math.ceil((high - low) / most);
  const count = Math.floor((high - low) / step) + 1;
  // 10 ** -5 and others are a last digit off, so that they would not be ticks of their own scale.
  const ticks = Array.from({ length: count }, (_, i) => Number(`1e${low + i * step}`));
  return { type: "log", domain: [...domain], ticks, tickFormat: power, labelArrow: "none" };
}

/** 10⁻⁵ */
function power(value: number): string {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const exponent = Math.round(Math.log10(value));
  const raised = [...String(Math.abs(exponent))].map((digit) => digits[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${raised}`;
}

function lineMarks(points: PowerSeries["points"], look: Look): Plot.Markish[] {
  const { stroke, dash, symbol } = look;
  // Markers on every point hide a line, so only some are drawn.
  const every = Math.ceil(points.length / 10);
  const marked = points.filter((_, index) => (points.length - 1 - index) % every === 0);
  return [
    Plot.line(points, { x: "x", y: "y", stroke, strokeDasharray: dash, strokeWidth: 2 }),
    Plot.dot(marked, { x: "x", y: "y", fill: stroke, symbol, r: 3 }),
  ];
}

function markLine(mark: { label: string; x: number }, index: number): Plot.Markish[] {
  // Names of neighbours stand on opposite sides of their lines.
  const left = index % 2 === 0;
  return [
    Plot.ruleX([mark], { x: "x", stroke: "#3d3d3d", strokeDasharray: "2 3" }),
    Plot.text([mark], {
      x: "x",
      text: "label",
      frameAnchor: "top",
      textAnchor: left ? "start" : "end",
      dx: left ? 3 : -3,
      dy: -14,
      fill: "#3d3d3d",
    }),
  ];
}
