/**
 * The results as one figure: bars for what a run costs, lines for how the cost grows.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, LOOKS, spread } from "klayer/notebook/chart.ts";
import type { Row } from "./measure.ts";
import type { PartName, Result } from "./parts.ts";
import { threeDigits } from "./table.ts";

const PANEL = { width: 460, height: 250 };
const FONT = 13;

/** The figure as an SVG document; a part that was not measured has no panel. */
export function benchFigure(results: readonly Result[]): string {
  const panels = [
    ...(["plain", "batch-norm", "search", "memory"] as const).flatMap((part) =>
      results.filter((result) => result.part === part).map(bars)
    ),
    ...(["n", "width"] as const).flatMap((part) => {
      const sweep = results.filter((result) => result.part === part);
      return sweep.length === 0 ? [] : [lines(part, sweep)];
    }),
  ];
  const [width, height] = [2 * PANEL.width, Math.ceil(panels.length / 2) * PANEL.height];
  const placed = panels.map((panel, i) => {
    const [x, y] = [(i % 2) * PANEL.width, Math.floor(i / 2) * PANEL.height];
    return panel.replace("<svg ", `<svg x="${x}" y="${y}" `);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-label="Benchmark of klayer">` +
    `<rect width="${width}" height="${height}" fill="white"/>${placed.join("")}</svg>\n`;
}

const TITLES: Record<Exclude<PartName, "peak">, string> = {
  plain: "Plain, 10k, n = 100: seconds per epoch",
  "batch-norm": "Batch norm., 49k, n = 590: seconds per epoch",
  search: "Search: trials of 10 epochs per minute",
  memory: "Batch norm., 49k: peak memory (MB)",
  n: "Plain step, width 50: ms against n",
  width: "Plain step, n = 100: ms against width",
};

function bars({ part, unit, rows }: Result): string {
  const several = new Set(rows.map(({ threads }) => threads)).size > 1;
  const label = ({ name, threads }: Row) => several ? `${name}, ${threads} thr.` : name;
  const data = rows.map((row) => ({ ...row, label: label(row), colour: colourOf(row.name) }));
  const longest = Math.max(...data.map(({ label }) => label.length));
  return draw({
    ...PANEL,
    marginTop: 34,
    marginBottom: 12,
    marginLeft: 16 + longest * FONT * 0.55,
    marginRight: 56,
    x: { axis: null, domain: [0, Math.max(...data.map(({ median }) => median))] },
    y: {
      label: null,
      domain: data.map(({ label }) => label),
      tickSize: 0,
      // Few bars need not be fat.
      paddingOuter: data.length < 4 ? 0.6 : 0.1,
    },
    marks: [
      title(TITLES[part as keyof typeof TITLES]),
      Plot.barX(data, {
        x: "median",
        y: "label",
        fill: "colour",
        ariaLabel: unit,
      }),
      Plot.text(data, {
        x: "median",
        y: "label",
        text: ({ median }) => threeDigits(median),
        textAnchor: "start",
        dx: 5,
        fontSize: FONT,
        fontWeight: 600,
      }),
    ],
  });
}

function lines(part: "n" | "width", results: readonly Result[]): string {
  const series = results[0].rows.map(({ name }, i) => ({
    name,
    look: LOOKS[i % LOOKS.length],
    colour: colourOf(name),
    points: results.map(({ at, rows }) => ({ x: at!, y: rows[i].median })),
  }));
  const [marginTop, marginBottom] = [44, 38];
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const y = {
    type: "log" as const,
    domain: [Math.min(...values), Math.max(...values)],
    range: [PANEL.height - marginBottom, marginTop],
  };
  const scale = Plot.scale({ y });
  const wanted = series.map(({ points }) => scale.apply(points.at(-1)!.y) as number);
  const placed = spread(wanted, FONT + 2, marginTop, PANEL.height - marginBottom);
  const ticks = results.map(({ at }) => at!);
  return draw({
    ...PANEL,
    marginTop,
    marginBottom,
    marginLeft: 48,
    marginRight: 16 + Math.max(...series.map(({ name }) => name.length)) * FONT * 0.58,
    x: {
      type: "log",
      label: part,
      labelAnchor: "center",
      labelArrow: "none",
      ticks,
      tickFormat: String,
    },
    y: { ...y, label: "ms per step", labelArrow: "none", grid: true, ticks: 5, tickFormat: String },
    marks: [
      title(TITLES[part]),
      ...series.flatMap(({ name, look, colour, points }, i) => [
        Plot.line(points, {
          x: "x",
          y: "y",
          stroke: colour,
          strokeDasharray: look.dash,
          strokeWidth: 2,
        }),
        Plot.dot(points, { x: "x", y: "y", fill: colour, symbol: look.symbol, r: 3 }),
        Plot.text([points.at(-1)!], {
          x: "x",
          y: "y",
          text: () => name,
          textAnchor: "start",
          dx: 8,
          dy: placed[i] - wanted[i],
          fill: colour,
          fontWeight: 600,
          fontSize: FONT,
        }),
      ]),
    ],
  });
}

function title(text: string): Plot.Markish {
  return Plot.text([text], {
    frameAnchor: "top-left",
    lineAnchor: "bottom",
    textAnchor: "start",
    text: (line: string) => line,
    dx: -40,
    dy: -14,
    fontSize: FONT + 1,
    fontWeight: 700,
  });
}

/** One colour per program, in every panel. */
function colourOf(name: string): string {
  const programs = ["klayer", "klayer, wasm", "NumPy", "PyTorch", "NumPy, products only"];
  const exact = programs.indexOf(name);
  return LOOKS[[0, 2, 1, 3, 4][exact] ?? 0].stroke;
}
