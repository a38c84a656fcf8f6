/**
 * The rules of a training run that can reasonably differ, and the textbook's choice of them.
 *
 * @module
 */

import { type BatchNormOptions, standardBatchNorm } from "./batch_norm.ts";
import { he, type Initialise } from "./initialise.ts";
import { type L2Gradient, weightDecay } from "./momentum.ts";
import { copyNetwork, type Network } from "./network.ts";
import { permutation, type Random } from "./random.ts";

/** The mini-batches of one epoch. */
export interface Batches {
  /** The order of the samples; null is the order of the data set. */
  readonly order: Uint32Array | null;
  /** Each mini-batch as places in that order, `to` not included. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
}

/** The rules of a run. */
export interface Rules {
  readonly initialise: Initialise;
  /** The mini-batches of the next epoch over N samples. */
  readonly batches: (N: number, batchSize: number, random: Random) => Batches;
  /** How lambda enters the gradient of the weights. */
  readonly l2: (lambda: number) => L2Gradient;
  readonly batchNorm: BatchNormOptions;
  /** An accuracy in percent as it is recorded and compared. */
  readonly accuracy: (percent: number) => number;
  /** Why a run ends after an epoch with this training cost; null lets it go on. */
  readonly stop: (cost: number, initialCost: number) => string | null;
  /** Whether the epoch after which a run is stopped may still give the best network. */
  readonly bestMayBeStopped: boolean;
  /** Keeps the network of the best epoch while training goes on. */
  readonly keep: (network: Network) => Network;
}

/** Rules for a network without or with batch normalisation. */
export type Protocol = (batchNorm: boolean) => Rules;

/**
 * The textbook's rules: He initialisation, shuffled complete epochs, L2 on the weights, the best
 * network by validation accuracy kept as it was, an end when the cost is no longer a number.
 *
 * @example
 * ```ts
 * import { standardProtocol } from "klayer/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(standardProtocol(true).l2(0.5), { ofLoss: 1, ofWeights: 1 });
 * ```
 */
export const standardProtocol: Protocol = () => ({
  initialise: he(),
  batches: shuffledBatches,
  l2: weightDecay,
  batchNorm: standardBatchNorm,
  accuracy: (percent) => percent,
  stop: (cost) => Number.isFinite(cost) ? null : `the training cost became ${cost}`,
  bestMayBeStopped: false,
  keep: copyNetwork,
});

/**
 * Every sample once, in a new random order; the last mini-batch may be smaller.
 *
 * @example
 * ```ts
 * import { shuffledBatches } from "klayer/protocol.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { order, ranges } = shuffledBatches(5, 2, openRandom(1));
 * assertEquals(order!.toSorted(), new Uint32Array([0, 1, 2, 3, 4]));
 * assertEquals(ranges, [{ from: 0, to: 2 }, { from: 2, to: 4 }, { from: 4, to: 5 }]);
 * ```
 */
export function shuffledBatches(N: number, batchSize: number, random: Random): Batches {
  const ranges = Array.from({ length: Math.ceil(N / batchSize) }, (_, b) => ({
    from: b * batchSize,
    to: Math.min((b + 1) * batchSize, N),
  }));
  return { order: permutation(N, random), ranges };
}
