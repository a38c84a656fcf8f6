/**
 * The mean of a set of pixels, to the last bit as NumPy computes it.
 *
 * @module
 */

/** Elements in NumPy's buffer. */
const BUFFER = 8192;

/** Up to this many elements are summed in a loop, more are halved first. */
const BLOCK = 128;

/** The number that each byte stands for, before a mean is subtracted. */
const TABLE = Float64Array.from({ length: 256 }, (_, u) => u / 255);

/**
 * Mean of u / 255 over all bytes u, to the last bit as `numpy.mean` gives it when it works through
 * its buffer, and as the report has it: 8192 elements at a time are summed pairwise (blocks of up to
 * 128 elements, eight accumulators each), and these sums are added up in sequence.
 *
 * NumPy does so for arrays that it must convert on the way. A plain contiguous array it sums
 * pairwise as a whole, which for data_batch_1 differs from the fifteenth digit on.
 *
 * The mean of no bytes is NaN.
 *
 * @example
 * ```ts
 * import { meanPixel } from "klayer/cifar10/mean_pixel.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(meanPixel(Uint8Array.of(0, 255)), 0.5);
 * ```
 */
export function meanPixel(bytes: Uint8Array): number {
  let sum = 0;
  for (let start = 0; start < bytes.length; start += BUFFER) {
    sum += pairwiseSum(bytes, start, Math.min(BUFFER, bytes.length - start));
  }
  return sum / bytes.length;
}

/** Sum of u / 255 over `length` bytes from `start` on, in NumPy's pairwise order. */
function pairwiseSum(bytes: Uint8Array, start: number, length: number): number {
  if (length > BLOCK) {
    const half = Math.floor(length / 2);
    const left = half - half % 8;
    return pairwiseSum(bytes, start, left) + pairwiseSum(bytes, start + left, length - left);
  }
  const end = start + length;
  let i = start;
  let sum = 0;
  if (length >= 8) {
    let r0 = TABLE[bytes[i]], r1 = TABLE[bytes[i + 1]];
    let r2 = TABLE[bytes[i + 2]], r3 = TABLE[bytes[i + 3]];
    let r4 = TABLE[bytes[i + 4]], r5 = TABLE[bytes[i + 5]];
    let r6 = TABLE[bytes[i + 6]], r7 = TABLE[bytes[i + 7]];
    for (i += 8; i + 8 <= end; i += 8) {
      r0 += TABLE[bytes[i]];
      r1 += TABLE[bytes[i + 1]];
      r2 += TABLE[bytes[i + 2]];
      r3 += TABLE[bytes[i + 3]];
      r4 += TABLE[bytes[i + 4]];
      r5 += TABLE[bytes[i + 5]];
      r6 += TABLE[bytes[i + 6]];
      r7 += TABLE[bytes[i + 7]];
    }
    sum = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7));
  }
  for (; i < end; i++) sum += TABLE[bytes[i]];
  return sum;
}
