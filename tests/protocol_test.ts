import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { standardBatchNorm } from "klayer/batch_norm.ts";
import { shuffledBatches, standardProtocol } from "klayer/protocol.ts";
import { openRandom } from "klayer/random.ts";
import { openCase } from "./oracle.ts";

Deno.test("an epoch has every sample once, in mini-batches of which only the last may be smaller", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 90 }), (N, size) => {
      const { order, ranges } = shuffledBatches(N, size, openRandom(1));
      assertEquals([...order!].sort((a, b) => a - b), Array.from({ length: N }, (_, i) => i));
      let next = 0;
      for (const [b, { from, to }] of ranges.entries()) {
        assertEquals(from, next);
        assert(b < ranges.length - 1 ? to - from === size : to - from <= size && to > from);
        next = to;
      }
      assertEquals(next, N);
    }),
  );
});

Deno.test("every epoch has an order of its own", () => {
  const random = openRandom(1);
  const [first, second] = [1, 2].map(() => shuffledBatches(50, 10, random).order);
  assertNotEquals(first, second);
  assertNotEquals([...first!], Array.from({ length: 50 }, (_, i) => i));
});

Deno.test("the textbook's rules: with and without batch normalisation the same", () => {
  for (const batchNorm of [false, true]) {
    const rules = standardProtocol(batchNorm);
    assertEquals(rules.l2(0.25), { ofLoss: 1, ofWeights: 0.5 });
    assertEquals(rules.batchNorm, standardBatchNorm);
    assertEquals(rules.accuracy(46.6816), 46.6816);
    assertEquals(rules.bestMayBeStopped, false);
    assertEquals([rules.stop(1e9, 2.3), rules.stop(0, 2.3)], [null, null]);
    for (const cost of [NaN, Infinity]) assert(rules.stop(cost, 2.3)?.includes(String(cost)));
  }
});

Deno.test("the best network is kept as it was while the other goes on learning", () => {
  const { network } = openCase({ d: 2, hidden: [3], K: 2, n: 1, seed: 1 }, standardBatchNorm);
  const best = standardProtocol(true).keep(network);
  const before = structuredClone(best.layers);
  for (const { w, b, norm } of network.layers) {
    const { gamma, beta, averages } = norm ?? {};
    for (const values of [w, b, gamma, beta, averages?.mean, averages?.variance]) values?.fill(7);
  }
  assertEquals(best.layers, before);
});
