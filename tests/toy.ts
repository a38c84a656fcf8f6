/**
 * Data sets of a few bytes an image, which are learnt in no time.
 *
 * @module
 */

import type { Dataset } from "klayer/dataset.ts";
import { openRandom } from "klayer/random.ts";

/**
 * Images of 6 bytes whose class is the place of their brightest byte of the first three; of noisy ones
 * every sixth or so has another.
 */
export function toySplit(N: number, seed: number, isNoisy = false) {
  const random = openRandom(seed);
  const pixels = Uint8Array.from({ length: 6 * N }, () => random.bits() & 255);
  const labels = Uint8Array.from({ length: N }, (_, i) => {
    const [a, b, c, noise] = pixels.subarray(6 * i);
    if (isNoisy && noise < 40) return noise % 3;
    return a >= b && a >= c ? 0 : b >= c ? 1 : 2;
  });
  return { pixels, labels, mean: 0.5 };
}

/** A data set of so many images of each kind. */
export function toyData(training: number, validation: number, test: number): Dataset {
  return {
    name: "toy",
    training: toySplit(training, 1),
    validation: toySplit(validation, 2),
    test: toySplit(test, 3),
    classes: ["a", "b", "c"],
    provenance: { kind: "synthetic", files: [], seed: 1 },
  };
}
