/**
 * Whether groups of measurements differ by more than the measurements within a group do.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import { permutation, type Random } from "./random.ts";

/** How groups spread; the spreads are in the unit of the values. */
export interface Spread {
  readonly means: readonly number[];
  /** Standard deviation of a value about the mean of its group. */
  readonly within: number;
  /** Standard deviation of the groups' means. */
  readonly between: number;
  /** What `between` would be about, if all groups were the same: within / sqrt(n). */
  readonly expected: number;
  /** The part of the shuffled groups whose means spread at least as far as those found, 0 to 1. */
  readonly chance: number;
}

/** Rounding errors must not make a shuffle that changes nothing look closer. */
const TOLERANCE = 1e-9;

/**
 * Compares the spread of the groups' means with what chance would give: a permutation test. The values
 * are dealt out again to the groups at random, many times over; where the groups are all the same,
 * the means found are nothing special among those.
 *
 * @param groups each of the same number n >= 2 of values
 * @throws {InputError} where there are fewer than two groups or they are not of one size from 2
 *
 * @example
 * ```ts
 * import { openRandom } from "klayer/random.ts";
 * import { spreadOf } from "klayer/variance.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const { means, within, chance } = spreadOf([[1, 2, 3], [11, 12, 13], [21, 22, 23]], openRandom(1));
 * assertEquals([means, within], [[2, 12, 22], 1]);
 * assert(chance < 0.02);
 * ```
 */
export function spreadOf(
  groups: readonly (readonly number[])[],
  random: Random,
  { shuffles = 10_000 }: { readonly shuffles?: number } = {},
): Spread {
  const n = groups[0]?.length ?? 0;
  if (groups.length < 2 || n < 2 || groups.some(({ length }) => length !== n)) {
    throw new InputError(
      `Found groups of ${groups.map(({ length }) => length).join(", ")} values, expected two or ` +
        "more groups of the same number of values, from 2.",
    );
  }
  const values = groups.flat();
  const all = mean(values);
  const spread = (means: readonly number[]) => sumOfSquares(means.map((each) => each - all));
  const means = groups.map(mean);
  const deviations = groups.flatMap((group, g) => group.map((value) => value - means[g]));
  const within = Math.sqrt(sumOfSquares(deviations) / (values.length - groups.length));
  const between = Math.sqrt(spread(means) / (groups.length - 1));

  const found = spread(means) * (1 - TOLERANCE);
  let asFar = 0;
  for (let i = 0; i < shuffles; i++) {
    const order = permutation(values.length, random);
    const dealt = groups.map((_, g) =>
      mean(Array.from(order.subarray(g * n, (g + 1) * n), (place) => values[place]))
    );
    if (spread(dealt) >= found) asFar++;
  }
  // The order that was found is one of all orders, too.
  const chance = (asFar + 1) / (shuffles + 1);
  return { means, within, between, expected: within / Math.sqrt(n), chance };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
