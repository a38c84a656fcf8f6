/**
 * The study of what holds: the report's claims about initialisation and batch normalisation, and the
 * assignment's about depth, as comparisons under the textbook's protocol.
 *
 * @module
 */

import { bestOf, type Claim, type Part, type Settings } from "./claims.ts";
import * as printed from "./printed.ts";
import type { StudyResult } from "./run_study.ts";
import { figures } from "./runs.ts";
import type { RunSpec } from "./spec.ts";

/** What the study trains. */
export interface StudyPlan {
  readonly epochs: number;
  readonly lambda: number;
  /** The learning rate of 3 layers. */
  readonly eta: number;
  /** The report's small, medium and high learning rate of 2 layers. */
  readonly etas: { readonly small: number; readonly medium: number; readonly high: number };
  /** Units of the hidden layers of the deepest network; a shallower one has the first of them. */
  readonly widths: readonly number[];
  /** Numbers of layers, the output layer included. */
  readonly depths: readonly number[];
  /** How the learning rates of the comparison of depths are chosen. */
  readonly pilot: { readonly etas: readonly number[]; readonly seeds: readonly number[] };
  /** Of the comparisons; none of the pilot's. */
  readonly seeds: readonly number[];
}

const etaOf = (figure: number) => figures[figure - 1].spec.eta;

/**
 * The settings of the report where it has them. The widths are those of the 9-layer network in the
 * course's assignment (DD2424, assignment 3); the report's 50, 30 are the first two. The pilot tries the
 * learning rates of the report's figures 2, 3 and 7.
 */
export const studyPlan: StudyPlan = {
  epochs: 10,
  lambda: 1e-4,
  eta: etaOf(2),
  etas: { small: etaOf(5), medium: etaOf(7), high: etaOf(9) },
  widths: [50, 30, 20, 20, 10, 10, 10, 10],
  depths: [2, 3, 4, 5, 6, 7, 8, 9],
  pilot: { etas: [etaOf(2), etaOf(3), etaOf(7)], seeds: [101, 102] },
  seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};

/** A learning rate for a number of layers, without or with batch normalisation. */
export type ChooseEta = (layers: number, batchNorm: boolean) => number;

/**
 * The runs of the pilot: each depth, without and with batch normalisation, at each learning rate, from
 * seeds that the comparisons do not have.
 *
 * @example
 * ```ts
 * import { pilotRuns, studyPlan } from "klayer/report/study_plan.ts";
 * import { assertEquals } from "@std/assert";
 *
 * // Depths, sides, learning rates and seeds.
 * assertEquals(pilotRuns(studyPlan).length, 8 * 2 * 3 * 2);
 * ```
 */
export function pilotRuns(plan: StudyPlan): RunSpec[] {
  const { depths, pilot: { etas, seeds } } = plan;
  return depths.flatMap((layers) =>
    [false, true].flatMap((batchNorm) =>
      etas.flatMap((eta) =>
        seeds.map((seed) => ({ ...settingsOf(plan, layers, batchNorm, eta), seed }))
      )
    )
  );
}

/**
 * The learning rate with the highest mean validation accuracy in the pilot, for each depth and side.
 *
 * @param results of {@linkcode pilotRuns}; the function it returns throws a `RangeError` where one is missing
 *
 * @example
 * ```ts
 * import { chooseEta, pilotRuns, studyPlan } from "klayer/report/study_plan.ts";
 * import { keyOfSpec } from "klayer/report/run_study.ts";
 * import { assertEquals } from "@std/assert";
 *
 * // As if a learning rate were the better the larger it is.
 * const results = pilotRuns(studyPlan).map((run) => ({
 *   key: keyOfSpec(run),
 *   validationAccuracy: 100 * run.eta,
 *   testAccuracy: 10,
 *   epoch: 10,
 *   stopped: null,
 *   seconds: 1,
 * }));
 * assertEquals(chooseEta(studyPlan, results)(9, true), 0.1);
 * ```
 */
export function chooseEta(plan: StudyPlan, results: readonly StudyResult[]): ChooseEta {
  const { etas, seeds } = plan.pilot;
  return (layers, batchNorm) =>
    bestOf(etas.map((eta) => settingsOf(plan, layers, batchNorm, eta)), results, seeds).eta;
}

/**
 * The claims of a plan with all their comparisons, in the order of the report.
 *
 * @param etaOf the learning rates of the comparison of depths
 *
 * @example
 * ```ts
 * import { claimsOf, studyPlan } from "klayer/report/study_plan.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const depth = claimsOf(studyPlan, () => 0.1).find(({ id }) => id === "depth")!;
 * const [nine] = depth.parts.at(-1)!.more;
 * assertEquals(nine.hidden, [50, 30, 20, 20, 10, 10, 10, 10]);
 * ```
 */
export function claimsOf(plan: StudyPlan, etaOf: ChooseEta): Claim[] {
  const { eta, etas, depths, pilot } = plan;
  const settings = (layers: number, batchNorm: boolean, each: number): Settings =>
    settingsOf(plan, layers, batchNorm, each);
  const pair = (name: string, layers: number, each: number, figure?: number): Part => ({
    name,
    less: [settings(layers, false, each)],
    more: [settings(layers, true, each)],
    printed: figure === undefined ? undefined : printedPair(figure),
  });
  const three = [
    { eta: etas.small, figure: 5 },
    { eta: etas.medium, figure: 7 },
    { eta: etas.high, figure: 9 },
  ];
  const pairs = three.map(({ figure }) => printedPair(figure));
  const deepest = Math.max(...depths);
  const sides = { less: "without", more: "with batch normalisation" };
  return [
    {
      id: "he",
      statement: "From small weights a 3-layer network does not learn, from He's it does.",
      source: "report, section 2",
      sides: { less: "from small weights", more: "from He initialisation" },
      parts: [{
        name: "3\u00a0layers",
        less: [{ ...settings(3, false, eta), init: "plain" }],
        more: [settings(3, false, eta)],
      }],
    },
    {
      id: "three-layers",
      statement: "Batch normalisation makes a 3-layer network much better.",
      source: "report, figures 1 and 2",
      sides,
      parts: [pair("3\u00a0layers", 3, eta, 1)],
    },
    {
      id: "two-layers",
      statement: "It makes a 2-layer network better at a small, a medium and a high learning rate.",
      source: "report, figures 5 to 10",
      sides,
      parts: three.map(({ eta, figure }) => pair(shortEta(eta), 2, eta, figure)),
    },
    {
      id: "range",
      statement:
        "With it, less depends on the learning rate: the best and the worst of the three lie " +
        "closer together.",
      source: "report, figures 5 to 10",
      sides: { less: "with batch normalisation", more: "without" },
      without: "more",
      parts: [{
        name: "2\u00a0layers",
        less: three.map(({ eta }) => settings(2, true, eta)),
        more: three.map(({ eta }) => settings(2, false, eta)),
        printed: {
          less: range(pairs.map(({ more }) => more)),
          more: range(pairs.map(({ less }) => less)),
        },
      }],
    },
    {
      id: "depth",
      statement:
        `It makes networks of ${Math.min(...depths)} to ${deepest} layers better, each at its ` +
        "own learning rate.",
      source: "the course's assignment",
      sides,
      parts: depths.map((layers) => ({
        name: String(layers),
        less: [settings(layers, false, etaOf(layers, false))],
        more: [settings(layers, true, etaOf(layers, true))],
      })),
    },
    {
      id: "deepest",
      statement: `It makes a ${deepest}-layer network better at any learning rate that is tried.`,
      source: "our question",
      sides,
      parts: pilot.etas.map((eta) => pair(shortEta(eta), deepest, eta)),
    },
  ];
}

function settingsOf(
  { widths, lambda, epochs }: StudyPlan,
  layers: number,
  batchNorm: boolean,
  eta: number,
): Settings {
  return { hidden: widths.slice(0, layers - 1), batchNorm, eta, lambda, epochs };
}

function shortEta(eta: number): string {
  return `η\u00a0=\u00a0${Number(eta.toPrecision(2))}`;
}

/** The printed test accuracies of a figure without batch normalisation and of the next one, with it. */
function printedPair(figure: number): { less: number; more: number } {
  const [less, more] = printed.figureTestAccuracies.slice(figure - 1, figure + 1);
  return { less, more };
}

function range(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
