import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type BatchNormOptions, standardBatchNorm } from "klayer/batch_norm.ts";
import { complexStepGradients } from "klayer/complex_step.ts";
import { InputError } from "klayer/errors.ts";
import { openPass, softmaxCrossEntropy } from "klayer/gradient_check/open_pass.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import {
  backward,
  copyNetwork,
  followBatch,
  forward,
  type LayerGradients,
  openCache,
  openNetwork,
  zerosLike,
} from "klayer/network.ts";
import { reportBatchNorm } from "klayer/report/protocol.ts";
import { crossEntropySum } from "klayer/softmax.ts";
import { assertClose, type Case, caseSizes, largest, openCase } from "./oracle.ts";

const TENSORS = ["w", "b", "gamma", "beta"] as const;

function gradientsOf({ network, x, labels, n }: Case): LayerGradients[] {
  const cache = openCache(network, n);
  const gradients = zerosLike(network);
  forward(network, x, n, cache, "batch");
  backward(network, x, labels, n, cache, gradients);
  return gradients;
}

/**
 * Every tensor to 1e-12 of its own largest entry. With batch normalisation, to 1e-12 of the largest
 * entry of all: normalising cancels most of a gradient in front of it, sometimes all, and what is
 * left carries the rounding of what was cancelled.
 */
function assertGradients(tested: Case): void {
  const found = gradientsOf(tested);
  const expected = complexStepGradients(tested.network, tested.x, tested.labels, "batch");
  const normalised = tested.network.layers[0].norm !== null;
  const overall = Math.max(...expected.flatMap(({ w, b }) => [largest(w), largest(b)]));
  for (const [l, layer] of expected.entries()) {
    for (const tensor of TENSORS) {
      const oracle = layer[tensor];
      assertEquals(found[l][tensor] === null, oracle === null);
      if (oracle === null) continue;
      const scale = normalised ? overall : largest(oracle);
      assertClose(found[l][tensor]!, oracle, 1e-12, `layer ${l + 1} ${tensor}`, scale);
    }
  }
}

/** Normalising a unit that hardly varies magnifies rounding as much as the unit. */
function leastVariance({ network, x, n }: Case): number {
  const cache = openCache(network, n);
  forward(network, x, n, cache, "batch");
  return Math.min(...cache.layers.flatMap(({ norm }) => [...norm?.batch.variance ?? []]));
}

/** The least 1 - p of any label: where a network is sure and right, p - 1 cancels all digits. */
function leastDoubt({ network, x, labels, n }: Case): number {
  const p = forward(network, x, n, openCache(network, n), "batch");
  const K = p.length / n;
  return Math.min(...Array.from(labels, (label, i) => 1 - p[i * K + label]));
}

Deno.test("gradients of plain networks are those of the complex step", () => {
  fc.assert(fc.property(caseSizes({ n: 1 }), (size) => {
    const tested = openCase(size);
    fc.pre(leastDoubt(tested) > 0.01);
    assertGradients(tested);
  }));
});

const variants: [string, BatchNormOptions, number][] = [
  ["standard batch normalisation", standardBatchNorm, 2],
  ["the report's batch normalisation", reportBatchNorm, 5],
];
for (const [name, options, least] of variants) {
  Deno.test(`gradients with ${name} are those of the complex step`, () => {
    fc.assert(
      fc.property(caseSizes({ n: least }), (size) => {
        const tested = openCase(size, options);
        fc.pre(leastVariance(tested) > 0.01);
        assertGradients(tested);
      }),
    );
  });
}

Deno.test("with one sample batch normalisation lets nothing through, and divides by no zero", () => {
  fc.assert(fc.property(caseSizes({ n: 1 }), (size) => {
    fc.pre(size.hidden.length > 0);
    for (const norm of [standardBatchNorm, reportBatchNorm]) {
      const tested = openCase({ ...size, n: 1 }, norm);
      const [first] = gradientsOf(tested);
      assertEquals(largest(first.w), 0);
      const [oracle] = complexStepGradients(tested.network, tested.x, tested.labels, "batch");
      assertEquals(largest(oracle.w), 0);
    }
  }));
});

Deno.test("with two samples batch normalisation lets no gradient through", () => {
  const size = { d: 4, hidden: [3, 3], K: 3, n: 2, seed: 7 };
  const [first, second, last] = gradientsOf(openCase(size, reportBatchNorm));
  assert(largest(first.w) < 1e-12 && largest(second.w) < 1e-12);
  assert(largest(last.w) > 1e-2);
});

Deno.test("the fast backend gives the network and gradients of the reference", () => {
  fc.assert(fc.property(caseSizes({ n: 1 }), (size) => {
    const expected = gradientsOf(openCase(size, standardBatchNorm));
    const found = gradientsOf(openCase(size, standardBatchNorm, openKernels()));
    const overall = Math.max(...expected.map(({ w }) => largest(w)));
    for (const [l, layer] of expected.entries()) {
      assertClose(found[l].w, layer.w, 1e-12, `layer ${l + 1} w`, overall);
    }
  }));
});

Deno.test("the forward pass is that of the open pass, by the samples' moments and by the averages", () => {
  fc.assert(fc.property(caseSizes({ n: 2 }), (size) => {
    const { network, x, labels, n } = openCase(size, standardBatchNorm);
    for (const statistics of ["batch", "moving"] as const) {
      const p = forward(network, x, n, openCache(network, n), statistics);
      const cost = crossEntropySum(n, size.K, labels, p) / n;
      const loss = softmaxCrossEntropy;
      const { cost: expected } = openPass(network, { x, labels }, { statistics, loss });
      assertClose([cost], [expected], 1e-12, statistics, Math.max(1, expected));
    }
  }));
});

Deno.test("a sample's probabilities do not depend on the samples beside it", () => {
  const { network, x } = openCase({ d: 5, hidden: [4], K: 3, n: 6, seed: 1 }, standardBatchNorm);
  const together = forward(network, x, 6, openCache(network, 6), "moving").slice();
  for (let i = 0; i < 6; i++) {
    const alone = forward(network, x.subarray(5 * i), 1, openCache(network, 1), "moving");
    assertEquals(alone, together.slice(3 * i, 3 * (i + 1)));
  }
});

Deno.test("a cache larger than the mini-batch changes no bit", () => {
  const tested = openCase({ d: 5, hidden: [4, 3], K: 3, n: 6, seed: 2 }, standardBatchNorm);
  const { network, x, labels } = tested;
  const gradients = zerosLike(network);
  const cache = openCache(network, 11);
  for (const layer of cache.layers) layer.h.fill(9), layer.g.fill(9), layer.norm?.z.fill(9);
  forward(network, x, 6, cache, "batch");
  backward(network, x, labels, 6, cache, gradients);
  assertEquals(gradients, gradientsOf(tested));
});

Deno.test("a copy does not follow its original", () => {
  const { network, x } = openCase({ d: 2, hidden: [3], K: 2, n: 4, seed: 3 }, standardBatchNorm);
  const copy = copyNetwork(network);
  const before = forward(copy, x, 4, openCache(copy, 4), "moving").slice();
  const cache = openCache(network, 4);
  forward(network, x, 4, cache, "batch");
  followBatch(network, cache);
  for (const { w, b, norm } of network.layers) {
    for (const values of [w, b, norm?.gamma, norm?.beta]) values?.fill(5);
  }
  assertEquals(forward(copy, x, 4, openCache(copy, 4), "moving"), before);
});

Deno.test("a layer without units is refused by name", () => {
  for (const units of [0, -1, 2.5, NaN]) {
    const size = { inputs: 4, hidden: [50, units], classes: 2 };
    assertThrows(
      () => openNetwork(size, referenceKernels()),
      InputError,
      `layer of ${units} units`,
    );
  }
});
