/**
 * How the sets "10k" and "49k" are cut from the six files.
 *
 * @module
 */

import type { Split } from "../dataset.ts";
import { InputError } from "../errors.ts";
import { type FileName, IMAGE_BYTES, IMAGES_PER_FILE } from "./files.ts";
import { meanPixel } from "./mean_pixel.ts";

/** The report's two data sets, by the number of training images. */
export type SetName = "10k" | "49k";

/** The training files in the order of reading: the last images of the last file are validation. */
const SETS: Record<SetName, { trainingImages: number; files: readonly FileName[] }> = {
  "10k": { trainingImages: 10_000, files: ["data_batch_1.bin", "data_batch_2.bin"] },
  "49k": {
    trainingImages: 49_000,
    files: [
      "data_batch_1.bin",
      "data_batch_3.bin",
      "data_batch_4.bin",
      "data_batch_5.bin",
      "data_batch_2.bin",
    ],
  },
};

/** Room for the images of one file: 10,000 x 3072 pixels and 10,000 labels. */
export interface FileRoom {
  readonly name: FileName;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The files that a set is made of, in the order of reading, and the splits over the same memory. */
export interface Layout {
  readonly files: readonly FileRoom[];
  /** To be called when all files have been filled in: the means are taken then. */
  splits(): { training: Split; validation: Split; test: Split };
}

/**
 * The number of training images of a set.
 *
 * Throws an `InputError` for an unknown name.
 *
 * @example
 * ```ts
 * import { trainingImages } from "klayer/cifar10/splits.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(trainingImages("49k"), 49_000);
 * ```
 */
export function trainingImages(name: SetName): number {
  if (!Object.hasOwn(SETS, name)) {
    throw new InputError(`Found data set "${name}", expected "10k" or "49k"; choose one of them.`);
  }
  return SETS[name].trainingImages;
}

/**
 * The names of the files that a set is made of, in the order of reading; the test file is the last.
 *
 * @example
 * ```ts
 * import { filesOf } from "klayer/cifar10/splits.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(filesOf("10k"), ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]);
 * ```
 */
export function filesOf(name: SetName): FileName[] {
  trainingImages(name);
  return [...SETS[name].files, "test_batch.bin"];
}

/**
 * Lays out the memory of a set, once: each file is read into its room, and the splits are views of
 * it. The memory is shared, so that workers need no copy of it.
 *
 * Training and validation are normalised by the mean over the training pixels. The test images are
 * normalised by that of "10k", which is data_batch_1, in both sets.
 *
 * Throws an `InputError` for an unknown name.
 *
 * @example
 * ```ts
 * import { layOut } from "klayer/cifar10/splits.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const layout = layOut("10k");
 * layout.files[1].labels[0] = 7;
 * assertEquals(layout.splits().validation.labels[0], 7);
 * ```
 */
export function layOut(name: SetName): Layout {
  const names = filesOf(name);
  const images = names.length * IMAGES_PER_FILE;
  const pixels = new Uint8Array(new SharedArrayBuffer(images * IMAGE_BYTES));
  const labels = new Uint8Array(new SharedArrayBuffer(images));
  const from = (start: number, end: number) => ({
    pixels: pixels.subarray(start * IMAGE_BYTES, end * IMAGE_BYTES),
    labels: labels.subarray(start, end),
  });
  return {
    files: names.map((name, i) => ({
      name,
      ...from(i * IMAGES_PER_FILE, (i + 1) * IMAGES_PER_FILE),
    })),
    splits: () => {
      const n = trainingImages(name);
      const testStart = images - IMAGES_PER_FILE;
      const training = from(0, n);
      const mean = meanPixel(training.pixels);
      const testMean = meanPixel(from(0, IMAGES_PER_FILE).pixels);
      return {
        training: { ...training, mean },
        validation: { ...from(n, testStart), mean },
        test: { ...from(testStart, images), mean: testMean },
      };
    },
  };
}
