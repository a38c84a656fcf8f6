import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type BatchNormOptions, standardBatchNorm } from "klayer/batch_norm.ts";
import { complexStepGradients } from "klayer/complex_step.ts";
import { InputError } from "klayer/errors.ts";
import {
  analyticGradients,
  deviation,
  deviations,
  numericDerivatives,
  numericGradients,
} from "klayer/gradient_check.ts";
import { derivativeQuantum, errorSource } from "klayer/gradient_check/error_source.ts";
import { biasesAcrossKink, kinksWithin } from "klayer/gradient_check/kinks.ts";
import { TENSORS, valuesOf } from "klayer/gradient_check/moves.ts";
import { numbersOf, openPass, softmaxCrossEntropy } from "klayer/gradient_check/open_pass.ts";
import { plain } from "klayer/initialise.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { copyNetwork, forward, openCache, openNetwork, type Statistics } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";
import { unshiftedCrossEntropy } from "klayer/report/gradient_checks.ts";
import { reportBatchNorm } from "klayer/report/protocol.ts";
import { crossEntropySum } from "klayer/softmax.ts";
import { assertClose, type Case, caseSizes, largest, openCase } from "./oracle.ts";

const options = { statistics: "batch", loss: softmaxCrossEntropy } as const;

/** J by a whole forward pass. */
function costOf({ network, x, labels, n }: Case, statistics: Statistics): number {
  const p = forward(network, x, n, openCache(network, n), statistics);
  return crossEntropySum(n, network.layers.at(-1)!.m, labels, p) / n;
}

/** The difference quotient as it is defined: the weight itself is changed, everything computed again. */
function naive(tested: Case, l: number, tensor: "w" | "b", at: number, h: number): number {
  const cost = (step: number) => {
    const network = copyNetwork(tested.network);
    network.layers[l][tensor][at] += step;
    return costOf({ ...tested, network }, "batch");
  };
  return (cost(h) - cost(-h)) / (2 * h);
}

/** Whether no output is near ReLU's kink and no unit hardly varies, where differences are rough. */
function smooth({ network, x, labels }: Case): boolean {
  const { layers } = openPass(network, { x, labels }, options);
  return layers.slice(0, -1).every(({ outputs, scores }, l) =>
    outputs.every((y) => Math.abs(y) > 1e-3) &&
    (network.layers[l].norm === null || leastSpread(scores, network.layers[l].m) > 0.1)
  );
}

function leastSpread(scores: Float64Array, m: number): number {
  const spreads = Array.from({ length: m }, (_, j) => {
    const column = scores.filter((_, at) => at % m === j);
    return Math.max(...column) - Math.min(...column);
  });
  return Math.min(...spreads);
}

for (
  const [name, norm] of [
    ["without normalisation", null],
    ["with the standard normalisation", standardBatchNorm],
  ] as [string, BatchNormOptions | null][]
) {
  Deno.test(`central differences ${name} are near the complex step`, () => {
    fc.assert(fc.property(caseSizes({ n: 3 }), (size) => {
      const tested = openCase(size, norm);
      fc.pre(smooth(tested));
      const { network, x, labels } = tested;
      for (const statistics of ["batch", "moving"] as const) {
        const oracle = complexStepGradients(network, x, labels, statistics);
        const found = numericGradients(network, tested, { statistics, h: 1e-6 });
        const scale = Math.max(1, ...oracle.flatMap(({ w, b }) => [largest(w), largest(b)]));
        for (const [l, layer] of network.layers.entries()) {
          for (const tensor of TENSORS) {
            assertEquals(found[l][tensor] === null, valuesOf(layer, tensor) === null);
            if (oracle[l][tensor] === null) continue;
            const place = `layer ${l + 1} ${tensor} ${statistics}`;
            assertClose(found[l][tensor]!, oracle[l][tensor]!, 1e-5, place, scale);
          }
        }
      }
    }));
  });

  Deno.test(`resuming a pass ${name} gives the difference quotient of whole passes`, () => {
    fc.assert(fc.property(caseSizes({ n: 3 }), fc.nat(), (size, any) => {
      const tested = openCase(size, norm);
      fc.pre(smooth(tested));
      const h = 1e-4;
      for (const [layer, { w, b }] of tested.network.layers.entries()) {
        for (const [tensor, values] of [["w", w], ["b", b]] as const) {
          const at = any % values.length;
          const place = { layer, tensor, entries: [at] };
          const [found] = numericDerivatives(tested.network, tested, place, { h });
          // Costs are below 100, so that their last bits are below 1e-14.
          assertAlmostEquals(found, naive(tested, layer, tensor, at, h), 1e-13 / h);
        }
      }
    }));
  });
}

Deno.test("the cost of an open pass is that of the forward pass, from wherever it is resumed", () => {
  fc.assert(fc.property(caseSizes({ n: 2 }), (size) => {
    const tested = openCase(size, standardBatchNorm);
    for (const statistics of ["batch", "moving"] as const) {
      const expected = costOf(tested, statistics);
      const pass = openPass(tested.network, tested, { ...options, statistics });
      const tolerance = 1e-12 * Math.max(1, expected);
      assertAlmostEquals(pass.cost, expected, tolerance);
      for (const [l, { scores, outputs }] of pass.layers.entries()) {
        assertAlmostEquals(pass.costFromScores(l, scores.slice()), expected, tolerance);
        assertAlmostEquals(pass.costFromOutputs(l, outputs.slice()), expected, tolerance);
      }
    }
  }));
});

Deno.test("some entries are those of all entries", () => {
  const tested = openCase({ d: 5, hidden: [4], K: 3, n: 6, seed: 1 }, standardBatchNorm);
  const all = numericGradients(tested.network, tested);
  for (const tensor of TENSORS) {
    const place = { layer: 0, tensor, entries: [3, 1] };
    const some = numericDerivatives(tested.network, tested, place);
    assertEquals([...some], [all[0][tensor]![3], all[0][tensor]![1]]);
  }
});

Deno.test("the network is as it was after a check", () => {
  const tested = openCase({ d: 5, hidden: [4], K: 3, n: 6, seed: 2 }, standardBatchNorm);
  const before = copyNetwork(tested.network);
  numericGradients(tested.network, tested);
  complexStepGradients(tested.network, tested.x, tested.labels, "batch");
  assertEquals(tested.network.layers, before.layers);
});

Deno.test("pixels are checked as the numbers that they stand for", () => {
  const network = openNetwork({ inputs: 3, hidden: [2], classes: 2 }, referenceKernels());
  plain(1)(network, openRandom(5));
  const table = Float64Array.from({ length: 256 }, (_, u) => u / 255 - 0.5);
  const pixels = { bytes: new Uint8Array([0, 100, 200, 5, 255, 7]), table };
  const numbers = numbersOf(pixels, 6);
  assertEquals(numbers[1], 100 / 255 - 0.5);
  const labels = new Uint8Array([0, 1]);
  assertEquals(
    numericGradients(network, { x: pixels, labels }),
    numericGradients(network, { x: numbers, labels }),
  );
  assertEquals(
    complexStepGradients(network, pixels, labels, "batch"),
    complexStepGradients(network, numbers, labels, "batch"),
  );
});

Deno.test("the softmax that does not shift gives the same cost but for rounding", () => {
  const scores = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), {
    minLength: 6,
    maxLength: 6,
  });
  fc.assert(fc.property(scores, (values) => {
    const labels = new Uint8Array([0, 2]);
    const cost = (loss: typeof softmaxCrossEntropy) => loss(2, 3, labels, new Float64Array(values));
    assertAlmostEquals(cost(unshiftedCrossEntropy), cost(softmaxCrossEntropy), 1e-12);
  }));
});

Deno.test("impossible steps and places are refused by name", () => {
  const tested = openCase({ d: 2, hidden: [2], K: 2, n: 2, seed: 1 });
  for (const h of [0, -1e-5, NaN, Infinity]) {
    assertThrows(() => numericGradients(tested.network, tested, { h }), InputError, `h = ${h}`);
  }
  for (const place of [{ layer: 2, tensor: "w" }, { layer: 0, tensor: "gamma" }] as const) {
    assertThrows(
      () => numericDerivatives(tested.network, tested, place),
      InputError,
      `no ${place.tensor} in layer ${place.layer}`,
    );
  }
  for (const layer of [-1, 1, 7]) {
    assertThrows(() => biasesAcrossKink(tested.network, tested, layer, 1e-5), InputError, "layer");
  }
  const normalised = openCase({ d: 2, hidden: [2], K: 2, n: 2, seed: 1 }, standardBatchNorm);
  assertThrows(() => biasesAcrossKink(normalised.network, normalised, 0, 1e-5), InputError);
});

const vector = fc.float64Array({ minLength: 1, maxLength: 9, noNaN: true, min: -1e9, max: 1e9 });

Deno.test("the deviation is between 0 and 1, and 0 only for equal gradients", () => {
  fc.assert(fc.property(vector, vector, (a, b) => {
    const [x, y] = [a, b].map((values) => values.slice(0, Math.min(a.length, b.length)));
    const found = deviation(x, y);
    assert(found >= 0 && found <= 1 + 1e-15, `${found}`);
    assertEquals(deviation(y, x), found);
    assertEquals(found === 0, x.every((value, i) => value === y[i]));
  }));
});

Deno.test("the deviation does not depend on the unit of the gradients", () => {
  fc.assert(fc.property(vector, (a) => {
    const b = a.map((value, i) => value + i + 1);
    const scaled = (values: Float64Array) => values.map((value) => value * 2 ** 20);
    assertAlmostEquals(deviation(scaled(a), scaled(b)), deviation(a, b), 1e-12);
  }));
});

Deno.test("the deviation of nothing, of zeros, of zeros from others and of NaN", () => {
  const of = (...values: number[]) => new Float64Array(values);
  assertEquals(deviation(of(), of()), 0);
  assertEquals(deviation(of(0, 0, -0), of(0, -0, 0)), 0);
  assertEquals(deviation(of(0, 0), of(3, 3)), 1);
  assertEquals(deviation(of(0, 0, 0, 0), of(3, 0, 0, 0)), 0.25);
  assertEquals(deviation(of(1, NaN), of(1, 1)), NaN);
  assertEquals(deviation(of(1e-300), of(-1e-300)), 1);
  assertThrows(() => deviation(of(1), of(1, 2)), InputError, "1 and 2 entries");
});

Deno.test("a backward pass that forgets a factor stands out", () => {
  const tested = openCase({ d: 6, hidden: [5, 4], K: 3, n: 8, seed: 3 }, standardBatchNorm);
  const analytic = analyticGradients(tested.network, tested);
  const numeric = numericGradients(tested.network, tested);
  const wrong = analytic.map((layer) => ({ ...layer, w: layer.w.map((value) => 2 * value) }));
  const [right, found] = [analytic, wrong].map((gradients) => deviations(gradients, numeric));
  for (const [l, { w }] of right.entries()) {
    assert(w < 1e-5 && found[l].w > 1e-2, `layer ${l + 1}: right ${w}, wrong ${found[l].w}`);
  }
});

Deno.test("with two samples and a tiny epsilon wrong gradients do not stand out", () => {
  const tested = openCase({ d: 6, hidden: [5, 4], K: 3, n: 2, seed: 3 }, reportBatchNorm);
  const numeric = numericGradients(tested.network, tested);
  const analytic = analyticGradients(tested.network, tested);
  const quantum = derivativeQuantum(costOf(tested, "batch"), 1e-5);
  for (const layer of [0, 1]) {
    assert(largest(analytic[layer].w) < quantum && largest(numeric[layer].w) < 10 * quantum);
    const source = errorSource(analytic[layer].w, numeric[layer].w, { quantum, kinks: 0 });
    assertEquals(source, "nothing to compare");
  }
  assert(largest(numeric[2].w) > 1e-3);
});

Deno.test("a bias in front of batch normalisation has no gradient", () => {
  fc.assert(fc.property(caseSizes({ n: 3 }), (size) => {
    const tested = openCase(size, standardBatchNorm);
    const oracle = complexStepGradients(tested.network, tested.x, tested.labels, "batch");
    for (const { b } of oracle.slice(0, -1)) assert(largest(b) < 1e-13, `${b}`);
    fc.pre(smooth(tested));
    const quantum = derivativeQuantum(Math.max(1, costOf(tested, "batch")), 1e-5);
    for (const { b } of numericGradients(tested.network, tested).slice(0, -1)) {
      assert(largest(b) < 1000 * quantum, `${b} at ${quantum}`);
    }
  }));
});

Deno.test("where every score is within the step, the kink alone gives the differences of biases", () => {
  const network = openNetwork({ inputs: 4, hidden: [5], classes: 3 }, referenceKernels());
  plain(1e-6)(network, openRandom(2));
  const samples = { x: new Float64Array(8).fill(0.5), labels: new Uint8Array([0, 2]) };
  const h = 1e-5;
  assertEquals(kinksWithin(network, samples, h)[0].b, 10);
  const byDifference = numericDerivatives(network, samples, { layer: 0, tensor: "b" }, { h });
  const byKink = biasesAcrossKink(network, samples, 0, h);
  const quantum = derivativeQuantum(Math.log(3), h);
  for (const [j, found] of byDifference.entries()) {
    assertAlmostEquals(found, byKink[j], 2 * quantum);
  }
  const analytic = analyticGradients(network, samples)[0].b;
  assert(deviation(analytic, byKink) > 0.05, "the kink makes a difference");
});

Deno.test("where no score is within the step, the kink makes no difference", () => {
  fc.assert(fc.property(caseSizes({ n: 1 }), (size) => {
    const tested = openCase(size);
    fc.pre(size.hidden.length > 0 && kinksWithin(tested.network, tested, 1e-6)[0].b === 0);
    const found = biasesAcrossKink(tested.network, tested, 0, 1e-6);
    const { b } = analyticGradients(tested.network, tested)[0];
    assertClose(found, b, 1e-5, "b", Math.max(largest(b), 1e-12));
  }));
});

Deno.test("the source of an error goes by quantum and kinks", () => {
  const of = (...values: number[]) => new Float64Array(values);
  const circumstances = { quantum: 1e-11, kinks: 0 };
  assertEquals(errorSource(of(1e-12, 0), of(1, 1), circumstances), "nothing to compare");
  assertEquals(errorSource(of(1, 0), of(1, 1e-11), circumstances), "rounding");
  assertEquals(errorSource(of(1, 0), of(1, 1e-9), circumstances), "truncation");
  assertEquals(errorSource(of(1, 0), of(1, 1e-9), { ...circumstances, kinks: 1 }), "kink");
});

Deno.test("a quantum is the spacing of doubles over twice the step", () => {
  fc.assert(fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (cost) => {
    const spacing = derivativeQuantum(cost, 0.5);
    assert(cost + spacing > cost && cost + spacing / 4 === cost);
  }));
});
