/**
 * The report's gradient checks on the real data: which of their digits come back, and why.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { cifar10 } from "klayer/mod.ts";
import { complexStepGradients } from "klayer/complex_step.ts";
import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { analyticGradients, deviation, numericDerivatives } from "klayer/gradient_check.ts";
import { biasesAcrossKink, kinksWithin } from "klayer/gradient_check/kinks.ts";
import { findDirectory } from "klayer/locate.ts";
import { digitsAgreed } from "klayer/report/compare.ts";
import { deviationVerdict } from "klayer/report/deviation_verdict.ts";
import { type GradientCheck, gradientChecks, openCheck } from "klayer/report/gradient_checks.ts";
import { gradientChecks as printed } from "klayer/report/printed.ts";
import { reportBatchNorm } from "klayer/report/protocol.ts";

const directory = findDirectory();
const ignore = directory === null;
const reason = ignore ? " (needs CIFAR-10: none found)" : "";

let loaded: Promise<Dataset> | undefined;
const load = () => loaded ??= cifar10.load("10k", { directory: directory! });

async function deviationOf(
  check: GradientCheck,
  layer: number,
  tensor: "w" | "b",
): Promise<number> {
  const { network, samples } = openCheck(await load(), check);
  const analytic = analyticGradients(network, samples)[layer][tensor];
  return deviation(analytic, numericDerivatives(network, samples, { layer, tensor }, check));
}

/**
 * All but the first layers' weights, which take seconds each, and the biases that have no gradient.
 * V8 and the author's libm round nearly all exponentials and logarithms alike; a V8 that rounds others
 * still has to come within 30% of what is rounding.
 */
for (const check of gradientChecks) {
  const { name, title, batchNorm } = check;
  Deno.test({
    name: `deviations of the check with ${title} come back${reason}`,
    ignore,
    fn: async () => {
      const { weights, biases } = printed[name];
      for (const l of weights.keys()) {
        const hidden = l < weights.length - 1;
        const entries = [
          ...l > 0 ? [["w", weights[l]] as const] : [],
          ...batchNorm === null || !hidden ? [["b", biases[l]] as const] : [],
        ];
        for (const [tensor, value] of entries) {
          const found = await deviationOf(check, l, tensor);
          const verdict = deviationVerdict(value, found, false);
          assert(
            Math.abs(found / value - 1) < 0.3,
            `${tensor} of layer ${l + 1} is ${found} instead of ${value}: ${verdict}`,
          );
        }
      }
    },
  });
}

Deno.test({
  name: `the deviations that are no rounding come back to 6 digits or more${reason}`,
  ignore,
  fn: async () => {
    const [, three, four, , normalised] = gradientChecks;
    const cases = [
      [three, 1, "b", printed.plain3.biases[1]],
      [four, 1, "b", printed.plain4.biases[1]],
      [four, 2, "b", printed.plain4.biases[2]],
      [normalised, 1, "w", printed.batchNorm3.weights[1]],
    ] as const;
    for (const [check, l, tensor, value] of cases) {
      const found = await deviationOf(check, l, tensor);
      const digits = digitsAgreed(value, found);
      // A bias among them is mixed with rounding of 1e-6, which another V8 may do otherwise.
      assert(
        digits >= (tensor === "b" ? 6 : 8),
        `${check.title}, layer ${l + 1}: ${digits} digits`,
      );
    }
  },
});

Deno.test({
  name: `the settings that were found matter${reason}`,
  ignore,
  fn: async () => {
    const two = gradientChecks[3];
    const others = [{ h: 1e-5 }, { batchNorm: reportBatchNorm, h: 1e-5 }];
    for (const change of others) {
      const found = await deviationOf({ ...two, ...change }, 1, "b");
      assert(printed.batchNorm2.biases[1] / found > 10, `${found}`);
    }
    const three = { ...gradientChecks[4], batchNorm: reportBatchNorm };
    const found = await deviationOf(three, 1, "w");
    assert(digitsAgreed(printed.batchNorm3.weights[1], found) < 1, `${found}`);
  },
});

Deno.test({
  name: `0.17 is ReLU's kink, and nothing but it${reason}`,
  ignore,
  fn: async () => {
    const check = gradientChecks[2];
    const { network, samples } = openCheck(await load(), check);
    const kinks = kinksWithin(network, samples, check.h);
    assertEquals(kinks.map(({ b }) => b), [0, 8, 30, 0]);
    const { b } = analyticGradients(network, samples)[2];
    const predicted = deviation(b, biasesAcrossKink(network, samples, 2, check.h));
    assert(digitsAgreed(printed.plain4.biases[2], predicted) > 7, `${predicted}`);
  },
});

Deno.test({
  name: `the backward pass agrees with the complex step to 1e-15 at the report's sizes${reason}`,
  ignore,
  fn: async () => {
    const { network, samples } = openCheck(await load(), gradientChecks[2]);
    const analytic = analyticGradients(network, samples);
    const oracle = complexStepGradients(network, samples.x, samples.labels, "batch");
    for (const [l, { w, b }] of oracle.entries()) {
      assert(deviation(analytic[l].w, w) < 1e-15 && deviation(analytic[l].b, b) < 1e-15);
    }
  },
});

Deno.test("verdicts", () => {
  assertEquals(deviationVerdict(0.1015625, 0.1015625, true), "all digits");
  assertEquals(deviationVerdict(1, 1.0000012, false), "5 digits");
  assertEquals(deviationVerdict(1, 1.5, false), "order of magnitude");
  assertEquals(deviationVerdict(1, 9, true), "noise: order of magnitude");
  assertEquals(deviationVerdict(1, 11.1, true), "nothing: a factor of 11");
  assertEquals(deviationVerdict(1, 0.05, false), "nothing: a factor of 20");
  assertEquals(deviationVerdict(1, 0, false), "nothing: a factor of Infinity");
  assertEquals(deviationVerdict(1, NaN, false), "not a number");
});

Deno.test("a check on more images than there are is refused", () => {
  const training = { pixels: new Uint8Array(6), labels: new Uint8Array(2), mean: 0 };
  const data = { training, classes: ["dark", "bright"] };
  for (const samples of [0, 3, 1.5]) {
    assertThrows(
      () => openCheck(data, { hidden: [2], batchNorm: null, samples }),
      InputError,
      `${samples} samples`,
    );
  }
});
