/**
 * Printed against reproduced for numbers of which only some have digits to reproduce.
 *
 * @module
 */

import { ALL_DIGITS, digitsAgreed } from "./compare.ts";

/**
 * In words, to what a reproduced deviation agrees with the printed one.
 *
 * Where two or more digits are the same, so many. Where a deviation compares nothing but rounding with
 * rounding, digits are a matter of luck and the order of magnitude is all there is. An order of
 * magnitude is the same up to a factor of 10.
 *
 * @param nothing whether there was no gradient to compare
 *
 * @example
 * ```ts
 * import { deviationVerdict } from "klayer/report/deviation_verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(deviationVerdict(1.2345e-9, 1.2346e-9, false), "4 digits");
 * assertEquals(deviationVerdict(0.1, 0.04, true), "noise: order of magnitude");
 * assertEquals(deviationVerdict(1e-5, 6e-3, false), "nothing: a factor of 600");
 * ```
 */
export function deviationVerdict(printed: number, found: number, nothing: boolean): string {
  if (Number.isNaN(found)) return "not a number";
  const digits = digitsAgreed(printed, found);
  if (digits === ALL_DIGITS) return "all digits";
  const factor = Math.max(printed / found, found / printed);
  const order = factor <= 10
    ? "order of magnitude"
    : `nothing: a factor of ${Number(factor.toPrecision(2))}`;
  if (nothing) return factor <= 10 ? `noise: ${order}` : order;
  return digits >= 2 ? `${Math.floor(digits)} digits` : order;
}
