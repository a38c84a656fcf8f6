/**
 * The first layer's weights as images: each unit has one weight for each byte of an image.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { Network } from "./network.ts";

/** Pixels of a side of an image, and its number of colours. */
const SIDE = 32;
const COLOURS = 3;

/**
 * The weights of one unit of the first layer in the layout of an image of the data set: the red, the green
 * and the blue plane, each 32 x 32. They are scaled so that 0 becomes a middle grey (128) and the largest
 * absolute weight black or white; a bright pixel raises the unit's score where it is bright here.
 *
 * @param unit from 0
 * @throws {InputError} where there is no such unit, or the network's inputs are no images
 *
 * @example
 * ```ts
 * import { weightImage } from "klayer/weight_images.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3072, hidden: [1], classes: 2 }, referenceKernels());
 * network.layers[0].w.set([0.5, -0.25]);
 * const image = weightImage(network, 0);
 * assertEquals([...image.subarray(0, 3)], [255, 65, 128]);
 * ```
 */
export function weightImage(network: Network, unit: number): Uint8Array {
  const weights = weightsOf(network, unit);
  let most = 0;
  for (const weight of weights) most = Math.max(most, Math.abs(weight));
  // A unit without weights is grey all over.
  const scale = most > 0 ? 127 / most : 0;
  return Uint8Array.from(weights, (weight) => Math.round(128 + scale * weight));
}

/**
 * How alike the weights of neighbouring pixels are: the correlation between a weight and the one to its
 * right or below it, in the same colour, over all units of the first layer. Near 0 for random
 * weights, near 1 for smooth ones.
 *
 * @throws {InputError} where the network's inputs are no images
 *
 * @example
 * ```ts
 * import { neighbourCorrelation } from "klayer/weight_images.ts";
 * import { he } from "klayer/initialise.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assert } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3072, hidden: [9], classes: 2 }, referenceKernels());
 * he()(network, openRandom(1));
 * assert(Math.abs(neighbourCorrelation(network)) < 0.05);
 * network.layers[0].w.forEach((_, i, w) => w[i] = i % 32);
 * assert(neighbourCorrelation(network) > 0.95);
 * ```
 */
export function neighbourCorrelation(network: Network): number {
  const sums = { n: 0, a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  const add = (a: number, b: number) => {
    sums.n++;
    sums.a += a;
    sums.b += b;
    sums.aa += a * a;
    sums.bb += b * b;
    sums.ab += a * b;
  };
  for (let unit = 0; unit < network.layers[0].m; unit++) {
    const w = weightsOf(network, unit);
    for (let i = 0; i < w.length; i++) {
      const [row, column] = [Math.floor(i / SIDE) % SIDE, i % SIDE];
      if (column < SIDE - 1) add(w[i], w[i + 1]);
      if (row < SIDE - 1) add(w[i], w[i + SIDE]);
    }
  }
  const { n, a, b, aa, bb, ab } = sums;
  return (n * ab - a * b) / Math.sqrt((n * aa - a * a) * (n * bb - b * b));
}

function weightsOf({ layers: [{ d, m, w }] }: Network, unit: number): Float64Array {
  if (d !== COLOURS * SIDE * SIDE) {
    throw new InputError(`Found a network of ${d} inputs, expected 3072: images of 32 x 32 x 3.`);
  }
  if (!Number.isInteger(unit) || unit < 0 || unit >= m) {
    throw new InputError(`Found unit ${unit}, expected a whole number from 0 to ${m - 1}.`);
  }
  return w.subarray(unit * d, (unit + 1) * d);
}
