/**
 * The cost of a run under way, drawn in a fraction of a millisecond.
 *
 * @module
 */

import type { History } from "../run.ts";
import { LOOKS } from "./chart.ts";

const SIZE = { width: 480, height: 220 };
const FRAME = { left: 52, right: 376, top: 14, bottom: 182 };

interface Line {
  readonly label: string;
  /** The epoch of the first value. */
  readonly start: number;
  readonly values: readonly number[];
}

/**
 * Training and validation cost so far, as an SVG document of fixed size; the axis below is as long as
 * the run will be. It is plain text put together, because it is drawn again and again while the
 * processor has better things to do.
 *
 * @param epochs of the whole run
 *
 * @example
 * ```ts
 * import { liveChart } from "klayer/notebook/live_chart.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const history = {
 *   initialCost: 2.3,
 *   trainCost: [2, 1.8],
 *   validationCost: [2.1, 1.9],
 *   trainAccuracy: [30, 40],
 *   validationAccuracy: [28, 35],
 * };
 * assertStringIncludes(liveChart(history, 10), "validation");
 * ```
 */
export function liveChart(
  { initialCost, trainCost, validationCost }: History,
  epochs: number,
): string {
  const lines: Line[] = [
    { label: "training", start: 0, values: [initialCost, ...trainCost] },
    { label: "validation", start: 1, values: validationCost },
  ];
  const all = lines.flatMap(({ values }) => values).filter(Number.isFinite);
  const { low, high, ticks } = axis(Math.min(...all), Math.max(...all));
  const { left, right, top, bottom } = FRAME;
  const px = (epoch: number) => left + (right - left) * epoch / epochs;
  const py = (cost: number) => bottom - (bottom - top) * (cost - low) / (high - low);
  const text = (x: number, y: number, anchor: string, words: string, more = "") =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${more}>${words}</text>`;
  const ends = spreadEnds(lines.map(({ values }) => py(values.findLast(Number.isFinite) ?? low)));

  const { width, height } = SIZE;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" ` +
    `fill="#1a1a1a"><rect width="${width}" height="${height}" fill="white"/>` +
    ticks.map((tick) =>
      `<path d="M${left} ${py(tick).toFixed(1)}H${right}" stroke="#e3e3e3"/>` +
      text(left - 6, py(tick) + 4, "end", String(tick))
    ).join("") +
    `<path d="M${left} ${bottom}H${right}" stroke="#767676"/>` +
    text(left, bottom + 17, "middle", "0") + text(right, bottom + 17, "middle", String(epochs)) +
    text((left + right) / 2, bottom + 33, "middle", "epoch") +
    text(4, top - 2, "start", "cost (nats)") +
    lines.map(({ label, start, values }, i) => {
      const { stroke, dash } = LOOKS[i];
      const points = values.map((cost, e) => ({ cost, epoch: start + e }))
        .filter(({ cost }) => Number.isFinite(cost));
      if (points.length === 0) return "";
      const path = points.map(({ cost, epoch }) => `${px(epoch).toFixed(1)} ${py(cost).toFixed(1)}`)
        .join("L");
      const last = points[points.length - 1];
      return `<path d="M${path}" fill="none" stroke="${stroke}" stroke-width="2"` +
        `${dash === "none" ? "" : ` stroke-dasharray="${dash}"`}/>` +
        `<circle cx="${px(last.epoch).toFixed(1)}" cy="${
          py(last.cost).toFixed(1)
        }" r="3" fill="${stroke}"/>` +
        text(
          px(last.epoch) + 8,
          ends[i] + 4,
          "start",
          label,
          ` fill="${stroke}" font-weight="600"`,
        );
    }).join("") + "</svg>";
}

/** Round bounds around two numbers, and round numbers between them. */
function axis(least: number, most: number): { low: number; high: number; ticks: number[] } {
  if (!(least < most)) return axis((least || 0) - 0.5, (most || 0) + 0.5);
  const rough = (most - least) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((part) => part * power).find((size) => size >= rough)!;
  const [first, last] = [Math.floor(least / step), Math.ceil(most / step)];
  const ticks = Array.from(
    { length: last - first + 1 },
    (_, i) => Number(((first + i) * step).toPrecision(12)),
  );
  return { low: first * step, high: last * step, ticks };
}

/** Keeps the names of two lines apart. */
function spreadEnds([a, b]: readonly number[]): [number, number] {
  const short = Math.max(0, 15 - Math.abs(a - b)) / 2;
  return a < b ? [a - short, b + short] : [a + short, b - short];
}
