/**
 * Initial weights. Biases start at zero and draw nothing.
 *
 * @module
 */

import type { Network } from "./network.ts";
import type { Random } from "./random.ts";

/** Gives a network its first weights, drawn layer by layer, row by row. */
export type Initialise = (network: Network, random: Random) => void;

/**
 * Weights from N(0, deviation^2), the same in every layer.
 *
 * @example
 * ```ts
 * import { plain } from "klayer/initialise.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 2, hidden: [], classes: 1 }, referenceKernels());
 * plain()(network, openRandom(400));
 * assertEquals(network.layers[0].w[0], -0.001130570513606414);
 * ```
 */
export function plain(deviation = 0.001): Initialise {
  return gaussian(() => deviation);
}

/**
 * Weights from N(0, 2 / d) for a layer of d inputs (He et al., ICCV 2015, section 2.2), which keeps
 * the scale of the activations from layer to layer under ReLU.
 *
 * @example
 * ```ts
 * import { he } from "klayer/initialise.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 8, hidden: [], classes: 1 }, referenceKernels());
 * he()(network, openRandom(1));
 * assertEquals(network.layers[0].w[0], openRandom(1).normal(0, 0.5));
 * ```
 */
export function he(): Initialise {
  return gaussian((d) => Math.sqrt(2 / d));
}

/**
 * Weights from N(0, deviation(d, m)^2) for a layer of d inputs and m units.
 *
 * @example
 * ```ts
 * import { gaussian } from "klayer/initialise.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * // Xavier: the average of inputs and outputs.
 * const network = openNetwork({ inputs: 5, hidden: [], classes: 3 }, referenceKernels());
 * gaussian((d, m) => Math.sqrt(2 / (d + m)))(network, openRandom(1));
 * assertEquals(network.layers[0].w[0], openRandom(1).normal(0, 0.5));
 * ```
 */
export function gaussian(deviation: (d: number, m: number) => number): Initialise {
  return (network, random) => {
    for (const { w, d, m } of network.layers) {
      const sigma = deviation(d, m);
      for (let i = 0; i < w.length; i++) w[i] = random.normal(0, sigma);
    }
  };
}
