/**
 * What every data set is, wherever it comes from: images as bytes, labels, and where they are from.
 *
 * @module
 */

import { InputError } from "./errors.ts";

/** One of the three parts of a data set: N images of d = 3072 bytes, one after another. */
export interface Split {
  /** N x 3072 bytes; an image is its red, green and blue plane, each 32 x 32, row-major. */
  readonly pixels: Uint8Array;
  /** N labels, 0 to 9. */
  readonly labels: Uint8Array;
  /** Byte u stands for the number u / 255 - mean. */
  readonly mean: number;
}

/** A file that was read, and whether it is the official one, byte for byte. */
export interface SourceFile {
  readonly name: string;
  readonly md5: string;
  readonly official: boolean;
}

/** Where the images come from. It travels with the data set to every page and JSON. */
export interface Provenance {
  readonly kind: "cifar-10" | "synthetic";
  /** The files read, in the order of reading; empty for a synthetic data set. */
  readonly files: readonly SourceFile[];
  /** The seed of a synthetic data set. */
  readonly seed?: number;
}

/** Training, validation and test images with their provenance. */
export interface Dataset {
  /** "10k" or "49k"; with a limit, for example "10k, first 1000". */
  readonly name: string;
  readonly training: Split;
  readonly validation: Split;
  readonly test: Split;
  /** The ten class names, in the order of the labels. */
  readonly classes: readonly string[];
  readonly provenance: Provenance;
}

/**
 * Checks that a network for K classes can be trained on a split.
 *
 * @param name of the split
 * @throws {InputError} where it has no sample, a label beyond the classes, or a mean that is no number
 *
 * @example
 * ```ts
 * import { checkSplit } from "klayer/dataset.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array(2), labels: new Uint8Array([0, 2]), mean: 0.5 };
 * assertThrows(() => checkSplit("training", split, 2), InputError, "label 2");
 * ```
 */
export function checkSplit(name: string, { pixels, labels, mean }: Split, K: number): void {
  const refuse = (found: string, expected: string) => {
    throw new InputError(`Found ${found} in the ${name} samples, expected ${expected}.`);
  };
  if (labels.length === 0) refuse("none", "at least one");
  if (pixels.length % labels.length !== 0) {
    refuse(`${pixels.length} pixels for ${labels.length} labels`, "equally many for each");
  }
  if (!Number.isFinite(mean)) refuse(`the mean ${mean}`, "a number from 0 to 1");
  const place = labels.findIndex((label) => label >= K);
  if (place >= 0) refuse(`label ${labels[place]} at ${place}`, `0 to ${K - 1} for ${K} classes`);
}
