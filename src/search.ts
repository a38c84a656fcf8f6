/**
 * Random search for a learning rate eta and a penalty lambda: plans, trials, and a search that can be
 * stopped and taken up again.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { Journal } from "./journal.ts";
import { checkFields, isNumber, type Outcome, outcomeChecks, outcomeOf } from "./outcome.ts";
import { openRandom, type Random } from "./random.ts";
import { resume, type ResumeProgress } from "./resume.ts";
import { ON_REQUEST, type Progress, type Run } from "./run.ts";

/** Where one lambda is tried: so many etas, drawn between two bounds. */
export interface SearchRange {
  readonly lambda: number;
  /** The lowest and the highest eta. */
  readonly eta: readonly [number, number];
  readonly trials: number;
}

/** A search before it is run. */
export interface SearchPlan {
  readonly name: string;
  /** Of the draws: the range with index r has the stream of seed + r. */
  readonly seed: number;
  readonly ranges: readonly SearchRange[];
}

/** One setting to try. No two trials of a search are equal. */
export interface Trial {
  readonly eta: number;
  readonly lambda: number;
  /** Of the network's random numbers. */
  readonly seed: number;
}

/** What came of a trial. */
export interface TrialResult extends Trial, Outcome {}

/** Where a search is; its jobs are the trials. */
export interface SearchProgress extends ResumeProgress {
  /** The best result so far, those of the journal included. */
  readonly best: TrialResult | null;
}

/** Runs one trial. */
export type RunTrial = (trial: Trial, options: {
  readonly name: string;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}) => Promise<Run>;

/** What a search may be told. */
export interface SearchOptions {
  /** Trials in it are not run again; each result is in it before it is reported. */
  readonly journal?: Pick<Journal<TrialResult>, "entries" | "append">;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Ends the search; the results so far are returned. */
  readonly signal?: AbortSignal;
}

/**
 * A number between two bounds whose logarithm is uniformly distributed: as many draws fall between 0.01
 * and 0.02 as between 0.02 and 0.04.
 *
 * @param low a positive number
 *
 * @example
 * ```ts
 * import { openRandom } from "klayer/random.ts";
 * import { logUniform } from "klayer/search.ts";
 * import { assert } from "@std/assert";
 *
 * const eta = logUniform(openRandom(1), 0.005, 0.1);
 * assert(0.005 <= eta && eta < 0.1);
 * ```
 */
export function logUniform(random: Pick<Random, "uniform">, low: number, high: number): number {
  const drawn = Math.exp(Math.log(low) + random.uniform() * Math.log(high / low));
  // Rounding may carry a draw at a bound over it.
  return Math.min(Math.max(drawn, low), high);
}

/**
 * The trials of a plan, range by range.
 *
 * Each range draws from a stream of its own, so that trial i of a range is the same however many
 * trials the ranges have: a shorter search is the beginning of a longer one.
 *
 * @param seed of every trial's network
 *
 * @example
 * ```ts
 * import { drawTrials } from "klayer/search.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = (trials: number) =>
 *   ({ name: "mine", seed: 1, ranges: [{ lambda: 1e-4, eta: [0.01, 0.1], trials }] }) as const;
 * assertEquals(drawTrials(plan(2), 400), drawTrials(plan(5), 400).slice(0, 2));
 * ```
 */
export function drawTrials(plan: SearchPlan, seed: number): Trial[] {
  return plan.ranges.flatMap(({ lambda, eta: [low, high], trials }, r) => {
    const random = openRandom(plan.seed + r);
    return Array.from(
      { length: trials },
      () => ({ eta: logUniform(random, low, high), lambda, seed }),
    );
  });
}

/**
 * The same plan with so many trials in all, taken from its ranges in turn.
 *
 * @throws {InputError} where that is no whole number from 1 to the number of trials of the plan
 *
 * @example
 * ```ts
 * import { limitTrials } from "klayer/search.ts";
 * import { coarse } from "klayer/report/search_plan.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(limitTrials(coarse, 12).ranges.map(({ trials }) => trials), [3, 3, 2, 2, 2]);
 * ```
 */
export function limitTrials(plan: SearchPlan, trials: number): SearchPlan {
  const all = countTrials(plan);
  if (!Number.isInteger(trials) || trials < 1 || trials > all) {
    throw new InputError(
      `Found ${trials} trials, expected a whole number from 1 to the ${all} of the ${plan.name} search.`,
    );
  }
  const counts = plan.ranges.map(() => 0);
  for (let r = 0, left = trials; left > 0; r = (r + 1) % counts.length) {
    if (counts[r] === plan.ranges[r].trials) continue;
    counts[r]++;
    left--;
  }
  return { ...plan, ranges: plan.ranges.map((range, r) => ({ ...range, trials: counts[r] })) };
}

/** The number of trials of a plan. */
export function countTrials({ ranges }: Pick<SearchPlan, "ranges">): number {
  return ranges.reduce((sum, { trials }) => sum + trials, 0);
}

/**
 * Runs trials, as many at a time as `run` allows, and returns their results in the order of the
 * trials. Where the signal ends the search, those that have not finished are left out.
 *
 * Throws what the first run that fails throws, after the others have been stopped; what had finished
 * by then is in the journal.
 *
 * @example
 * ```ts
 * import { search } from "klayer/search.ts";
 * import { trainInPool, closeRunPool } from "klayer/report/run_pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([0, 255]), labels: new Uint8Array([0, 1]), mean: 0.5 };
 * const data = { training: split, validation: split, classes: ["dark", "bright"] };
 * const trials = [0.1, 0.2].map((eta) => ({ eta, lambda: 0, seed: 400 }));
 * const results = await search(
 *   trials,
 *   (trial, options) => trainInPool(data, { ...trial, hidden: [2], epochs: 3, batchSize: 2 }, options),
 * );
 * assertEquals(results.map(({ eta }) => eta), [0.1, 0.2]);
 * await closeRunPool();
 * ```
 */
export async function search(
  trials: readonly Trial[],
  run: RunTrial,
  { journal, onProgress, signal }: SearchOptions = {},
): Promise<TrialResult[]> {
  const entries = journal?.entries ?? [];
  // Of a trial that is in the journal twice the first result counts.
  const kept = new Map(entries.toReversed().map((entry) => [keyOf(entry), entry]));
  let best = ranked(trials.flatMap((trial) => kept.get(keyOf(trial)) ?? []))[0] ?? null;
  const append = (result: TrialResult) => {
    journal?.append(result);
    best = ranked(best === null ? [result] : [best, result])[0] ?? null;
  };
  return await resume(trials, {
    keyOf,
    keyOfResult: keyOf,
    journal: { entries, append },
    onProgress: (at) => onProgress?.({ ...at, best }),
    signal,
    run: async (trial, { place, onProgress, signal }) => {
      const finished = await run(trial, {
        name: `trial ${place} (eta = ${trial.eta}, lambda = ${trial.lambda})`,
        onProgress: ({ epoch, epochs, fraction }) => onProgress((epoch - 1 + fraction) / epochs),
        signal,
      });
      // One that had been through its epochs when it was asked to stop has finished all the same.
      return finished.stopped?.reason === ON_REQUEST ? null : resultOf(trial, finished);
    },
  });
}

/**
 * Results from the highest validation accuracy down; equals stay in their order, and runs without
 * an accuracy are left out.
 *
 * @example
 * ```ts
 * import { ranked } from "klayer/search.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const result = (validationAccuracy: number | null) =>
 *   ({ eta: 0.1, lambda: 0, seed: 1, validationAccuracy, epoch: 1, stopped: null, seconds: 1 });
 * const results = [null, 40, 42].map(result);
 * assertEquals(ranked(results).map((each) => each.validationAccuracy), [42, 40]);
 * ```
 */
export function ranked(results: readonly TrialResult[]): TrialResult[] {
  return results.filter(({ validationAccuracy }) => validationAccuracy !== null)
    .sort((a, b) => b.validationAccuracy! - a.validationAccuracy!);
}

/** Checks a result that was found in a journal; throws an `Error` that says what is wrong. */
export function readResult(value: unknown): TrialResult {
  return checkFields<TrialResult>(value, {
    eta: isNumber(Number.MIN_VALUE, Number.MAX_VALUE),
    lambda: isNumber(0, Number.MAX_VALUE),
    seed: isNumber(0, 2 ** 32 - 1),
    ...outcomeChecks,
  });
}

function resultOf({ eta, lambda, seed }: Trial, run: Run): TrialResult {
  return { eta, lambda, seed, ...outcomeOf(run) };
}

function keyOf({ eta, lambda, seed }: Trial): string {
  return `${eta} ${lambda} ${seed}`;
}
