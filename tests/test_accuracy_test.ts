import { assert, assertEquals } from "@std/assert";
import { standardBatchNorm } from "klayer/batch_norm.ts";
import { evaluate } from "klayer/evaluate.ts";
import { openRandom } from "klayer/random.ts";
import { throughBatchNorm } from "klayer/report/protocol.ts";
import { testAccuracies } from "klayer/test_accuracy.ts";
import { openCase } from "./oracle.ts";

const random = openRandom(5);
const test = {
  pixels: Uint8Array.from({ length: 4 * 700 }, () => random.bits() & 255),
  labels: Uint8Array.from({ length: 700 }, () => random.bits() % 3),
  mean: 0.5,
};
const size = { d: 4, hidden: [5], K: 3, n: 1, seed: 4 };

Deno.test("a normalised network is tested by its averages and by the test images' statistics", () => {
  const { network } = openCase(size, standardBatchNorm);
  const found = testAccuracies(network, test, throughBatchNorm);
  assertEquals(found, {
    movingAverage: evaluate(network, test, { statistics: "moving" }).accuracy,
    batchStatistics: evaluate(network, test, { statistics: "batch" }).accuracy,
  });
  assert(found.movingAverage !== found.batchStatistics, "they differ");
});

Deno.test("a plain network is tested as trained and, where asked for, through normalisation", () => {
  const { network } = openCase(size);
  const asTrained = evaluate(network, test).accuracy;
  assertEquals(testAccuracies(network, test), { asTrained });
  const through = evaluate(throughBatchNorm(network), test, { statistics: "batch" }).accuracy;
  assertEquals(testAccuracies(network, test, throughBatchNorm), {
    asTrained,
    throughBatchNorm: through,
  });
  assert(through !== asTrained, "they differ");
});

Deno.test("a network without hidden layers has nothing to be read through", () => {
  const { network } = openCase({ ...size, hidden: [] });
  assertEquals(Object.keys(testAccuracies(network, test, throughBatchNorm)), ["asTrained"]);
});
