/**
 * Printed against reproduced for numbers of which only some have digits to reproduce.
 *
 * @module
 */

import { ALL_DIGITS, digitsAgreed } from "./compare.ts";

/**
 * In words, how a reproduced deviation compares with the printed one.
 *
 * Where two or more digits agree, how many. Where a deviation compares nothing but rounding with
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
 * assertEquals(deviationVerdict(1.2345e-9, 1.2346e-9, false), "same to 4 digits");
 * assertEquals(deviationVerdict(0.1, 0.04, true), "noise: same order of magnitude");
 * assertEquals(deviationVerdict(1e-5, 6e-3, false), "differs by a factor of 600");
 * ```
 */
export function deviationVerdict(printed: number, found: number, nothing: boolean): string {
  if (Number.isNaN(found)) return "not a number";
  const digits = digitsAgreed(printed, found);
  if (digits === ALL_DIGITS) return "same to the last digit";
  const factor = Math.max(printed / found, found / printed);
  const order = factor <= 10
    ? "same order of magnitude"
    : `differs by a factor of ${Number(factor.toPrecision(2))}`;
  if (nothing) return `noise: ${order}`;
  return digits >= 2 ? `same to ${Math.floor(digits)} digits` : order;
}
