/**
 * Gradient checks: the gradients of the backward pass against central differences of the cost,
 *
 *     dJ/dw = (J(w + h) - J(w - h)) / 2h  +  O(h^2)  +  rounding of J / h
 *
 * and one number for how far two gradients deviate. `complex_step.ts` has the oracle without the last
 * two terms, `gradient_check/error_source.ts` says which of them a deviation is made of.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import {
  type Loss,
  type OpenPass,
  openPass,
  type Samples,
  softmaxCrossEntropy,
} from "./gradient_check/open_pass.ts";
import { movesOf, type Tensor, unitOf, valuesOf } from "./gradient_check/moves.ts";
import {
  backward,
  forward,
  type LayerGradients,
  type Network,
  openCache,
  type Statistics,
  zerosLike,
} from "./network.ts";

export { deviation, deviations, type LayerDeviations } from "./gradient_check/deviation.ts";
export type { Loss, Samples, Tensor };

/** How central differences are taken. */
export interface NumericOptions {
  /** The step to either side, 1e-5 by default. */
  readonly h?: number;
  /** What batch normalisation uses, "batch" by default. */
  readonly statistics?: Statistics;
  /** How the cost is computed from the last scores; the library's own by default. */
  readonly loss?: Loss;
}

/** Some parameters of a network. */
export interface Place {
  /** The layer, from 0. */
  readonly layer: number;
  readonly tensor: Tensor;
  /** Which entries of the tensor; all by default. */
  readonly entries?: ArrayLike<number>;
}

/**
 * The gradients of the mean cross-entropy by one forward and one backward pass.
 *
 * @example
 * ```ts
 * import { analyticGradients } from "klayer/gradient_check.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * const samples = { x: new Float64Array([3]), labels: new Uint8Array([0]) };
 * assertEquals(analyticGradients(network, samples)[0].w, new Float64Array([-1.5, 1.5]));
 * ```
 */
export function analyticGradients(network: Network, { x, labels }: Samples): LayerGradients[] {
  const n = labels.length;
  const cache = openCache(network, n);
  const gradients = zerosLike(network);
  forward(network, x, n, cache, "batch");
  backward(network, x, labels, n, cache, gradients);
  return gradients;
}

/**
 * The gradients of the mean cross-entropy by central differences: two costs for each parameter, of
 * which only the part behind the parameter is computed again.
 *
 * @throws {InputError} where h is not a positive number
 *
 * @example
 * ```ts
 * import { deviations, analyticGradients, numericGradients } from "klayer/gradient_check.ts";
 * import { plain } from "klayer/initialise.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assert } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3, hidden: [2], classes: 2 }, referenceKernels());
 * plain(1)(network, openRandom(1));
 * const samples = { x: new Float64Array([1, 2, 3]), labels: new Uint8Array([0]) };
 * const [first] = deviations(analyticGradients(network, samples), numericGradients(network, samples));
 * assert(first.w < 1e-9);
 * ```
 */
export function numericGradients(
  network: Network,
  samples: Samples,
  options: NumericOptions = {},
): LayerGradients[] {
  const pass = open(network, samples, options);
  return network.layers.map(({ norm }, layer) => {
    const all = (tensor: Tensor) => derivatives(network, pass, { layer, tensor }, options);
    return {
      w: all("w"),
      b: all("b"),
      gamma: norm?.gamma ? all("gamma") : null,
      beta: norm?.beta ? all("beta") : null,
    };
  });
}

/**
 * {@linkcode numericGradients} of some parameters only: a derivative for each entry of a place.
 *
 * @throws {InputError} where h is not a positive number or the network has no such tensor
 *
 * @example
 * ```ts
 * import { numericDerivatives } from "klayer/gradient_check.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * const samples = { x: new Float64Array([3]), labels: new Uint8Array([0]) };
 * const place = { layer: 0, tensor: "w", entries: [1] } as const;
 * assertAlmostEquals(numericDerivatives(network, samples, place)[0], 1.5, 1e-9);
 * ```
 */
export function numericDerivatives(
  network: Network,
  samples: Samples,
  place: Place,
  options: NumericOptions = {},
): Float64Array {
  return derivatives(network, open(network, samples, options), place, options);
}

function open(network: Network, samples: Samples, options: NumericOptions): OpenPass {
  const { h = 1e-5, statistics = "batch", loss = softmaxCrossEntropy } = options;
  if (!(h > 0 && h < Infinity)) {
    throw new InputError(`Found h = ${h}, expected a small positive number, such as 1e-5.`);
  }
  return openPass(network, samples, { statistics, loss });
}

function derivatives(
  network: Network,
  pass: OpenPass,
  { layer: l, tensor, entries }: Place,
  { h = 1e-5 }: NumericOptions,
): Float64Array {
  const layer = network.layers[l];
  const values = layer && valuesOf(layer, tensor);
  if (!values) {
    throw new InputError(
      `Found no ${tensor} in layer ${l}, expected one of the ${network.layers.length} layers from 0 ` +
        "(gamma and beta only where batch normalisation has them): choose another.",
    );
  }
  const { input, z, scores, outputs } = pass.layers[l];
  const onScores = tensor === "w" || tensor === "b";
  const base = onScores ? scores : outputs;
  const moved = new Float64Array(base.length);
  const amounts = new Float64Array(base.length / layer.m);
  const costAt = (unit: number, step: number) => {
    moved.set(base);
    for (let i = 0; i < amounts.length; i++) moved[i * layer.m + unit] += step * amounts[i];
    return onScores ? pass.costFromScores(l, moved) : pass.costFromOutputs(l, moved);
  };
  const count = entries?.length ?? values.length;
  const found = new Float64Array(count);
  for (let e = 0; e < count; e++) {
    const at = entries === undefined ? e : entries[e];
    const unit = unitOf(layer, tensor, at);
    movesOf(layer, tensor, at, input, z, amounts);
    const below = costAt(unit, -h);
    found[e] = (costAt(unit, h) - below) / (2 * h);
  }
  return found;
}
