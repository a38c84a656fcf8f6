/**
 * What the deviation of a central difference is made of.
 *
 * @module
 */

/**
 * What central differences lost:
 *
 * - "nothing to compare": the gradient is below what a difference of two costs can show;
 * - "rounding": the last digits of the two costs;
 * - "kink": a step across ReLU's zero;
 * - "truncation": the curvature of the cost, O(h^2).
 */
export type ErrorSource = "nothing to compare" | "rounding" | "kink" | "truncation";

/**
 * The smallest derivative that central differences can show: costs are multiples of the spacing of
 * doubles around them, so differences are multiples of spacing / 2h.
 *
 * @param cost the cost J
 * @param h the step
 *
 * @example
 * ```ts
 * import { derivativeQuantum } from "klayer/gradient_check/error_source.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(derivativeQuantum(2.3, 0.5), 2 ** -51);
 * ```
 */
export function derivativeQuantum(cost: number, h: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(cost))) - 52) / (2 * h);
}

/** What {@linkcode errorSource} goes by besides the gradients. */
export interface Circumstances {
  /** From {@linkcode derivativeQuantum}. */
  readonly quantum: number;
  /** How many scores the step can carry across ReLU's zero. */
  readonly kinks: number;
}

/**
 * What the deviation of a numeric from an analytic gradient is made of, by a rule of thumb: where no
 * analytic entry reaches the quantum, nothing is compared; where the entries differ by no more than
 * one quantum in the mean, it is rounding; if not, a kink where one is within reach, else truncation.
 *
 * @example
 * ```ts
 * import { errorSource } from "klayer/gradient_check/error_source.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [analytic, numeric] = [new Float64Array([0.5]), new Float64Array([0.25])];
 * assertEquals(errorSource(analytic, numeric, { quantum: 1e-11, kinks: 1 }), "kink");
 * ```
 */
export function errorSource(
  analytic: Float64Array,
  numeric: Float64Array,
  { quantum, kinks }: Circumstances,
): ErrorSource {
  if (analytic.every((a) => Math.abs(a) < quantum)) return "nothing to compare";
  const sum = analytic.reduce((total, a, i) => total + Math.abs(a - numeric[i]), 0);
  if (sum <= quantum * analytic.length) return "rounding";
  return kinks > 0 ? "kink" : "truncation";
}
