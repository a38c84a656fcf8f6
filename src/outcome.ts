/**
 * What a journal keeps of a finished run, and how it is checked when it is read again.
 *
 * @module
 */

import type { Run } from "./run.ts";

/** What came of a run, in few numbers. */
export interface Outcome {
  /** The highest after any epoch, in percent; null where the run was stopped before the first. */
  readonly validationAccuracy: number | null;
  /** The epoch of that accuracy, from 1. */
  readonly epoch: number | null;
  /** Why the run ended before its last epoch. */
  readonly stopped: string | null;
  /** What training and validation took. */
  readonly seconds: number;
}

/** Whether a value that was read can be what it stands for. */
export type Check = (found: unknown) => boolean;

/**
 * The outcome of a run.
 *
 * @example
 * ```ts
 * import { outcomeOf } from "klayer/outcome.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const stopped = { epoch: 1, reason: "the training cost became Infinity" };
 * assertEquals(outcomeOf({ best: null, stopped, seconds: { training: 2, evaluation: 1 } }), {
 *   validationAccuracy: null,
 *   epoch: null,
 *   stopped: "in epoch 1: the training cost became Infinity",
 *   seconds: 3,
 * });
 * ```
 */
export function outcomeOf(
  { best, stopped, seconds }: Pick<Run, "stopped" | "seconds"> & {
    readonly best: Pick<NonNullable<Run["best"]>, "epoch" | "validationAccuracy"> | null;
  },
): Outcome {
  return {
    validationAccuracy: best?.validationAccuracy ?? null,
    epoch: best?.epoch ?? null,
    stopped: stopped && `in epoch ${stopped.epoch}: ${stopped.reason}`,
    seconds: seconds.training + seconds.evaluation,
  };
}

/** A number from `low` to `high`. */
export function isNumber(low: number, high: number): Check {
  return (found) => typeof found === "number" && low <= found && found <= high;
}

/** Null, or what `check` accepts. */
export function isNullOr(check: Check): Check {
  return (found) => found === null || check(found);
}

/** A text. */
export function isText(found: unknown): boolean {
  return typeof found === "string";
}

/** The checks of an {@linkcode Outcome}. */
export const outcomeChecks: Readonly<Record<keyof Outcome, Check>> = {
  validationAccuracy: isNullOr(isNumber(0, 100)),
  epoch: isNullOr(isNumber(1, Number.MAX_SAFE_INTEGER)),
  stopped: isNullOr(isText),
  seconds: isNumber(0, Number.MAX_VALUE),
};

/**
 * A value of which every entry passes its check; throws an `Error` that names the first one which does
 * not.
 *
 * @example
 * ```ts
 * import { checkFields, isText } from "klayer/outcome.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkFields({ key: 3 }, { key: isText }), Error, "key is 3");
 * ```
 */
export function checkFields<Entry>(
  value: unknown,
  checks: Readonly<Record<keyof Entry & string, Check>>,
): Entry {
  const entry = value as Entry;
  for (const [name, check] of Object.entries<Check>(checks)) {
    const found = entry?.[name as keyof Entry];
    if (!check(found)) throw new Error(`${name} is ${JSON.stringify(found) ?? "missing"}`);
  }
  return entry;
}
