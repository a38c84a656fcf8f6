/**
 * What a grader asks of each item: what it must agree to, why it is required, and which differences are
 * findings about the report rather than faults of the reproduction.
 *
 * @module
 */

import type { Item, Rule } from "./items.ts";
import { COPY_TOLERANCE, judge, type Judgement } from "./judge.ts";
import * as printed from "./printed.ts";

/** How an item stands on the grader's sheet. */
export type GradeVerdict =
  | Judgement["verdict"]
  /** It differs, by no more than a finding of the notebooks accounts for. */
  | "differs, explained"
  /** It was computed from the synthetic stand-in, which says nothing about the report. */
  | "stand-in data"
  | "missing";

/** The verdicts that a required item passes with. */
export const PASSING: readonly GradeVerdict[] = ["reproduced", "agrees", "differs, explained"];

/** Why items are required, by the rule that they are judged by. All 31 are. */
export const WHY_REQUIRED: Readonly<Record<Rule["kind"], string>> = {
  digits: "The run is seeded and every step of it known, so any machine must come to these digits.",
  exact: "The run is seeded and counts images, so any machine must come to this very number.",
  points:
    "The run is seeded; what rounding, or a test file that is a copy, can change is the tolerance.",
  diverged: "The run must be there and fail as the report's did; its number is amplified rounding.",
  magnitude:
    "The check must be there. Where it compares rounding with rounding, the size is all there is.",
  spread: "The run has no seed, so what is asked for is its place among the runs of many seeds.",
  claim:
    "The report prints no number, so what is asked for is whether a run bears out what it shows.",
};

/** A difference from the report that the notebooks account for. */
export interface Explanation {
  readonly finding: string;
  /** Page, and table or figure, where it is shown. */
  readonly where: string;
  /** It accounts for numbers from here to there and for no others. */
  readonly between: readonly [least: number, most: number];
  /** How many numbers it takes at least; 1 unless given. */
  readonly numbers?: number;
  /** It rests on a test file that is not the official one. */
  readonly onlyOnCopy?: boolean;
}

/** The differences that are findings about the report, by item. */
export const EXPLAINED: Readonly<Record<string, Explanation>> = {
  baseline: {
    finding: "The report's run had no seed and lies above every seed of the stated settings: " +
      "it cannot come from them",
    where: "02, figure 2.1",
    between: [40, printed.baseline.accuracy],
    numbers: 20,
  },
  "figure-8": {
    finding: "Two epochs tie on the 1,000 validation images; the first counts, and the later one " +
      "comes closer to the printed number",
    where: "06, table 6.6",
    between: [48, 49],
    onlyOnCopy: true,
  },
  "figure-9": {
    finding: "The run diverges within its first epoch, and the order in which a machine adds up " +
      "decides where",
    where: "06, table 6.3",
    between: [5, 30],
  },
  coarse: {
    finding: "The order of a search's best trials is mostly chance, so they lie in the ranges of " +
      "the fine search no more often than by chance",
    where: "05, tables 5.7 and 5.10",
    between: [0, 0],
  },
};

/** A verdict on the grader's sheet with its reason. */
export interface Graded {
  readonly verdict: GradeVerdict;
  readonly reason: string;
  /** What accounts for the difference, where something does, and where that is shown. */
  readonly finding?: string;
}

/**
 * The verdict on what was found for an item, as `judge` has it, or "differs, explained" where the
 * difference is no larger than a finding of the notebooks accounts for.
 *
 * @example
 * ```ts
 * import { itemOf } from "klayer/report/items.ts";
 * import { gradeItem } from "klayer/report/grade_rules.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(gradeItem(itemOf("overfit"), [87.7, 29.1], true).verdict, "reproduced");
 * assertEquals(gradeItem(itemOf("figure-8"), [48.37], false).verdict, "differs, explained");
 * assertEquals(gradeItem(itemOf("figure-8"), [40], false).verdict, "differs");
 * ```
 */
export function gradeItem(item: Item, found: readonly number[], officialTest: boolean): Graded {
  const { verdict, agreement } = judge(item, found, officialTest);
  const explanation = EXPLAINED[item.id];
  if (verdict !== "differs" || !explanation || !covers(explanation, found, officialTest)) {
    return { verdict, reason: agreement };
  }
  const { finding, where } = explanation;
  return { verdict: "differs, explained", reason: agreement, finding: `${finding} (${where})` };
}

function covers(
  { between: [least, most], numbers = 1, onlyOnCopy = false }: Explanation,
  found: readonly number[],
  officialTest: boolean,
): boolean {
  if (found.length < numbers || (onlyOnCopy && officialTest)) return false;
  return found.every((value) => least <= value && value <= most);
}

/**
 * What an item must agree to, in a few words.
 *
 * @example
 * ```ts
 * import { itemOf } from "klayer/report/items.ts";
 * import { tolerance } from "klayer/report/grade_rules.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tolerance(itemOf("he"), true), "12 digits");
 * assertEquals(tolerance(itemOf("figure-2"), false), "0.8 points (test file not official)");
 * ```
 */
export function tolerance({ rule }: Item, officialTest: boolean): string {
  switch (rule.kind) {
    case "digits":
      return `${rule.least} digits`;
    case "exact":
      return "exact";
    case "points":
      return officialTest
        ? `${rule.within} points`
        : `${COPY_TOLERANCE} points (test file not official)`;
    case "diverged":
      return `${rule.within} points`;
    case "magnitude":
      return `a factor of ${rule.factor}`;
    case "spread":
      return `${rule.deviations} deviations`;
    case "claim":
      return "holds";
  }
}
