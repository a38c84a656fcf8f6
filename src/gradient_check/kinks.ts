/**
 * What ReLU's kink does to central differences: a score within reach of zero is carried across, and
 * the difference is no derivative of either side, however exactly it is computed.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import { backward, forward, type Network, openCache, zerosLike } from "../network.ts";
import { openPass, type Samples, softmaxCrossEntropy } from "./open_pass.ts";

/** How many of the scores of a layer a step can carry across zero. */
export interface Kinks {
  /** By a step of h in one of the weights. */
  readonly w: number;
  /** By a step of h in one of the biases. */
  readonly b: number;
  /** All scores of the layer, n x m. */
  readonly of: number;
  /** The largest absolute score. */
  readonly largest: number;
}

/**
 * The scores within reach of ReLU's kink, for every layer. There are none in the last layer, which
 * has no ReLU, and none are counted where a layer is normalised.
 *
 * @example
 * ```ts
 * import { kinksWithin } from "klayer/gradient_check/kinks.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [2], classes: 2 }, referenceKernels());
 * network.layers[0].b.set([0.25, 1]);
 * const samples = { x: new Float64Array([2]), labels: new Uint8Array([0]) };
 * const [hidden, last] = kinksWithin(network, samples, 0.5);
 * assertEquals(hidden, { w: 1, b: 1, of: 2, largest: 1 });
 * assertEquals(last, { w: 0, b: 0, of: 2, largest: 0 });
 * ```
 */
export function kinksWithin(network: Network, samples: Samples, h: number): Kinks[] {
  const { layers } = openPass(network, samples, { statistics: "batch", loss: softmaxCrossEntropy });
  return layers.map(({ input, scores }, l) => {
    const { d, m, norm } = network.layers[l];
    const none = norm !== null || l === layers.length - 1;
    const within = (reach: (i: number) => number) =>
      none ? 0 : scores.filter((s, at) => Math.abs(s) < h * reach(Math.floor(at / m))).length;
    const inputs = Array.from(
      { length: scores.length / m },
      (_, i) => magnitude(input.subarray(i * d, (i + 1) * d)),
    );
    return {
      w: within((i) => inputs[i]),
      b: within(() => 1),
      of: scores.length,
      largest: magnitude(scores),
    };
  });
}

function magnitude(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * The central differences of a hidden layer's biases as ReLU's kink alone makes them: everything
 * behind the ReLU is taken as linear and nothing is rounded.
 *
 *     n_j = sum over i of dJ/dh_ij (max(0, s_ij + h) - max(0, s_ij - h)) / 2h
 *
 * @param layer a hidden layer without normalisation, from 0
 * @throws {InputError} where the layer is another
 *
 * @example
 * ```ts
 * import { biasesAcrossKink } from "klayer/gradient_check/kinks.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [1], classes: 2 }, referenceKernels());
 * network.layers[1].w.set([1, -1]);
 * const samples = { x: new Float64Array([2]), labels: new Uint8Array([0]) };
 * // Scores of exactly 0: half of the step counts.
 * assertEquals(biasesAcrossKink(network, samples, 0, 1e-5), new Float64Array([-0.5]));
 * ```
 */
export function biasesAcrossKink(
  network: Network,
  samples: Samples,
  layer: number,
  h: number,
): Float64Array {
  const { layers } = network;
  if (!(layer in layers) || layer === layers.length - 1 || layers[layer].norm !== null) {
    throw new InputError(
      `Found layer ${layer}, expected a hidden layer without normalisation, from 0: choose another.`,
    );
  }
  const { x, labels } = samples;
  const n = labels.length;
  const cache = openCache(network, n);
  forward(network, x, n, cache, "batch");
  backward(network, x, labels, n, cache, zerosLike(network));
  const { m } = layers[layer];
  const { w, m: behind } = layers[layer + 1];
  const { g } = cache.layers[layer + 1];
  const pass = openPass(network, samples, { statistics: "batch", loss: softmaxCrossEntropy });
  const { scores } = pass.layers[layer];
  const found = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let dh = 0;
      for (let r = 0; r < behind; r++) dh += g[i * behind + r] * w[r * m + j];
      const s = scores[i * m + j];
      found[j] += dh * (Math.max(0, s + h) - Math.max(0, s - h)) / (2 * h);
    }
  }
  return found;
}
