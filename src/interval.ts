/**
 * What repeated measurements say about a mean, and about the mean of paired differences.
 *
 * @module
 */

import jstat from "jstat";
import { InputError } from "./errors.ts";

/** A mean with its uncertainty, in the unit of the values. */
export interface Interval {
  /** How many values. */
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of a value, n - 1 in the denominator. */
  readonly deviation: number;
  /** The confidence interval of the mean. */
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of values and its confidence interval by Student's t distribution: mean plus and minus
 * t deviation / sqrt(n), with n - 1 degrees of freedom.
 *
 * If the values are independent and roughly normal, such intervals hold the true mean as often as
 * `confidence` says.
 *
 * @param values two or more finite numbers
 * @param confidence between 0 and 1
 * @throws {InputError} where there are fewer than two values, or one is not finite
 *
 * @example
 * ```ts
 * import { meanInterval } from "klayer/interval.ts";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { n, mean, deviation, low, high } = meanInterval([1, 2, 3]);
 * assertEquals([n, mean, deviation], [3, 2, 1]);
 * // 4.302653 is the 97.5% point of t with 2 degrees of freedom in every table.
 * assertAlmostEquals(high, 2 + 4.302653 / Math.sqrt(3), 1e-6);
 * assertAlmostEquals(low, 2 - 4.302653 / Math.sqrt(3), 1e-6);
 * ```
 */
export function meanInterval(values: readonly number[], confidence = 0.95): Interval {
  const n = values.length;
  const strange = values.find((value) => !Number.isFinite(value));
  if (n < 2 || strange !== undefined) {
    const found = n < 2 ? `${n} ${n === 1 ? "value" : "values"}` : `the value ${strange}`;
    throw new InputError(`Found ${found}, expected two or more finite values for an interval.`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  const t: number = jstat.studentt.inv((1 + confidence) / 2, n - 1);
  const half = t * deviation / Math.sqrt(n);
  return { n, mean, deviation, low: mean - half, high: mean + half };
}

/**
 * The differences b - a of paired values, and the confidence interval of their mean. What the two
 * values of a pair share, such as the draw of the first weights, cancels.
 *
 * @param a,b of the same length; values of one index belong together
 * @throws {InputError} as {@linkcode meanInterval}, and where the lengths differ
 *
 * @example
 * ```ts
 * import { pairedInterval } from "klayer/interval.ts";
 * import { assertEquals } from "@std/assert";
 *
 * // Far apart from pair to pair, but always by about one.
 * const { differences, interval } = pairedInterval([10, 50, 90], [11, 51, 91]);
 * assertEquals(differences, [1, 1, 1]);
 * assertEquals([interval.low, interval.high], [1, 1]);
 * ```
 */
export function pairedInterval(
  a: readonly number[],
  b: readonly number[],
  confidence = 0.95,
): { readonly differences: number[]; readonly interval: Interval } {
  if (a.length !== b.length) {
    throw new InputError(`Found ${a.length} and ${b.length} values, expected pairs.`);
  }
  const differences = a.map((value, i) => b[i] - value);
  return { differences, interval: meanInterval(differences, confidence) };
}
