/**
 * Fast backends would read and write beyond an array that is too short; they refuse it.
 *
 * @module
 */

import type { Input, Size } from "./kernels.ts";

/** Throws a RangeError that names the first array which is shorter than its product needs. */
export function checkLengths(
  { n, d, m }: Size,
  arrays: Partial<Record<"w" | "s" | "g" | "dw" | "dx", Float64Array> & { x: Input }>,
): void {
  const lengths = { x: n * d, w: m * d, s: n * m, g: n * m, dw: m * d, dx: n * d };
  for (const [name, array] of Object.entries(arrays)) {
    const isPixels = !(array instanceof Float64Array);
    checkAtLeast(lengths[name as keyof typeof lengths], { [name]: isPixels ? array.bytes : array });
    if (isPixels) checkAtLeast(256, { table: array.table });
  }
}

/** Throws a RangeError that names the first of the arrays which is shorter than `length`. */
export function checkAtLeast(
  length: number,
  arrays: Record<string, Float64Array | Uint8Array>,
): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (array.length >= length) continue;
    throw new RangeError(`Found ${name} of length ${array.length}, expected at least ${length}.`);
  }
}
