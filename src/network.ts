/**
 * A fully connected network of k layers: dense, then batch normalisation where asked for, then ReLU in
 * each hidden layer; dense and softmax in the last.
 *
 * @module
 */

import {
  batchMoments,
  type BatchNorm,
  batchNormBackward,
  type BatchNormCache,
  batchNormForward,
  type BatchNormOptions,
  followMoments,
  openBatchNorm,
} from "./batch_norm.ts";
import { denseBackward, denseForward, denseStep } from "./dense.ts";
import { InputError } from "./errors.ts";
import type { Input, Kernels, MomentumStep } from "./kernels/kernels.ts";
import { inMemory } from "./room.ts";
import { softmaxBackward, softmaxForward } from "./softmax.ts";

/** One layer of m units on d inputs. */
export interface Layer {
  readonly d: number;
  readonly m: number;
  /** Weights, m x d. */
  readonly w: Float64Array;
  /** Biases, m. */
  readonly b: Float64Array;
  /** The batch normalisation of its scores; null in the last layer and where there is none. */
  readonly norm: BatchNorm | null;
}

/** The layers, first to last, and the kernels that compute them. */
export interface Network {
  readonly kernels: Kernels;
  readonly layers: readonly Layer[];
}

/** The sizes of a network: d inputs, m units of each hidden layer, K classes. */
export interface NetworkSize {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** The derivatives of the cost by the parameters of one layer, in the shapes of {@linkcode Layer}. */
export interface LayerGradients {
  readonly w: Float64Array;
  readonly b: Float64Array;
  readonly gamma: Float64Array | null;
  readonly beta: Float64Array | null;
}

/** Which moments normalise a forward pass: the samples' own or the moving averages. */
export type Statistics = "batch" | "moving";

/** What a forward pass leaves for the backward pass; it holds up to `capacity` samples. */
export interface Cache {
  readonly capacity: number;
  readonly layers: readonly LayerCache[];
}

interface LayerCache {
  /** Scores, then outputs, in place: n x m. The last layer's are the probabilities. */
  readonly h: Float64Array;
  /** dJ/dh, then dJ/ds, in place: n x m. */
  readonly g: Float64Array;
  readonly norm: BatchNormCache | null;
}

/**
 * A network with all parameters zero (gamma = 1); an initialisation gives it weights.
 *
 * @throws {InputError} where a size is not a positive integer, or there is no memory for the weights
 *
 * @example
 * ```ts
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3072, hidden: [50, 30], classes: 10 }, referenceKernels());
 * assertEquals(network.layers.map(({ d, m }) => [m, d]), [[50, 3072], [30, 50], [10, 30]]);
 * ```
 */
export function openNetwork(
  size: NetworkSize,
  kernels: Kernels,
  batchNorm: BatchNormOptions | null = null,
): Network {
  checkUnits([size.inputs, ...size.hidden, size.classes]);
  const outputs = [...size.hidden, size.classes];
  const layer = (m: number, l: number) => {
    const d = l === 0 ? size.inputs : outputs[l - 1];
    const norm = batchNorm !== null && l < size.hidden.length ? openBatchNorm(m, batchNorm) : null;
    return { d, m, w: kernels.allocate(m * d), b: new Float64Array(m), norm };
  };
  return { kernels, layers: inMemory(`layers of ${outputs} units`, () => outputs.map(layer)) };
}

/** Throws an {@linkcode InputError} where a number of units is not a whole number from 1. */
export function checkUnits(units: readonly number[]): void {
  if (!Array.isArray(units)) {
    throw new InputError(
      `Found ${JSON.stringify(units)} for the layers, expected a list such as [50, 30].`,
    );
  }
  const place = units.findIndex((m) => !Number.isInteger(m) || m < 1);
  if (place < 0) return;
  throw new InputError(
    `Found a layer of ${units[place]} units, expected whole numbers from 1, such as 50,30.`,
  );
}

/** Room for the passes of up to `capacity` samples through the network. */
export function openCache(network: Network, capacity: number): Cache {
  const { kernels } = network;
  const layer = ({ m, norm }: Layer) => ({
    h: kernels.allocate(capacity * m),
    g: kernels.allocate(capacity * m),
    norm: norm === null ? null : {
      z: kernels.allocate(capacity * m),
      batch: { mean: new Float64Array(m), variance: new Float64Array(m) },
    },
  });
  return { capacity, layers: inMemory(`${capacity} samples`, () => network.layers.map(layer)) };
}

/** Zeros in the shape of the network's parameters, for gradients or velocities. */
export function zerosLike({ kernels, layers }: Network): LayerGradients[] {
  const layer = ({ m, d, norm }: Layer) => ({
    w: kernels.allocate(m * d),
    b: new Float64Array(m),
    gamma: norm?.gamma ? new Float64Array(m) : null,
    beta: norm?.beta ? new Float64Array(m) : null,
  });
  return inMemory("the gradients", () => layers.map(layer));
}

/**
 * The probabilities of n samples: an array of n x K in the cache, overwritten by the next pass.
 *
 * @param x n x d
 * @param n samples, at most the cache's capacity
 * @param statistics what batch normalisation uses: "batch" in training, "moving" in use
 *
 * @example
 * ```ts
 * import { forward, openCache, openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 2, hidden: [3], classes: 4 }, referenceKernels());
 * const p = forward(network, new Float64Array([1, 2]), 1, openCache(network, 1), "moving");
 * assertEquals(p, new Float64Array([0.25, 0.25, 0.25, 0.25]));
 * ```
 */
export function forward(
  { kernels, layers }: Network,
  x: Input,
  n: number,
  cache: Cache,
  statistics: Statistics,
): Float64Array {
  let input = x;
  for (const [l, layer] of layers.entries()) {
    const { d, m, w, b, norm } = layer;
    const h = cache.layers[l].h.subarray(0, n * m);
    denseForward(kernels, { n, d, m }, input, w, b, h);
    if (norm !== null) {
      const { z, batch } = cache.layers[l].norm!;
      if (statistics === "batch") batchMoments(n, h, batch, kernels);
      batchNormForward(norm, statistics === "batch" ? batch : norm.averages, n, h, z, kernels);
    }
    if (l < layers.length - 1) kernels.relu(h);
    else softmaxForward(n, m, h);
    input = h;
  }
  return input as Float64Array;
}

/**
 * The gradients of the mean cross-entropy of the n samples that {@linkcode forward} has just passed
 * with statistics "batch". The L2 term is not in them.
 *
 * @param x n x d, as in the forward pass
 * @param labels n labels
 * @param gradients overwritten
 *
 * @example
 * ```ts
 * import { backward, forward, openCache, openNetwork, zerosLike } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * const [x, cache, gradients] = [new Float64Array([3]), openCache(network, 1), zerosLike(network)];
 * forward(network, x, 1, cache, "batch");
 * backward(network, x, new Uint8Array([0]), 1, cache, gradients);
 * assertEquals(gradients[0].w, new Float64Array([-1.5, 1.5]));
 * ```
 */
export function backward(
  network: Network,
  x: Input,
  labels: Uint8Array,
  n: number,
  cache: Cache,
  gradients: readonly LayerGradients[],
): void {
  const { kernels, layers } = network;
  passBack(network, x, labels, n, cache, gradients, (l, g, input, dx) => {
    const { d, m, w } = layers[l];
    denseBackward(kernels, { n, d, m }, g, input, w, gradients[l].w, gradients[l].b, dx);
  });
}

/**
 * {@linkcode backward} that updates the weights on its way, layer by layer, instead of storing their
 * gradients: v = mu v + eta (ofLoss dW + ofWeights W), then W - v. The gradients of the other
 * parameters are overwritten as there.
 *
 * @param gradients of biases, gamma and beta, overwritten
 * @param velocity of the weights, updated
 *
 * @example
 * ```ts
 * import { backwardStep, forward, openCache, openNetwork, zerosLike } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * const [gradients, velocity] = [zerosLike(network), zerosLike(network)];
 * const [x, labels, cache] = [new Float64Array([3]), new Uint8Array([0]), openCache(network, 1)];
 * const step = { mu: 0, eta: 2, ofLoss: 1, ofWeights: 0 };
 * forward(network, x, 1, cache, "batch");
 * backwardStep(network, x, labels, 1, cache, gradients, velocity, step);
 * assertEquals(network.layers[0].w, new Float64Array([3, -3]));
 * ```
 */
export function backwardStep(
  network: Network,
  x: Input,
  labels: Uint8Array,
  n: number,
  cache: Cache,
  gradients: readonly Omit<LayerGradients, "w">[],
  velocity: readonly Pick<LayerGradients, "w">[],
  step: MomentumStep,
): void {
  const { kernels, layers } = network;
  passBack(network, x, labels, n, cache, gradients, (l, g, input, dx) => {
    const { d, m, w } = layers[l];
    denseStep(kernels, { n, d, m }, step, g, input, w, velocity[l].w, gradients[l].b, dx);
  });
}

/**
 * Goes from the last layer to the first; `dense` does the dense part of layer l, given g = dJ/ds, the
 * layer's input and where its derivative goes.
 */
function passBack(
  { kernels, layers }: Network,
  x: Input,
  labels: Uint8Array,
  n: number,
  cache: Cache,
  gradients: readonly Pick<LayerGradients, "gamma" | "beta">[],
  dense: (l: number, g: Float64Array, input: Input, dx: Float64Array | null) => void,
): void {
  for (let l = layers.length - 1; l >= 0; l--) {
    const { m, norm } = layers[l];
    const { h, g } = cache.layers[l];
    if (l === layers.length - 1) {
      g.set(h.subarray(0, n * m));
      softmaxBackward(n, m, labels, g);
    } else {
      kernels.reluGradient(h.subarray(0, n * m), g);
      if (norm !== null) {
        const { gamma, beta } = gradients[l];
        batchNormBackward(norm, cache.layers[l].norm!, n, g, gamma, beta, kernels);
      }
    }
    const before = l === 0 ? null : cache.layers[l - 1];
    dense(l, g, before?.h ?? x, before?.g ?? null);
  }
}

/** Lets the moving averages of every layer follow the mini-batch of the last forward pass. */
export function followBatch({ layers }: Network, cache: Cache): void {
  for (const [l, { norm }] of layers.entries()) {
    if (norm !== null) followMoments(norm, cache.layers[l].norm!.batch);
  }
}

/** A copy of the network that further training does not change. */
export function copyNetwork({ kernels, layers }: Network): Network {
  return {
    kernels,
    layers: layers.map(({ d, m, w, b, norm }) => ({
      d,
      m,
      w: w.slice(),
      b: b.slice(),
      norm: norm && {
        ...norm,
        gamma: norm.gamma?.slice() ?? null,
        beta: norm.beta?.slice() ?? null,
        averages: {
          mean: norm.averages.mean.slice(),
          variance: norm.averages.variance.slice(),
        },
      },
    })),
  };
}
