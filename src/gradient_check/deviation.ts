/**
 * One number for how far two gradients deviate.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import type { LayerGradients } from "../network.ts";

/**
 * The report's measure of how far two gradients deviate: mean |a - n| / max(|a| + |n|).
 *
 * It is 0 for equal ones, also where both are zero everywhere (0 / 0) or empty, at most 1 for
 * others, and NaN where an entry is NaN. The largest entry measures the error of all others, so few
 * large entries hide many wrong small ones.
 *
 * @throws {InputError} where their lengths differ
 *
 * @example
 * ```ts
 * import { deviation } from "klayer/gradient_check/deviation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(deviation(new Float64Array([1, 0]), new Float64Array([3, 0])), 0.25);
 * assertEquals(deviation(new Float64Array(2), new Float64Array(2)), 0);
 * ```
 */
export function deviation(analytic: Float64Array, numeric: Float64Array): number {
  if (analytic.length !== numeric.length) {
    throw new InputError(
      `Found gradients of ${analytic.length} and ${numeric.length} entries, expected as many on both ` +
        "sides: compare the same parameters.",
    );
  }
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < analytic.length; i++) {
    sum += Math.abs(analytic[i] - numeric[i]);
    largest = Math.max(largest, Math.abs(analytic[i]) + Math.abs(numeric[i]));
  }
  return sum === 0 ? 0 : sum / analytic.length / largest;
}

/** The deviations of one layer; null where it has no such parameters. */
export interface LayerDeviations {
  readonly w: number;
  readonly b: number;
  readonly gamma: number | null;
  readonly beta: number | null;
}

/**
 * The {@linkcode deviation} of every tensor of every layer.
 *
 * @example
 * ```ts
 * import { deviations } from "klayer/gradient_check/deviation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = { w: new Float64Array([1]), b: new Float64Array([1]), gamma: null, beta: null };
 * const other = { ...layer, w: new Float64Array([3]) };
 * assertEquals(deviations([layer], [other]), [{ w: 0.5, b: 0, gamma: null, beta: null }]);
 * ```
 */
export function deviations(
  analytic: readonly LayerGradients[],
  numeric: readonly LayerGradients[],
): LayerDeviations[] {
  const ofBoth = (a: Float64Array | null, n: Float64Array | null) => a && n && deviation(a, n);
  return analytic.map(({ w, b, gamma, beta }, l) => ({
    w: deviation(w, numeric[l].w),
    b: deviation(b, numeric[l].b),
    gamma: ofBoth(gamma, numeric[l].gamma),
    beta: ofBoth(beta, numeric[l].beta),
  }));
}
