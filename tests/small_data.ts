/**
 * A data set that takes no time to make, for tests of what is done with one.
 *
 * @module
 */

import { CLASSES } from "klayer/cifar10.ts";
import type { Dataset } from "klayer/dataset.ts";
import { syntheticImage } from "klayer/synthetic.ts";

/** The first n images of the stand-in for training, the next n for validation, n more for the test. */
export function smallData(n: number): Dataset {
  const split = (first: number) => {
    const images = Array.from({ length: n }, (_, i) => syntheticImage(first + i));
    const pixels = new Uint8Array(images.flatMap(({ pixels }) => [...pixels]));
    return { pixels, labels: Uint8Array.from(images, ({ label }) => label), mean: 0.47 };
  };
  return {
    name: `first ${n}`,
    training: split(0),
    validation: split(n),
    test: split(2 * n),
    classes: CLASSES,
    provenance: { kind: "synthetic", files: [], seed: 400 },
  };
}
