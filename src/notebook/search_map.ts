/**
 * What a search found, as a map: validation accuracy over eta and lambda.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { ranked, type TrialResult } from "../search.ts";
import { draw, LOOKS, PANEL } from "./chart.ts";

/** From the lowest accuracies to the highest: darker and larger, so that colour is never alone. */
const STEPS = [
  { fill: "#f2e3b3", r: 3.5 },
  { fill: "#f0b35a", r: 4.2 },
  { fill: "#d9722e", r: 4.9 },
  { fill: "#9c2f4f", r: 5.6 },
  { fill: "#3b0f4d", r: 6.3 },
];

/** The margins that the two drawings of a search have in common. */
export const FRAME = { marginTop: 48, marginBottom: 42, marginRight: 16 };

/** The height of a drawing of a search over so many lambdas. */
export function frameHeight(lambdas: number): number {
  return FRAME.marginTop + FRAME.marginBottom + 74 * Math.max(1, lambdas);
}

/** How far neighbouring dots part, in pixels. */
const OFFSET = 12;

/** From one step of the legend to the next, in pixels. */
const LEGEND = 56;

/** What `searchMap` draws. */
export interface SearchMapOptions {
  readonly results: readonly TrialResult[];
  /** The bounds between the steps of colour, in percent; `accuracySteps` of the results by default. */
  readonly steps?: readonly number[];
  readonly width?: number;
}

/**
 * Bounds that part results into five steps with about as many results each, rounded down to a tenth
 * of a percent and without repetition.
 *
 * @example
 * ```ts
 * import { accuracySteps } from "klayer/notebook/search_map.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const results = Array.from({ length: 100 }, (_, i) => (
 *   { eta: 0.1, lambda: 0, seed: i, validationAccuracy: i / 2, epoch: 1, stopped: null, seconds: 1 }
 * ));
 * assertEquals(accuracySteps(results), [10, 20, 30, 40]);
 * ```
 */
export function accuracySteps(results: readonly TrialResult[]): number[] {
  const sorted = ranked(results).map(({ validationAccuracy }) => validationAccuracy!).reverse();
  if (sorted.length === 0) return [];
  const bounds = STEPS.slice(1).map((_, i) => {
    const value = sorted[Math.floor((i + 1) / STEPS.length * sorted.length)];
    return Math.floor(10 * value) / 10;
  });
  return [...new Set(bounds)];
}

/**
 * One dot for each trial over eta and lambda, both on logarithmic axes, coloured in steps of
 * validation accuracy; the best is ringed and labelled. Dots of one lambda are moved up and down a little, so
 * that none hides another.
 *
 * @example
 * ```ts
 * import { searchMap } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const results = [0.01, 0.02].map((eta) => (
 *   { eta, lambda: 1e-4, seed: 400, validationAccuracy: 42, epoch: 9, stopped: null, seconds: 1 }
 * ));
 * assertStringIncludes(searchMap({ results }), "learning rate η");
 * ```
 */
export function searchMap(options: SearchMapOptions): string {
  const { results, width = PANEL.width } = options;
  const { steps = accuracySteps(results) } = options;
  const lambdas = [...new Set(results.map(({ lambda }) => lambda))].sort((a, b) => b - a);
  // The best lie on top.
  const dots = ranked(results).reverse();
  const groups = offsets(dots, lambdas);
  const best = dots.at(-1);
  const stepOf = ({ validationAccuracy }: TrialResult) =>
    STEPS.length - 1 - steps.filter((bound) => validationAccuracy! < bound).length;
  return draw({
    width,
    height: frameHeight(lambdas.length),
    ...FRAME,
    marginLeft: 56,
    x: { ...etaAxis(dots.map(({ eta }) => eta)), inset: 10 },
    y: {
      type: "point",
      domain: lambdas,
      label: "λ",
      labelAnchor: "top",
      labelArrow: "none",
      tickFormat: (lambda: number) => lambda.toExponential(),
      grid: true,
      padding: 0.6,
    },
    marks: [
      Plot.frame({ stroke: "#767676" }),
      ...groups.flatMap((group, g) =>
        STEPS.map((_, step) =>
          Plot.dot(group.filter((dot) => stepOf(dot) === step), {
            x: "eta",
            y: "lambda",
            dy: OFFSET * (g - 1),
            ...look(step),
          })
        )
      ),
      ...best === undefined ? [] : bestMarks(best, groups),
      ...legend(steps),
    ],
  });
}

/** A logarithmic axis for learning rates: powers of ten, and over a short way 2 and 5 times them, too. */
export function etaAxis(etas: readonly number[]): Plot.ScaleOptions {
  const [low, high] = etas.length === 0 ? [0.001, 1] : [Math.min(...etas), Math.max(...etas)];
  const domain = low < high ? [low, high] : [low / 2, high * 2];
  const digits = domain[1] / domain[0] < 50 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(domain[0])); 10 ** power <= domain[1]; power++) {
    ticks.push(...digits.map((digit) => Number(`${digit}e${power}`)));
  }
  return {
    type: "log",
    label: "learning rate η",
    labelAnchor: "center",
    labelArrow: "none",
    domain,
    ticks: ticks.filter((tick) => domain[0] <= tick && tick <= domain[1]),
    tickFormat: String,
  };
}

/** Which dots move up, which stay and which move down: neighbours along a row part. */
function offsets<Dot extends TrialResult>(
  dots: readonly Dot[],
  lambdas: readonly number[],
): Dot[][] {
  const place = new Map<Dot, number>();
  for (const lambda of lambdas) {
    dots.filter((dot) => dot.lambda === lambda).sort((a, b) => a.eta - b.eta)
      .forEach((dot, i) => place.set(dot, i % 3));
  }
  return [0, 1, 2].map((group) => dots.filter((dot) => place.get(dot) === group));
}

/** A ring around the best dot, and its accuracy. */
function bestMarks(best: TrialResult, groups: readonly TrialResult[][]): Plot.Markish[] {
  const etas = groups.flat().map(({ eta }) => eta);
  const place = Math.log(best.eta / Math.min(...etas)) /
    Math.log(Math.max(...etas) / Math.min(...etas));
  const dy = OFFSET * (groups.findIndex((group) => group.includes(best)) - 1);
  return [
    Plot.dot([best], { x: "eta", y: "lambda", dy, r: 10, stroke: LOOKS[0].stroke, strokeWidth: 2 }),
    Plot.text([best], {
      x: "eta",
      y: "lambda",
      dy: dy - 17,
      textAnchor: place < 0.2 ? "start" : place > 0.8 ? "end" : "middle",
      text: () => `best ${best.validationAccuracy!.toFixed(2)}%`,
      fill: LOOKS[0].stroke,
      stroke: "white",
      strokeWidth: 4,
      fontWeight: 600,
      fontSize: 13,
    }),
  ];
}

/** The steps of colour above the frame, lowest first, with the bounds between them. */
function legend(steps: readonly number[]): Plot.Markish[] {
  const at = { frameAnchor: "top-left" } as const;
  const from = STEPS.length - 1 - steps.length;
  const dots = Array.from(
    { length: steps.length + 1 },
    (_, i) => Plot.dot([0], { ...at, dx: 8 + i * LEGEND, dy: -14, ...look(from + i) }),
  );
  const bounds = steps.map((bound, i) =>
    Plot.text([0], {
      ...at,
      text: () => bound.toFixed(1),
      textAnchor: "middle",
      lineAnchor: "middle",
      dx: 8 + (i + 0.5) * LEGEND,
      dy: -14,
      fontSize: 12,
    })
  );
  const title = Plot.text([0], {
    ...at,
    text: () => "best validation accuracy (%)",
    textAnchor: "start",
    lineAnchor: "middle",
    dy: -34,
    fontWeight: 600,
  });
  return [title, ...dots, ...bounds];
}

/** The look of a dot on the map, by its step. */
function look(step: number) {
  return { ...STEPS[step], stroke: "#1a1a1a", strokeWidth: 0.7 };
}
