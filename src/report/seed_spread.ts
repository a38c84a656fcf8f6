/**
 * One number of the report among those of many seeds.
 *
 * @module
 */

/** How values of many seeds spread, and where one number stands among them. */
export interface SeedSpread {
  readonly lowest: number;
  readonly mean: number;
  readonly highest: number;
  /** Standard deviation of a value, n - 1 in the denominator. */
  readonly deviation: number;
  /** How many values are below the number. */
  readonly below: number;
  /** The number's distance from the mean in standard deviations. */
  readonly distance: number;
}

/**
 * Places a number among the values of many seeds.
 *
 * @param values two or more
 *
 * @example
 * ```ts
 * import { seedSpread } from "klayer/report/seed_spread.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { mean, deviation, below, distance } = seedSpread([1, 2, 3], 4);
 * assertEquals([mean, deviation, below, distance], [2, 1, 3, 2]);
 * ```
 */
export function seedSpread(values: readonly number[], number: number): SeedSpread {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return {
    lowest: Math.min(...values),
    mean,
    highest: Math.max(...values),
    deviation,
    below: values.filter((value) => value < number).length,
    distance: (number - mean) / deviation,
  };
}
