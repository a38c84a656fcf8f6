import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { standardBatchNorm } from "klayer/batch_norm.ts";
import type { Split } from "klayer/dataset.ts";
import { evaluate } from "klayer/evaluate.ts";
import { forward, openCache } from "klayer/network.ts";
import { pixelsOf } from "klayer/pixels.ts";
import { openRandom } from "klayer/random.ts";
import { openCase } from "./oracle.ts";

/** Not a multiple of any chunk. */
const N = 1203;

const { network } = openCase({ d: 4, hidden: [5], K: 3, n: 1, seed: 8 }, standardBatchNorm);
const split = madeSplit();

function madeSplit(): Split {
  const random = openRandom(3);
  const pixels = Uint8Array.from({ length: 4 * N }, () => random.bits() & 255);
  const labels = Uint8Array.from({ length: N }, () => random.bits() % 3);
  return { pixels, labels, mean: 0.5 };
}

/** Cost and accuracy image by image, from probabilities. */
function scored(p: Float64Array): { cost: number; accuracy: number } {
  let [cost, right] = [0, 0];
  for (let i = 0; i < N; i++) {
    const row = [...p.subarray(3 * i, 3 * i + 3)];
    cost -= Math.log(row[split.labels[i]]) / N;
    if (row.indexOf(Math.max(...row)) === split.labels[i]) right++;
  }
  return { cost, accuracy: 100 * right / N };
}

Deno.test("by the moving averages an image is scored for itself, in whatever chunks", () => {
  const p = new Float64Array(3 * N);
  for (let i = 0; i < N; i++) {
    p.set(forward(network, pixelsOf(split, i, i + 1), 1, openCache(network, 1), "moving"), 3 * i);
  }
  const expected = scored(p);
  for (const cache of [undefined, openCache(network, 7), openCache(network, 5000)]) {
    const { cost, accuracy } = evaluate(network, split, { cache });
    assertAlmostEquals(cost, expected.cost, 1e-12);
    assertEquals(accuracy, expected.accuracy);
  }
});

Deno.test("by batch statistics all images are normalised together, whatever the cache", () => {
  const p = forward(network, pixelsOf(split, 0, N), N, openCache(network, N), "batch");
  const expected = scored(p);
  for (const cache of [undefined, openCache(network, 7)]) {
    const { cost, accuracy } = evaluate(network, split, { statistics: "batch", cache });
    assertAlmostEquals(cost, expected.cost, 1e-12);
    assertEquals(accuracy, expected.accuracy);
  }
  assert(Math.abs(expected.cost - evaluate(network, split).cost) > 1e-3, "it makes a difference");
});

Deno.test("lambda adds the squares of the weights and of nothing else", () => {
  const squares = network.layers.flatMap(({ w }) => [...w]).reduce((sum, w) => sum + w * w, 0);
  const { cost } = evaluate(network, split);
  assertAlmostEquals(evaluate(network, split, { lambda: 0.3 }).cost, cost + 0.3 * squares, 1e-12);
});
