/**
 * Pixels whose numbers need no table: u / 255 plus a constant, as normalisation makes them.
 *
 * In base 256 all digits of u / 255 are u itself: 0.uuuuuu... Six copies of the byte are therefore the
 * first 48 bits h of the quotient; as the last bits of a number between 16 and 32 they count 2^-48, 2^-47
 * and so on, so that taking 16 away leaves h. What is missing is h 2^-48 and less than could change the
 * rounding of the sum: h + h 2^-48 has the bits of u / 255 for each of the 256 bytes.
 *
 * @module
 */

/** The number of which copies of a byte are the last 48 bits, and the weight of the digits that are missing. */
export const SIXTEEN = 16;
export const TINY = 2 ** -48;

/** An index that stands for a zero where bytes are picked by their indices. */
const NOTHING = 0x80;

/**
 * What is added to u / 255 in the table; null where the table holds other numbers.
 *
 * @example
 * ```ts
 * import { linearShift } from "klayer/kernels/linear_pixels.ts";
 * import { pixelTable } from "klayer/pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linearShift(pixelTable(0.5)), -0.5);
 * assertEquals(linearShift(new Float64Array(256)), null);
 * ```
 */
export function linearShift(table: Float64Array): number | null {
  const shift = table[0];
  for (let u = 0; u < 256; u++) if (table[u] !== u / 255 + shift) return null;
  return shift;
}

/**
 * Which bytes of a vector to pick, so that six copies of one lie as the last 48 bits of a number; lowest
 * byte first.
 *
 * @example
 * ```ts
 * import { copiesOf, SIXTEEN, TINY } from "klayer/kernels/linear_pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = Uint8Array.of(0, 51);
 * const digits = Uint8Array.from(copiesOf(1), (index) => bytes[index] ?? 0);
 * digits[6] = 0x30;
 * digits[7] = 0x40;
 * const h = new Float64Array(digits.buffer)[0] - SIXTEEN;
 * assertEquals(h + h * TINY, 51 / 255);
 * ```
 */
export function copiesOf(index: number): number[] {
  return [index, index, index, index, index, index, NOTHING, NOTHING];
}
