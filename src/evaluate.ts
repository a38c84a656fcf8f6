/**
 * Cost and accuracy of a network on a split of a data set.
 *
 * @module
 */

import type { Split } from "./dataset.ts";
import { type Cache, forward, type Network, openCache, type Statistics } from "./network.ts";
import { pixelsOf } from "./pixels.ts";
import { countCorrect, crossEntropySum } from "./softmax.ts";

/** How a network does on N samples. */
export interface Evaluation {
  /** Mean cross-entropy plus lambda times the sum of squared weights, in nats. */
  readonly cost: number;
  /** In percent. */
  readonly accuracy: number;
}

/** What {@linkcode evaluate} can be told. */
export interface EvaluationOptions {
  /** What multiplies the sum of squared weights; biases, gamma and beta are not in it. */
  readonly lambda?: number;
  readonly statistics?: Statistics;
  /** Room to work in, where evaluations are repeated. */
  readonly cache?: Cache;
}

/** How many samples pass at a time where the samples do not influence each other. */
const CHUNK = 500;

/**
 * The mean cross-entropy plus lambda * (sum of squared weights of all layers), and the accuracy.
 *
 * With statistics "moving" each sample stands for itself. With "batch" all N samples pass as one
 * batch and are normalised by their own mean and variance.
 *
 * @example
 * ```ts
 * import { evaluate } from "klayer/evaluate.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3, hidden: [], classes: 10 }, referenceKernels());
 * const split = { pixels: new Uint8Array(6), labels: new Uint8Array([0, 9]), mean: 0.5 };
 * const { cost, accuracy } = evaluate(network, split);
 * assertAlmostEquals(cost, Math.log(10), 1e-15);
 * assertAlmostEquals(accuracy, 50);
 * ```
 */
export function evaluate(
  network: Network,
  split: Split,
  { lambda = 0, statistics = "moving", cache }: EvaluationOptions = {},
): Evaluation {
  const N = split.labels.length;
  const K = network.layers.at(-1)!.m;
  const chunk = statistics === "batch" ? N : Math.min(cache?.capacity ?? CHUNK, N);
  const room = cache && cache.capacity >= chunk ? cache : openCache(network, chunk);
  let sum = 0;
  let correct = 0;
  for (let from = 0; from < N; from += chunk) {
    const to = Math.min(from + chunk, N);
    const labels = split.labels.subarray(from, to);
    const p = forward(network, pixelsOf(split, from, to), to - from, room, statistics);
    sum += crossEntropySum(to - from, K, labels, p);
    correct += countCorrect(to - from, K, labels, p);
  }
  return { cost: sum / N + lambda * sumOfSquares(network), accuracy: 100 * correct / N };
}

function sumOfSquares({ layers }: Network): number {
  let sum = 0;
  for (const { w } of layers) {
    for (let i = 0; i < w.length; i++) sum += w[i] * w[i];
  }
  return sum;
}
