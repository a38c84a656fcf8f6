/**
 * The report's protocol: what its author's program does differently from the textbook, each oddity a
 * small named function. The printed digits depend on every one of them.
 *
 * @module
 */

import { type BatchNormOptions, openBatchNorm } from "../batch_norm.ts";
import { gaussian, type Initialise, plain } from "../initialise.ts";
import { type L2Gradient, weightDecay } from "../momentum.ts";
import { copyNetwork, type Network } from "../network.ts";
import type { Batches, Protocol } from "../protocol.ts";

/**
 * The rules of the report's runs, without and with batch normalisation.
 *
 * @example
 * ```ts
 * import { reportProtocol } from "klayer/report/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(reportProtocol(false).l2(0.5), { ofLoss: 2, ofWeights: 0 });
 * assertEquals(reportProtocol(true).l2(0.5), { ofLoss: 1, ofWeights: 1 });
 * ```
 */
export const reportProtocol: Protocol = (batchNorm) => ({
  initialise: plain(0.001),
  batches: batchNorm ? overlappingBatches : shiftedBatches,
  l2: batchNorm ? weightDecay : scaledGradient,
  batchNorm: reportBatchNorm,
  accuracy: twoDecimals,
  stop: stopAboveThreeTimes,
  bestMayBeStopped: true,
  keep: keepWithoutAverages,
});

/** No scale and shift, an epsilon that only avoids a division by zero, slow averages. */
export const reportBatchNorm: BatchNormOptions = {
  scaleAndShift: false,
  epsilon: 1e-20,
  decay: 0.99,
};

/**
 * Mini-batches one sample late and one mini-batch short: the first sample and the last
 * `batchSize - 1` are never used, in an order that never changes.
 *
 * @example
 * ```ts
 * import { shiftedBatches } from "klayer/report/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shiftedBatches(300, 100).ranges, [{ from: 1, to: 101 }, { from: 101, to: 201 }]);
 * ```
 */
export function shiftedBatches(N: number, batchSize: number): Batches {
  return {
    order: null,
    ranges: steps(N, batchSize).map((b) => ({
      from: b * batchSize + 1,
      to: (b + 1) * batchSize + 1,
    })),
  };
}

/**
 * Mini-batches that overlap: each starts `batchSize` after the one before but holds as many more
 * samples as there are mini-batches, 200 of 10,000 and 590 of 49,000.
 *
 * @example
 * ```ts
 * import { overlappingBatches } from "klayer/report/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(overlappingBatches(300, 100).ranges, [{ from: 0, to: 103 }, { from: 100, to: 203 }]);
 * ```
 */
export function overlappingBatches(N: number, batchSize: number): Batches {
  const more = Math.floor(N / batchSize);
  return {
    order: null,
    ranges: steps(N, batchSize).map((b) => ({
      from: b * batchSize,
      to: Math.min((b + 1) * batchSize + more, N),
    })),
  };
}

/** 0 .. floor(N / batchSize) - 2: the last step is left out. */
function steps(N: number, batchSize: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor(N / batchSize) - 1) }, (_, b) => b);
}

/**
 * The L2 term added as 2 lambda dW instead of 2 lambda W, which only scales the gradient.
 *
 * @example
 * ```ts
 * import { scaledGradient } from "klayer/report/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scaledGradient(0.25), { ofLoss: 1.5, ofWeights: 0 });
 * ```
 */
export function scaledGradient(lambda: number): L2Gradient {
  return { ofLoss: 1 + 2 * lambda, ofWeights: 0 };
}

/**
 * Weights from N(0, 2 / m) for a layer of m units: the outputs where He et al. have the inputs.
 *
 * The report does not seed again: its draws continue the stream after a plain initialisation of the
 * same network. The printed table is the third such draw, the figure the fourth.
 *
 * @param draw which draw from there, from 1
 *
 * @example
 * ```ts
 * import { heByOutputs } from "klayer/report/protocol.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { openRandom } from "klayer/random.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * heByOutputs(1)(network, openRandom(400));
 * const random = openRandom(400);
 * const draws = Array.from({ length: 4 }, () => random.normal(0, 1));
 * assertEquals([...network.layers[0].w], draws.slice(2));
 * ```
 */
export function heByOutputs(draw: number): Initialise {
  const initialise = gaussian((_, m) => Math.sqrt(2 / m));
  return (network, random) => {
    plain()(network, random);
    for (let i = 0; i < draw; i++) initialise(network, random);
  };
}

/**
 * An accuracy rounded to two decimals of a percent.
 *
 * @example
 * ```ts
 * import { twoDecimals } from "klayer/report/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(twoDecimals(46.6816), 46.68);
 * ```
 */
export function twoDecimals(percent: number): number {
  return Math.round(percent * 100) / 100;
}

/**
 * The report's "Overflow error!": a run ends when its cost exceeds three times the cost before
 * training, which with batch normalisation is that of the network without it.
 *
 * @example
 * ```ts
 * import { stopAboveThreeTimes } from "klayer/report/protocol.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * assertEquals(stopAboveThreeTimes(6.8, 2.3), null);
 * assert(stopAboveThreeTimes(Infinity, 2.3) !== null);
 * ```
 */
export function stopAboveThreeTimes(cost: number, initialCost: number): string | null {
  if (cost <= 3 * initialCost) return null;
  return `the training cost became ${cost}, more than 3 times the ${initialCost} before training`;
}

/**
 * Keeps the weights of the best epoch, but lets its moving averages go on to those of the last one.
 *
 * @example
 * ```ts
 * import { keepWithoutAverages, reportBatchNorm } from "klayer/report/protocol.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const size = { inputs: 1, hidden: [1], classes: 2 };
 * const network = openNetwork(size, referenceKernels(), reportBatchNorm);
 * const best = keepWithoutAverages(network);
 * network.layers[0].w[0] = 7;
 * network.layers[0].norm!.averages.mean[0] = 7;
 * assertEquals(best.layers[0].w[0], 0);
 * assertEquals(best.layers[0].norm!.averages.mean[0], 7);
 * ```
 */
export function keepWithoutAverages(network: Network): Network {
  const copy = copyNetwork(network);
  return {
    ...copy,
    layers: copy.layers.map((layer, l) => {
      const live = network.layers[l].norm;
      return { ...layer, norm: live && { ...layer.norm!, averages: live.averages } };
    }),
  };
}

/**
 * The same weights with the report's batch normalisation in every hidden layer. The report's figure 1
 * tests a network in this way that was trained without.
 *
 * @example
 * ```ts
 * import { throughBatchNorm } from "klayer/report/protocol.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plain = openNetwork({ inputs: 1, hidden: [1], classes: 2 }, referenceKernels());
 * assertEquals(throughBatchNorm(plain).layers.map(({ norm }) => norm !== null), [true, false]);
 * ```
 */
export function throughBatchNorm(network: Network): Network {
  const last = network.layers.length - 1;
  return {
    ...network,
    layers: network.layers.map((layer, l) => ({
      ...layer,
      norm: l < last ? openBatchNorm(layer.m, reportBatchNorm) : null,
    })),
  };
}
