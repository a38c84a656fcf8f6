import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  calibration,
  confusionMatrix,
  mostConfused,
  predictions,
  surestMistakes,
} from "klayer/confusion.ts";
import { evaluate } from "klayer/evaluate.ts";
import { he } from "klayer/initialise.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { openNetwork } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";

const K = 4;
const prediction = fc.record({
  index: fc.nat(99),
  label: fc.nat(K - 1),
  said: fc.nat(K - 1),
  probability: fc.double({ min: 1 / K, max: 1, noNaN: true }),
});
const some = fc.array(prediction, { maxLength: 60 });

Deno.test("predictions are those that the accuracy counts, over several chunks", () => {
  const random = openRandom(3);
  const N = 1203;
  const pixels = Uint8Array.from({ length: 6 * N }, () => random.bits() & 255);
  const split = { pixels, labels: Uint8Array.from({ length: N }, (_, i) => i % K), mean: 0.5 };
  const network = openNetwork({ inputs: 6, hidden: [5], classes: K }, referenceKernels());
  he()(network, random);
  const found = predictions(network, split);
  assertEquals(found.map(({ index }) => index), Array.from({ length: N }, (_, i) => i));
  const right = found.filter(({ label, said }) => label === said).length;
  assertAlmostEquals(100 * right / N, evaluate(network, split).accuracy, 1e-9);
  assert(found.every(({ probability }) => probability >= 1 / K && probability <= 1));
});

Deno.test("a confusion matrix counts each prediction once, in the row of its true class", () =>
  fc.assert(fc.property(some, (found) => {
    const counts = confusionMatrix(found, K);
    counts.forEach((row, t) => {
      const all = row.reduce((sum, count) => sum + count, 0);
      assertEquals(all, found.filter(({ label }) => label === t).length);
      assertEquals(row[t], found.filter(({ label, said }) => label === t && said === t).length);
    });
    const { a, b, count } = mostConfused(counts);
    assert(a < b);
    counts.forEach((row, t) =>
      row.forEach((each, s) => assert(t === s || each + counts[s][t] <= count))
    );
  })));

Deno.test("the surest mistakes are wrong, and no other mistake is surer", () =>
  fc.assert(fc.property(some, fc.nat(20), (found, count) => {
    const wrong = found.filter(({ label, said }) => label !== said);
    const chosen = surestMistakes(found, count);
    assertEquals(chosen.length, Math.min(count, wrong.length));
    const sure = chosen.map(({ probability }) => probability);
    assertEquals(
      sure,
      wrong.map(({ probability }) => probability).sort((a, b) => b - a).slice(0, count),
    );
  })));

Deno.test("bins of sureness take each prediction once", () =>
  fc.assert(fc.property(some, (found) => {
    const bins = calibration(found, [0, 0.4, 0.7, 1]);
    assertEquals(bins.reduce((sum, { count }) => sum + count, 0), found.length);
    const right = bins.reduce((sum, { count, right }) => sum + (count > 0 ? count * right : 0), 0);
    assertAlmostEquals(right, found.filter(({ label, said }) => label === said).length, 1e-9);
  })));
