/**
 * What is claimed of batch normalisation and initialisation, put so that many runs can decide it, and
 * the rules of the verdict.
 *
 * @module
 */

import { type Interval, pairedInterval } from "../interval.ts";
import { keyOfSpec, type StudyResult } from "./run_study.ts";
import type { RunSpec } from "./spec.ts";

/** A run but for its seed. */
export type Settings = Omit<RunSpec, "seed">;

/**
 * What is measured for each seed: the test accuracy of the one setting or, where there are several, the
 * highest less the lowest of theirs.
 */
export type Measure = readonly Settings[];

/** One comparison: the claim is that `more` is larger than `less`. */
export interface Part {
  readonly name: string;
  readonly less: Measure;
  readonly more: Measure;
  /** What the report prints for the two, where it does; each stands for a single run. */
  readonly printed?: { readonly less: number; readonly more: number };
}

/** A claim with its comparisons. */
export interface Claim {
  readonly id: string;
  readonly statement: string;
  /** Who says so, and where. */
  readonly source: string;
  /** What the two sides of its comparisons are called. */
  readonly sides: { readonly less: string; readonly more: string };
  /** The side without the change that the claim is about, `less` by default. */
  readonly without?: "less" | "more";
  readonly parts: readonly Part[];
}

/** What came of a claim or of one comparison. */
export type Verdict = "holds" | "holds in part" | "does not hold";

/** A comparison after the runs; one value for each seed, in the order of the seeds. */
export interface Compared extends Part {
  readonly values: { readonly less: readonly number[]; readonly more: readonly number[] };
  /** more - less, seed by seed. */
  readonly differences: readonly number[];
  readonly interval: Interval;
  readonly verdict: Verdict;
}

/** The least share of a printed difference that counts as the effect that the report shows. */
export const LEAST_SHARE = 0.5;

/**
 * The verdict on one comparison. It holds where the whole confidence interval of the mean difference is
 * above zero and, if the report prints a difference, at least half of that is not out of reach: the
 * interval's upper end is not below it. It holds in part where only the first is so: the direction is
 * right, but not the size.
 *
 * @param printed the report's own difference
 *
 * @example
 * ```ts
 * import { verdictOf } from "klayer/report/claims.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verdictOf({ low: 0.5, high: 1.5 }), "holds");
 * assertEquals(verdictOf({ low: 0.5, high: 1.5 }, 2.9), "holds");
 * assertEquals(verdictOf({ low: 0.5, high: 1.5 }, 25), "holds in part");
 * assertEquals(verdictOf({ low: -0.1, high: 9 }, 1), "does not hold");
 * ```
 */
export function verdictOf({ low, high }: Pick<Interval, "low" | "high">, printed = 0): Verdict {
  if (!(low > 0)) return "does not hold";
  return high >= LEAST_SHARE * printed ? "holds" : "holds in part";
}

/**
 * The verdict on a claim: it holds where each of its comparisons does, does not hold where none does even
 * in part, and holds in part otherwise.
 *
 * @example
 * ```ts
 * import { verdictOfAll } from "klayer/report/claims.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verdictOfAll(["holds", "holds"]), "holds");
 * assertEquals(verdictOfAll(["holds", "does not hold"]), "holds in part");
 * assertEquals(verdictOfAll(["does not hold"]), "does not hold");
 * ```
 */
export function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.every((verdict) => verdict === "holds")) return "holds";
  if (verdicts.every((verdict) => verdict === "does not hold")) return "does not hold";
  return "holds in part";
}

/**
 * All runs that claims need, one for each setting and seed; settings that several claims share come once.
 *
 * @example
 * ```ts
 * import { runsOf } from "klayer/report/claims.ts";
 * import { claimsOf, studyPlan } from "klayer/report/study_plan.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const claims = claimsOf(studyPlan, () => 0.1);
 * const of = (seeds: number[]) => runsOf(claims, seeds).length;
 * assertEquals(of([1, 2, 3]), 3 * of([1]));
 * ```
 */
export function runsOf(claims: readonly Claim[], seeds: readonly number[]): RunSpec[] {
  const settings = claims.flatMap(({ parts }) => parts)
    .flatMap(({ less, more }) => [...less, ...more]);
  const runs = settings.flatMap((each) => seeds.map((seed) => ({ ...each, seed })));
  return [...new Map(runs.map((run) => [keyOfSpec(run), run])).values()];
}

/**
 * Compares the two sides of each part of a claim, seed by seed: both sides of a pair start from the same
 * weights and see the images in the same order.
 *
 * @param results of all runs of the claim, in any order
 * @param chance the accuracy in percent of a run that had no finished epoch
 * Throws a `RangeError` where a run is missing.
 *
 * @example
 * ```ts
 * import { compare, runsOf } from "klayer/report/claims.ts";
 * import { keyOfSpec } from "klayer/report/run_study.ts";
 * import { claimsOf, studyPlan } from "klayer/report/study_plan.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [claim] = claimsOf(studyPlan, () => 0.1).filter(({ id }) => id === "three-layers");
 * // As if normalisation brought ten points, whatever the seed brings.
 * const results = runsOf([claim], [1, 2, 3]).map((run) => ({
 *   key: keyOfSpec(run),
 *   validationAccuracy: 40,
 *   testAccuracy: 30 + 2 * run.seed! + (run.batchNorm ? 10 : 0),
 *   epoch: 10,
 *   stopped: null,
 *   seconds: 1,
 * }));
 * const [{ differences, verdict }] = compare(claim, results, [1, 2, 3]);
 * assertEquals(differences, [10, 10, 10]);
 * // The report prints a difference of 25.21 points.
 * assertEquals(verdict, "holds in part");
 * ```
 */
export function compare(
  { parts }: Claim,
  results: readonly StudyResult[],
  seeds: readonly number[],
  chance = 10,
): Compared[] {
  const byKey = keyed(results);
  const valuesOf = (measure: Measure) =>
    seeds.map((seed) => {
      const all = measure.map((each) => find(each, seed, byKey).testAccuracy ?? chance);
      return all.length === 1 ? all[0] : Math.max(...all) - Math.min(...all);
    });
  return parts.map((part) => {
    const [less, more] = [part.less, part.more].map(valuesOf);
    const { differences, interval } = pairedInterval(less, more);
    const printed = part.printed && part.printed.more - part.printed.less;
    const verdict = verdictOf(interval, printed);
    return { ...part, values: { less, more }, differences, interval, verdict };
  });
}

/**
 * The setting with the highest mean validation accuracy over the seeds, the first one of equals.
 *
 * @param results of all the settings with all the seeds, in any order
 * @param chance the accuracy in percent of a run that had no finished epoch
 * Throws a `RangeError` where a run is missing.
 *
 * @example
 * ```ts
 * import { bestOf } from "klayer/report/claims.ts";
 * import { keyOfSpec } from "klayer/report/run_study.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = [0.1, 0.9].map((eta) => ({ hidden: [50], eta, epochs: 10 }));
 * const results = [40, null].map((accuracy, i) => ({
 *   key: keyOfSpec({ ...settings[i], seed: 11 }),
 *   validationAccuracy: accuracy,
 *   testAccuracy: accuracy,
 *   epoch: accuracy && 10,
 *   stopped: null,
 *   seconds: 1,
 * }));
 * assertEquals(bestOf(settings, results, [11]), settings[0]);
 * ```
 */
export function bestOf(
  settings: readonly Settings[],
  results: readonly StudyResult[],
  seeds: readonly number[],
  chance = 10,
): Settings {
  const byKey = keyed(results);
  const scores = settings.map((each) =>
    seeds.reduce((sum, seed) => sum + (find(each, seed, byKey).validationAccuracy ?? chance), 0)
  );
  return settings[scores.indexOf(Math.max(...scores))];
}

function keyed(results: readonly StudyResult[]): Map<string, StudyResult> {
  return new Map(results.map((result) => [result.key, result]));
}

function find(
  settings: Settings,
  seed: number,
  results: ReadonlyMap<string, StudyResult>,
): StudyResult {
  const key = keyOfSpec({ ...settings, seed });
  const result = results.get(key);
  if (result === undefined) throw new RangeError(`Found no result of the run ${key}.`);
  return result;
}
