/**
 * What a byte of an image stands for, and the mini-batch that a network reads.
 *
 * @module
 */

import type { Split } from "./dataset.ts";
import type { Pixels } from "./kernels/kernels.ts";

/**
 * The numbers that the bytes 0 to 255 stand for: u / 255 - mean.
 *
 * @example
 * ```ts
 * import { pixelTable } from "klayer/pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pixelTable(0.25)[255], 0.75);
 * ```
 */
export function pixelTable(mean: number): Float64Array {
  const table = new Float64Array(256);
  for (let u = 0; u < 256; u++) table[u] = u / 255 - mean;
  return table;
}

/**
 * The images from, ..., to - 1 of a split, without a copy.
 *
 * @example
 * ```ts
 * import { pixelsOf } from "klayer/pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([1, 2, 3, 4]), labels: new Uint8Array(2), mean: 0 };
 * assertEquals(pixelsOf(split, 1, 2).bytes, new Uint8Array([3, 4]));
 * ```
 */
export function pixelsOf(split: Split, from: number, to: number): Pixels {
  const d = split.pixels.length / split.labels.length;
  return { bytes: split.pixels.subarray(from * d, to * d), table: pixelTable(split.mean) };
}

/** The n images of a mini-batch and their labels. */
export interface MiniBatch {
  readonly x: Pixels;
  readonly labels: Uint8Array;
  readonly n: number;
}

/**
 * The samples at the places from, ..., to - 1 of an order; copied only where there is an order.
 *
 * @param order the sample at each place; null is the order of the split
 *
 * @example
 * ```ts
 * import { miniBatch } from "klayer/pixels.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([1, 2, 3, 4]), labels: new Uint8Array([8, 9]), mean: 0 };
 * const { x, labels } = miniBatch(split, new Uint32Array([1, 0]), { from: 0, to: 2 });
 * assertEquals(x.bytes, new Uint8Array([3, 4, 1, 2]));
 * assertEquals(labels, new Uint8Array([9, 8]));
 * ```
 */
export function miniBatch(
  split: Split,
  order: Uint32Array | null,
  { from, to }: { readonly from: number; readonly to: number },
): MiniBatch {
  const n = to - from;
  const x = pixelsOf(split, from, to);
  if (order === null) return { x, labels: split.labels.subarray(from, to), n };
  const places = order.subarray(from, to);
  const bytes = new Uint8Array(x.bytes.length);
  const d = bytes.length / n;
  for (const [i, sample] of places.entries()) {
    bytes.set(split.pixels.subarray(sample * d, (sample + 1) * d), i * d);
  }
  return {
    x: { ...x, bytes },
    labels: Uint8Array.from(places, (sample) => split.labels[sample]),
    n,
  };
}
