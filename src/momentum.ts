/**
 * Gradient descent with momentum (Polyak, 1964).
 *
 * @module
 */

import type { Input } from "./kernels/kernels.ts";
import { backwardStep, type Cache, type LayerGradients, type Network } from "./network.ts";

/**
 * How the L2 term enters the gradient of the weights: g = ofLoss * dW + ofWeights * W, where dW is
 * the gradient of the cross-entropy.
 */
export interface L2Gradient {
  readonly ofLoss: number;
  readonly ofWeights: number;
}

/**
 * The derivative of lambda * (sum of squared weights), which is 2 lambda W.
 *
 * @example
 * ```ts
 * import { weightDecay } from "klayer/momentum.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(weightDecay(0.5), { ofLoss: 1, ofWeights: 1 });
 * ```
 */
export function weightDecay(lambda: number): L2Gradient {
  return { ofLoss: 1, ofWeights: 2 * lambda };
}

/** The step size eta and the momentum mu of one update. */
export interface Step {
  readonly eta: number;
  readonly mu: number;
}

/**
 * One update of every parameter: v = mu v + eta g, then parameter - v.
 *
 * The L2 term is on the weights only; biases, gamma and beta have g = gradient.
 *
 * @param network its parameters are updated
 * @param gradients of the mean cross-entropy
 * @param velocity updated
 *
 * @example
 * ```ts
 * import { updateParameters, weightDecay } from "klayer/momentum.ts";
 * import { openNetwork, zerosLike } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 1 }, referenceKernels());
 * const [gradients, velocity] = [zerosLike(network), zerosLike(network)];
 * gradients[0].w[0] = 1;
 * updateParameters(network, gradients, velocity, { eta: 0.5, mu: 0.5 }, weightDecay(0));
 * updateParameters(network, gradients, velocity, { eta: 0.5, mu: 0.5 }, weightDecay(0));
 * assertEquals(network.layers[0].w[0], -0.5 - (0.25 + 0.5));
 * ```
 */
export function updateParameters(
  network: Network,
  gradients: readonly LayerGradients[],
  velocity: readonly LayerGradients[],
  step: Step,
  l2: L2Gradient,
): void {
  for (const [l, { w }] of network.layers.entries()) {
    network.kernels.momentumStep({ ...step, ...l2 }, w, gradients[l].w, velocity[l].w);
  }
  updateOthers(network, gradients, velocity, step);
}

/** Updates biases, gamma and beta. */
function updateOthers(
  { kernels, layers }: Network,
  gradients: readonly Omit<LayerGradients, "w">[],
  velocity: readonly Omit<LayerGradients, "w">[],
  { eta, mu }: Step,
): void {
  const step = { eta, mu, ofLoss: 1, ofWeights: 0 };
  for (const [l, { b, norm }] of layers.entries()) {
    const [g, v] = [gradients[l], velocity[l]];
    kernels.momentumStep(step, b, g.b, v.b);
    if (norm?.gamma) kernels.momentumStep(step, norm.gamma, g.gamma!, v.gamma!);
    if (norm?.beta) kernels.momentumStep(step, norm.beta, g.beta!, v.beta!);
  }
}

/**
 * The backward pass of a mini-batch and the update of every parameter in one: what
 * {@linkcode backward} of `klayer/network.ts` and {@linkcode updateParameters} do together. The
 * gradients of the weights, which take as much memory as the weights, are not stored.
 *
 * @param network as {@linkcode forward} has just passed it; its parameters are updated
 * @param x n x d, as in the forward pass
 * @param labels n labels
 * @param gradients of biases, gamma and beta, overwritten
 * @param velocity updated
 *
 * @example
 * ```ts
 * import { descend, weightDecay } from "klayer/momentum.ts";
 * import { forward, openCache, openNetwork, zerosLike } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * const [x, cache] = [new Float64Array([3]), openCache(network, 1)];
 * const [gradients, velocity] = [zerosLike(network), zerosLike(network)];
 * const [step, l2] = [{ eta: 1, mu: 0.9 }, weightDecay(0)];
 * forward(network, x, 1, cache, "batch");
 * descend(network, x, new Uint8Array([0]), 1, cache, gradients, velocity, step, l2);
 * assertEquals(network.layers[0].w, new Float64Array([1.5, -1.5]));
 * ```
 */
export function descend(
  network: Network,
  x: Input,
  labels: Uint8Array,
  n: number,
  cache: Cache,
  gradients: readonly Omit<LayerGradients, "w">[],
  velocity: readonly LayerGradients[],
  step: Step,
  l2: L2Gradient,
): void {
  backwardStep(network, x, labels, n, cache, gradients, velocity, { ...step, ...l2 });
  updateOthers(network, gradients, velocity, step);
}
