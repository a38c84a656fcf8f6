/**
 * Pixels whose numbers need no table: u / 255 plus a constant, as normalisation makes them.
 *
 * @module
 */

/**
 * 1 / 255 as two numbers. In base 2 its digits repeat after eight: the first six repeats are so few digits
 * that their product with a byte is exact.
 */
const LOW = 2 ** -48 / 255;
const HIGH = 1 / 255 - LOW;

/**
 * The constants by which machine code turns a byte u into the number of the table: 2^52, the two parts
 * of 1 / 255, and what is added to u / 255. Null where the table holds other numbers.
 *
 * @example
 * ```ts
 * import { linearPixels } from "klayer/kernels/linear_pixels.ts";
 * import { pixelTable } from "klayer/pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linearPixels(pixelTable(0.5))?.at(-1), -0.5);
 * assertEquals(linearPixels(new Float64Array(256)), null);
 * ```
 */
export function linearPixels(table: Float64Array): readonly number[] | null {
  const shift = table[0];
  for (let u = 0; u < 256; u++) if (table[u] !== u / 255 + shift) return null;
  return [2 ** 52, HIGH, LOW, shift];
}
