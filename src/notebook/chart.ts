/**
 * What all charts share: Observable Plot without a browser, and one look.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Width and height of one panel, in pixels: small enough to stay legible on a phone. */
export const PANEL = { width: 400, height: 300 };

/** How a series looks: its colour, its dashes and its marker, so that colour is never alone. */
export interface Look {
  readonly stroke: string;
  readonly dash: string;
  readonly symbol: Plot.SymbolType;
}

/** Okabe and Ito's colours, darkened until they can be read as text on white. */
export const LOOKS: readonly Look[] = [
  { stroke: "#0069a6", dash: "none", symbol: "circle" },
  { stroke: "#b34700", dash: "6 3", symbol: "triangle" },
  { stroke: "#007a5a", dash: "2 3", symbol: "square" },
  { stroke: "#9c3d72", dash: "10 3 2 3", symbol: "diamond" },
  { stroke: "#3d3d3d", dash: "8 2", symbol: "star" },
  { stroke: "#7a5c00", dash: "1 2", symbol: "cross" },
  { stroke: "#2b6f8f", dash: "12 4", symbol: "wye" },
];

/**
 * Draw a plot as an SVG document of its own, on a white ground, so that it reads the same on light
 * and dark pages.
 */
export function draw(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    document: Plot.PlotOptions["document"];
  };
  const { width, height } = { ...PANEL, ...options };
  const plot = Plot.plot({ ...options, document, width, height });
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    role: "img",
    color: "#1a1a1a",
    "font-size": "13",
  };
  for (const [name, value] of Object.entries(attributes)) plot.setAttribute(name, value);
  const ground = `<rect width="${width}" height="${height}" fill="white"/>`;
  return plot.outerHTML.replace("</style>", `</style>${ground}`);
}

/**
 * Positions for labels that want to stand at `wanted` (pixels), moved as little as needed to keep
 * `gap` pixels between neighbours, within `low` and `high`.
 *
 * @example
 * ```ts
 * import { spread } from "klayer/notebook/chart.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spread([50, 52], 10, 0, 100), [46, 56]);
 * ```
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  // Blocks of labels that touch; a block is centred on the mean of what its labels want.
  const blocks: { labels: number[]; start: number }[] = [];
  for (const label of order) {
    let block = { labels: [label], start: wanted[label] };
    while (blocks.length > 0) {
      const above = blocks[blocks.length - 1];
      if (above.start + above.labels.length * gap <= block.start) break;
      blocks.pop();
      block = place([...above.labels, ...block.labels]);
    }
    blocks.push(block);
  }
  const placed = new Array<number>(wanted.length);
  for (const { labels, start } of blocks) {
    labels.forEach((label, index) => placed[label] = start + index * gap);
  }
  return clampRun(placed, order, gap, low, high);

  function place(labels: number[]) {
    const mean = labels.reduce((sum, label) => sum + wanted[label], 0) / labels.length;
    return { labels, start: mean - (labels.length - 1) * gap / 2 };
  }
}

function clampRun(
  placed: number[],
  order: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  let limit = high;
  for (const label of order.toReversed()) {
    placed[label] = Math.min(placed[label], limit);
    limit = placed[label] - gap;
  }
  limit = low;
  for (const label of order) {
    placed[label] = Math.max(placed[label], limit);
    limit = placed[label] + gap;
  }
  return placed;
}

/** A line of a legend: a name and the mark that it is for. */
export interface LegendEntry {
  readonly name: string;
  readonly look: Plot.DotOptions;
}

const LEGEND_LINE = 18;

/** The room that {@linkcode legendMarks} needs above the frame, in pixels. */
export function legendHeight(entries: readonly LegendEntry[]): number {
  return 14 + LEGEND_LINE * (entries.length + 1);
}

/** Names above the frame, one below the other, and below them what the vertical axis shows. */
export function legendMarks(entries: readonly LegendEntry[], y: string): Plot.Markish[] {
  const top = 14 - legendHeight(entries);
  const text = {
    frameAnchor: "top-left",
    textAnchor: "start",
    lineAnchor: "middle",
    fontSize: 13,
  } as const;
  return [
    ...entries.flatMap(({ name, look }, i) => {
      const dy = top + LEGEND_LINE * i;
      return [
        Plot.dot([0], { ...look, frameAnchor: "top-left", r: 4.5, dx: 6, dy }),
        Plot.text([0], { ...text, text: () => name, dx: 18, dy }),
      ];
    }),
    Plot.text([0], { ...text, text: () => y, dx: -40, dy: -14 }),
  ];
}
