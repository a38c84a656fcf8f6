/**
 * Products of numbers with bytes as products of whole numbers, which processors multiply eight times as
 * fast.
 *
 * The pixels of a first layer are bytes: x = u / 255 + shift. If a row of weights w is written as
 * w = q max / LARGEST, where max is its largest magnitude and the q are whole numbers of 48 bits, then
 *
 *     sum w x = max / (255 LARGEST) (sum q u + 255 shift sum q)
 *
 * and q has six digits of base 256, from -128 to 127. Each digit of all the weights makes a product of
 * bytes with bytes, whose sums are exact in 32 bits. The gradient of the weights is the same sum over
 * samples, with a row for each unit.
 *
 * What is rounded is w to q, by at most max 2^-48, and the result. The scores of a first layer are off by
 * 7e-15 of their size in the mean, and a float64 that is rounded at each of its 3072 terms by 2e-15 if they
 * are added one after another, or 6e-16 in blocks; a gradient is off by 1e-14 instead of 2e-16. The costs
 * of the report come back to as many digits either way. A seventh digit would make it the more accurate of
 * the two, and a sixth slower.
 *
 * The idea is that of K. Ozaki, T. Ogita, S. Oishi and S. M. Rump, Error-free transformations of matrix
 * multiplication by using fast routines of matrix multiplication and its applications, Numerical
 * Algorithms 59 (2012), section 2; here one factor has eight bits to begin with.
 *
 * @module
 */

import type { Input, Size } from "./kernels.ts";
import { linearShift } from "./linear_pixels.ts";

/** How many digits a number has. */
export const DIGITS = 6;

/** The largest q: its digits are all 127. */
export const LARGEST = 0x7f7f7f7f7f7f;

/**
 * Added to w LARGEST / max it gives a number whose last six bytes are the digits plus 128: there the last
 * place of a float64 is the one of units, so that the same addition rounds to a whole number.
 */
export const MAGIC = 1.5 * 2 ** 52 + 0x808080808080;

/** Rows whose largest magnitude is less are taken for rows of zeros; below it `LARGEST / max` is infinite. */
export const SMALLEST = 2 ** -900;

/** The factor of `max` in a result. */
export const UNIT = 1 / (255 * LARGEST);

/** Sums of more products than this might not fit 32 bits. */
const MOST_TERMS = 2 ** 16;

/** Smaller products than this are not worth the splitting. */
const WORTH_SPLITTING = 2 ** 20;

/** Inputs are taken in vectors of bytes, by two ranks. */
export const WHOLE_INPUTS = 64;

/** Samples are taken by eights. */
const FEWEST_SAMPLES = 8;

/**
 * The shift of pixels that can be multiplied by digits, in a product of that size; null where it is better
 * done in float64.
 *
 * @example
 * ```ts
 * import { shiftForDigits } from "klayer/kernels/digits.ts";
 * import { pixelTable } from "klayer/pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const x = { bytes: new Uint8Array(100 * 3072), table: pixelTable(0.5) };
 * assertEquals(shiftForDigits({ n: 100, d: 3072, m: 50 }, x), -0.5);
 * assertEquals(shiftForDigits({ n: 100, d: 3071, m: 50 }, x), null);
 * ```
 */
export function shiftForDigits({ n, d, m }: Size, x: Input): number | null {
  if (x instanceof Float64Array || d % WHOLE_INPUTS > 0 || n < FEWEST_SAMPLES) return null;
  if (n * d * m < WORTH_SPLITTING || Math.max(n, d) > MOST_TERMS) return null;
  return linearShift(x.table);
}
