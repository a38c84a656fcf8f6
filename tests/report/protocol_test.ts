import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { plain } from "klayer/initialise.ts";
import { openNetwork } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";
import { weightDecay } from "klayer/momentum.ts";
import {
  heByOutputs,
  keepWithoutAverages,
  overlappingBatches,
  reportBatchNorm,
  reportProtocol,
  scaledGradient,
  shiftedBatches,
  stopAboveThreeTimes,
  throughBatchNorm,
  twoDecimals,
} from "klayer/report/protocol.ts";
import { openCase } from "../oracle.ts";

Deno.test("without batch normalisation: 99 steps of 10,000, one late, the last 99 unused", () => {
  const { order, ranges } = shiftedBatches(10_000, 100);
  assertEquals(order, null);
  assertEquals([ranges.length, ranges[0].from, ranges.at(-1)!.to], [99, 1, 9901]);
  assert(ranges.every(({ from, to }) => to - from === 100));
});

Deno.test("with batch normalisation: 200 of 10,000, 590 of 49,000, 110 of 1,000", () => {
  for (const [N, steps, n] of [[10_000, 99, 200], [49_000, 489, 590], [1000, 9, 110]]) {
    const { ranges } = overlappingBatches(N, 100);
    assertEquals(ranges.length, steps);
    assertEquals(ranges[0], { from: 0, to: n });
    assertEquals(ranges.at(-1)!.to, Math.min(100 * steps + N / 100, N));
  }
});

Deno.test("no mini-batch reaches beyond the samples", () => {
  fc.assert(fc.property(fc.nat(3000), fc.integer({ min: 1, max: 300 }), (N, batchSize) => {
    for (const batches of [shiftedBatches(N, batchSize), overlappingBatches(N, batchSize)]) {
      assertEquals(batches.ranges.length, Math.max(0, Math.floor(N / batchSize) - 1));
      for (const { from, to } of batches.ranges) assert(from < to && from >= 0 && to <= N);
    }
  }));
});

Deno.test("the first He draw begins 155,400 numbers into the stream", () => {
  const size = { inputs: 3072, hidden: [50, 30], classes: 10 };
  const network = openNetwork(size, referenceKernels());
  heByOutputs(1)(network, openRandom(400));
  const random = openRandom(400);
  for (let i = 0; i < 155_400; i++) random.normal(0, 1);
  assertEquals(network.layers[0].w[0], random.normal(0, Math.sqrt(2 / 50)));
});

Deno.test("a later He draw continues where the one before ended", () => {
  const size = { inputs: 3, hidden: [2], classes: 2 };
  const [first, second] = [1, 2].map((draw) => {
    const network = openNetwork(size, referenceKernels());
    heByOutputs(draw)(network, openRandom(7));
    return network;
  });
  const random = openRandom(7);
  const repeated = openNetwork(size, referenceKernels());
  plain()(repeated, random);
  for (const expected of [first, second]) {
    for (const { w, m } of expected.layers) {
      for (const value of w) assertEquals(value, random.normal(0, Math.sqrt(2 / m)));
    }
  }
});

Deno.test("a run stops above three times its first cost, and at no number", () => {
  assertEquals(stopAboveThreeTimes(6, 2), null);
  for (const cost of [6.91, Infinity, NaN]) {
    assert(stopAboveThreeTimes(cost, 2.3)?.includes(String(cost)));
  }
});

Deno.test("the rules differ with batch normalisation in the mini-batches and the L2 term only", () => {
  const [plainRules, normRules] = [false, true].map((batchNorm) => reportProtocol(batchNorm));
  assertEquals([plainRules.batches, normRules.batches], [shiftedBatches, overlappingBatches]);
  assertEquals([plainRules.l2, normRules.l2], [scaledGradient, weightDecay]);
  for (const { batchNorm, accuracy, stop, bestMayBeStopped, keep } of [plainRules, normRules]) {
    assertEquals(batchNorm, { scaleAndShift: false, epsilon: 1e-20, decay: 0.99 });
    assertEquals([accuracy, stop], [twoDecimals, stopAboveThreeTimes]);
    assertEquals([bestMayBeStopped, keep], [true, keepWithoutAverages]);
  }
});

Deno.test("the L2 term only scales the gradient, by 1 + 2 lambda", () => {
  assertEquals(scaledGradient(0.25), { ofLoss: 1.5, ofWeights: 0 });
  assertEquals(scaledGradient(0), { ofLoss: 1, ofWeights: 0 });
});

Deno.test("accuracies are rounded to two decimals", () => {
  assertEquals([33.333333, 66.666666, 46.68, 100].map(twoDecimals), [33.33, 66.67, 46.68, 100]);
});

Deno.test("the best network keeps its weights, its averages go on to those of the last", () => {
  const size = { d: 2, hidden: [3], K: 2, n: 1, seed: 1 };
  const { network } = openCase(size, reportBatchNorm);
  const weights = network.layers.map(({ w, b }) => [[...w], [...b]]);
  const best = keepWithoutAverages(network);
  for (const { w, b, norm } of network.layers) {
    for (const values of [w, b, norm?.averages.mean, norm?.averages.variance]) values?.fill(7);
  }
  assertEquals(best.layers.map(({ w, b }) => [[...w], [...b]]), weights);
  const { mean, variance } = best.layers[0].norm!.averages;
  assertEquals([...mean, ...variance], [7, 7, 7, 7, 7, 7]);
  assertEquals(best.layers[1].norm, null);
});

Deno.test("read through batch normalisation: the same weights, every hidden layer normalised", () => {
  const { network } = openCase({ d: 2, hidden: [3, 4], K: 2, n: 1, seed: 1 });
  const { layers } = throughBatchNorm(network);
  assertEquals(layers.map(({ norm }) => norm?.averages.mean.length), [3, 4, undefined]);
  assertEquals(layers[0].norm!.options, reportBatchNorm);
  assertEquals(layers.map(({ w, b }) => [w, b]), network.layers.map(({ w, b }) => [w, b]));
});
