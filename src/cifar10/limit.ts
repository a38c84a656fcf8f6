/**
 * The first images of a data set.
 *
 * @module
 */

import type { Dataset, Split } from "../dataset.ts";
import { InputError } from "../errors.ts";
import { IMAGE_BYTES } from "./files.ts";

/**
 * Keeps the first n training and the first n validation images; means and test images stay as they
 * are. Where there are fewer than n validation images, all of them are kept.
 *
 * Throws an `InputError` when n is not an integer from 1 to the number N of training images.
 *
 * @example
 * ```ts
 * import { CLASSES, limitDataset } from "klayer/cifar10.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array(5 * 3072), labels: Uint8Array.of(6, 9, 9, 4, 1), mean: 0.5 };
 * const data = limitDataset({
 *   name: "toy",
 *   training: split,
 *   validation: split,
 *   test: split,
 *   classes: CLASSES,
 *   provenance: { kind: "synthetic", files: [] },
 * }, 3);
 * assertEquals(data.name, "toy, first 3");
 * assertEquals(data.validation.labels, Uint8Array.of(6, 9, 9));
 * assertEquals(data.test.labels.length, 5);
 * ```
 */
export function limitDataset(dataset: Dataset, n: number): Dataset {
  checkLimit(n, dataset.training.labels.length);
  return {
    ...dataset,
    name: `${dataset.name}, first ${n}`,
    training: first(dataset.training, n),
    validation: first(dataset.validation, n),
  };
}

/**
 * Checks that a limit is an integer from 1 to the number N of training images.
 *
 * Throws an `InputError` otherwise.
 *
 * @example
 * ```ts
 * import { checkLimit } from "klayer/cifar10/limit.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkLimit(1.5, 10_000), InputError, "Found limit = 1.5");
 * ```
 */
export function checkLimit(n: number, N: number): void {
  if (!Number.isInteger(n) || n < 1 || n > N) {
    throw new InputError(
      `Found limit = ${n}, expected an integer from 1 to ${N}; give another limit or none.`,
    );
  }
}

function first(split: Split, n: number): Split {
  return {
    ...split,
    pixels: split.pixels.subarray(0, n * IMAGE_BYTES),
    labels: split.labels.subarray(0, n),
  };
}
