/**
 * How a network does on the test images, in each of the ways that make sense for it.
 *
 * @module
 */

import type { Split } from "./dataset.ts";
import { evaluate } from "./evaluate.ts";
import type { Network } from "./network.ts";

/** Test accuracies in percent. */
export interface TestAccuracies {
  /** Of a network without batch normalisation. */
  readonly asTrained?: number;
  /** With batch normalisation, by the moving averages, each image for itself. */
  readonly movingAverage?: number;
  /** With batch normalisation, by the mean and variance of all the test images together. */
  readonly batchStatistics?: number;
  /** Of a network without batch normalisation, read through it. */
  readonly throughBatchNorm?: number;
}

/** What each test accuracy is called in a table. */
export const testNames: Readonly<Record<keyof TestAccuracies, string>> = {
  asTrained: "test accuracy",
  movingAverage: "test accuracy, moving averages",
  batchStatistics: "test accuracy, statistics of the test images",
  throughBatchNorm: "test accuracy, through batch normalisation",
};

/**
 * The test accuracies of a network. Where `throughBatchNorm` is given, a network without batch
 * normalisation is also tested as what that function makes of it.
 *
 * @example
 * ```ts
 * import { testAccuracies } from "klayer/test_accuracy.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [2], classes: 2 }, referenceKernels());
 * const split = { pixels: new Uint8Array(4), labels: new Uint8Array([0, 1, 1, 1]), mean: 0 };
 * assertEquals(testAccuracies(network, split), { asTrained: 25 });
 * ```
 */
export function testAccuracies(
  network: Network,
  test: Split,
  throughBatchNorm?: (network: Network) => Network,
): TestAccuracies {
  const percent = (tested: Network, statistics: "batch" | "moving") =>
    evaluate(tested, test, { statistics }).accuracy;
  if (network.layers.some(({ norm }) => norm !== null)) {
    return {
      movingAverage: percent(network, "moving"),
      batchStatistics: percent(network, "batch"),
    };
  }
  const asTrained = percent(network, "moving");
  if (throughBatchNorm === undefined || network.layers.length === 1) return { asTrained };
  return { asTrained, throughBatchNorm: percent(throughBatchNorm(network), "batch") };
}
