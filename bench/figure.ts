/**
 * The results as one figure: bars for what a run costs, lines for how the cost grows.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, LOOKS, spread } from "klayer/notebook/chart.ts";
import type { Row } from "./measure.ts";
import type { Result } from "./parts.ts";
import { threeDigits } from "./table.ts";

const WIDTH = 460;
const TITLE = 34;
const BAR = 26;
const LINES = 220;
const FONT = 13;

/** One chart with its title; the same parts stand side by side. */
interface Panel {
  readonly title: string;
  readonly svg: string;
  readonly height: number;
}

const PANELS = [
  { part: "plain", title: "Plain, 10k, n = 100: seconds per epoch", chart: bars },
  {
    part: "batch-norm",
    title: "Batch normalisation, 49k, n = 590: seconds per epoch",
    chart: bars,
  },
  { part: "search", title: "Search on all cores: trials of 10 epochs per minute", chart: bars },
  { part: "memory", title: "Batch normalisation, 49k: peak memory in MB", chart: bars },
  { part: "n", title: "Plain step, width 50: ms against n", chart: lines },
  { part: "width", title: "Plain step, n = 100: ms against the first width", chart: lines },
] as const;

/** The figure as an SVG document on a white ground; a part that was not measured has no panel. */
export function benchFigure(results: readonly Result[]): string {
  const panels = PANELS.flatMap(({ part, title, chart }): Panel[] => {
    const own = results.filter((result) => result.part === part);
    return own.length === 0 ? [] : [{ title, ...chart(own) }];
  });
  const placed: string[] = [];
  let height = 0;
  for (let first = 0; first < panels.length; first += 2) {
    const row = panels.slice(first, first + 2);
    placed.push(...row.map((panel, i) => place(panel, i * WIDTH, height)));
    height += TITLE + Math.max(...row.map((panel) => panel.height));
  }
  const size = `width="${2 * WIDTH}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${2 * WIDTH} ${height}" ` +
    `role="img" aria-label="Time and memory of klayer beside NumPy">` +
    `<rect ${size} fill="white"/>${placed.join("")}</svg>\n`;
}

function place({ title, svg }: Panel, x: number, y: number): string {
  const font = `font-family="system-ui, sans-serif" font-size="${FONT + 1}" font-weight="700"`;
  // Plot's style sheet is for an SVG of its own: its "height: auto" would stretch an inner one.
  const inner = svg.replace(/<style>.*?<\/style>/s, "")
    .replace("<svg ", `<svg x="${x}" y="${y + TITLE}" `);
  return `<text x="${x + 12}" y="${y + 24}" ${font} fill="#1a1a1a">${title}</text>${inner}`;
}

function bars([{ part, unit, rows }]: readonly Result[]): Omit<Panel, "title"> {
  const isEpoch = part === "plain" || part === "batch-norm";
  const label = isEpoch ? labelOf : ({ name }: Row) => name;
  const data = rows.map((row) => ({ ...row, label: label(row), colour: lookOf(row).stroke }));
  const longest = Math.max(...data.map(({ label }) => label.length));
  const height = BAR * data.length + 16;
  const svg = draw({
    width: WIDTH,
    height,
    marginTop: 2,
    marginBottom: 14,
    marginLeft: 20 + longest * FONT * 0.54,
    marginRight: 56,
    x: { axis: null, domain: [0, Math.max(...data.map(({ median }) => median))] },
    y: { label: null, domain: data.map(({ label }) => label), tickSize: 0 },
    marks: [
      Plot.barX(data, { x: "median", y: "label", fill: "colour", ariaLabel: unit }),
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
  return { svg, height };
}

function lines(results: readonly Result[]): Omit<Panel, "title"> {
  const series = results[0].rows.map((row, i) => ({
    label: labelOf(row),
    look: lookOf(row),
    points: results.map(({ at, rows }) => ({ x: at!, y: rows[i].median })),
  }));
  const [marginTop, marginBottom] = [8, 42];
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const domain = [Math.min(...values), Math.max(...values)];
  const y = { type: "log" as const, domain, range: [LINES - marginBottom, marginTop] };
  const scale = Plot.scale({ y });
  const wanted = series.map(({ points }) => scale.apply(points.at(-1)!.y) as number);
  const placed = spread(wanted, FONT + 2, marginTop, LINES - marginBottom);
  const svg = draw({
    width: WIDTH,
    height: LINES,
    marginTop,
    marginBottom,
    marginLeft: 48,
    marginRight: 20 + Math.max(...series.map(({ label }) => label.length)) * FONT * 0.58,
    x: {
      type: "log",
      label: results[0].part,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: results.map(({ at }) => at!),
      tickFormat: String,
    },
    y: { ...y, label: null, grid: true, ticks: 4, tickFormat: String },
    marks: series.flatMap(({ label, look, points }, i) => {
      const { stroke, dash, symbol } = look;
      return [
        Plot.line(points, { x: "x", y: "y", stroke, strokeDasharray: dash, strokeWidth: 2 }),
        Plot.dot(points, { x: "x", y: "y", fill: stroke, symbol, r: 3 }),
        Plot.text([points.at(-1)!], {
          x: "x",
          y: "y",
          text: () => label,
          textAnchor: "start",
          dx: 8,
          dy: placed[i] - wanted[i],
          fill: stroke,
          fontWeight: 600,
          fontSize: FONT,
        }),
      ];
    }),
  });
  return { svg, height: LINES };
}

function labelOf({ name, threads }: Row): string {
  return `${name}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

/** One look per program, in every panel. */
function lookOf({ name }: Row) {
  const known = [/^klayer, wasm/, /^klayer, blas/, /^NumPy, products/, /^NumPy/, /^PyTorch/];
  const looks = [LOOKS[2], LOOKS[5], LOOKS[4], LOOKS[1], LOOKS[3], LOOKS[0]];
  return looks.at(known.findIndex((pattern) => pattern.test(name)))!;
}
