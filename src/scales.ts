/**
 * How large the activations and the gradients of each layer are, which tells why a network trains or
 * does not.
 *
 * @module
 */

import type { Split } from "./dataset.ts";
import { backward, forward, type Network, openCache, zerosLike } from "./network.ts";
import { pixelsOf } from "./pixels.ts";

/** Root mean squares, layer by layer. */
export interface Scales {
  /** Of the outputs of each hidden layer, over units and samples. */
  readonly activations: readonly number[];
  /** Of the gradient of the cross-entropy by the weights of each layer. */
  readonly gradients: readonly number[];
}

/**
 * The scales of a network on the first n samples of a split, as one mini-batch: batch normalisation
 * uses their own mean and variance.
 *
 * @example
 * ```ts
 * import { scales } from "klayer/scales.ts";
 * import { plain } from "klayer/initialise.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assert } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3, hidden: [9, 9], classes: 2 }, referenceKernels());
 * plain(0.001)(network, openRandom(1));
 * const split = { pixels: new Uint8Array([0, 99, 255]), labels: new Uint8Array([1]), mean: 0.5 };
 * const { activations } = scales(network, split, 1);
 * assert(activations[1] < activations[0] / 100, "small weights shrink what passes");
 * ```
 */
export function scales(network: Network, split: Split, n: number): Scales {
  const cache = openCache(network, n);
  const gradients = zerosLike(network);
  const x = pixelsOf(split, 0, n);
  forward(network, x, n, cache, "batch");
  backward(network, x, split.labels.subarray(0, n), n, cache, gradients);
  return {
    activations: cache.layers.slice(0, -1).map(({ h }) => rootMeanSquare(h)),
    gradients: gradients.map(({ w }) => rootMeanSquare(w)),
  };
}

function rootMeanSquare(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum / values.length);
}
