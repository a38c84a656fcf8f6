/**
 * Gradient descent with momentum (Polyak, 1964).
 *
 * @module
 */

import type { LayerGradients, Network } from "./network.ts";

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
  { kernels, layers }: Network,
  gradients: readonly LayerGradients[],
  velocity: readonly LayerGradients[],
  step: Step,
  l2: L2Gradient,
): void {
  const noL2 = { ofLoss: 1, ofWeights: 0 };
  for (const [l, { w, b, norm }] of layers.entries()) {
    const [g, v] = [gradients[l], velocity[l]];
    kernels.momentumStep({ ...step, ...l2 }, w, g.w, v.w);
    kernels.momentumStep({ ...step, ...noL2 }, b, g.b, v.b);
    if (norm?.gamma) kernels.momentumStep({ ...step, ...noL2 }, norm.gamma, g.gamma!, v.gamma!);
    if (norm?.beta) kernels.momentumStep({ ...step, ...noL2 }, norm.beta, g.beta!, v.beta!);
  }
}
