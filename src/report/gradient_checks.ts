/**
 * The report's gradient checks as data, with the settings that its printed deviations show it had.
 *
 * Three settings are not those of the report's other runs. They were found by trying: with them, and
 * with no others that were tried, the last layer's bias vector, whose ten entries hold nothing but
 * rounding, deviates by the printed number in 9 to 16 digits.
 *
 * @module
 */

import type { BatchNormOptions } from "../batch_norm.ts";
import { InputError } from "../errors.ts";
import { type Loss, softmaxCrossEntropy } from "../gradient_check/open_pass.ts";
import type { Dataset } from "../dataset.ts";
import { plain } from "../initialise.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { referenceKernels } from "../kernels/reference.ts";
import { type Network, openNetwork } from "../network.ts";
import { type MiniBatch, miniBatch } from "../pixels.ts";
import { openRandom } from "../random.ts";
import { crossEntropySum } from "../softmax.ts";
import type { gradientChecks as printed } from "./printed.ts";
import { reportBatchNorm } from "./protocol.ts";

/** One gradient check of the report. */
export interface GradientCheck {
  /** Its name in `printed.gradientChecks`. */
  readonly name: keyof typeof printed;
  /** Its name for people. */
  readonly title: string;
  readonly hidden: readonly number[];
  readonly batchNorm: BatchNormOptions | null;
  /** How many training images, the first ones. */
  readonly samples: number;
  /** The step of the central differences. */
  readonly h: number;
  /** How the numeric side computes the cost. */
  readonly loss: Loss;
}

/**
 * The mean cross-entropy by a softmax that does not subtract the largest score: the same number in
 * exact arithmetic, but other last digits.
 *
 * @example
 * ```ts
 * import { unshiftedCrossEntropy } from "klayer/report/gradient_checks.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const scores = new Float64Array([3, 3]);
 * assertAlmostEquals(unshiftedCrossEntropy(1, 2, new Uint8Array([1]), scores), Math.LN2, 1e-15);
 * ```
 */
export const unshiftedCrossEntropy: Loss = (n, K, labels, scores) => {
  for (let row = 0; row < n * K; row += K) {
    let sum = 0;
    for (let k = row; k < row + K; k++) sum += scores[k] = Math.exp(scores[k]);
    for (let k = row; k < row + K; k++) scores[k] /= sum;
  }
  return crossEntropySum(n, K, labels, scores) / n;
};

/** The report's batch normalisation as its gradient checks had it: an epsilon of 1e-10, not 1e-20. */
export const checkedBatchNorm: BatchNormOptions = { ...reportBatchNorm, epsilon: 1e-10 };

const plainCheck = { batchNorm: null, samples: 2, h: 1e-5, loss: softmaxCrossEntropy };

/** The five checks, in the report's order. */
export const gradientChecks: readonly GradientCheck[] = [
  // Its numeric gradients were kept from the assignment before, whose softmax did not shift.
  {
    ...plainCheck,
    name: "plain2",
    title: "2 layers",
    hidden: [50],
    loss: unshiftedCrossEntropy,
  },
  { ...plainCheck, name: "plain3", title: "3 layers", hidden: [50, 20] },
  { ...plainCheck, name: "plain4", title: "4 layers", hidden: [50, 20, 15] },
  // Its numeric gradients were kept in a file, too, and with a step of 1e-7.
  {
    name: "batchNorm2",
    title: "2 layers, BN",
    hidden: [50],
    batchNorm: checkedBatchNorm,
    samples: 4,
    h: 1e-7,
    loss: unshiftedCrossEntropy,
  },
  {
    name: "batchNorm3",
    title: "3 layers, BN",
    hidden: [50, 30],
    batchNorm: checkedBatchNorm,
    samples: 2,
    h: 1e-5,
    loss: softmaxCrossEntropy,
  },
];

/** What {@linkcode openCheck} can be told besides the check. */
export interface CheckOptions {
  readonly seed?: number;
  /** The standard deviation of the first weights, 0.001 by default. */
  readonly deviation?: number;
  /** The reference by default, which sums in the order of the index. */
  readonly kernels?: Kernels;
}

/**
 * The network and the samples of a check: plain first weights, the first training images.
 *
 * @throws {InputError} where the data set has not so many images
 *
 * @example
 * ```ts
 * import { gradientChecks, openCheck } from "klayer/report/gradient_checks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const training = { pixels: new Uint8Array(15), labels: new Uint8Array(5), mean: 0.5 };
 * const data = { training, classes: ["dark", "bright"] };
 * const { network, samples } = openCheck(data, gradientChecks[0]);
 * assertEquals(network.layers.map(({ m, d }) => [m, d]), [[50, 3], [2, 50]]);
 * assertEquals(samples.labels.length, 2);
 * ```
 */
export function openCheck(
  { training, classes }: Pick<Dataset, "training" | "classes">,
  { hidden, batchNorm, samples: n }: Pick<GradientCheck, "hidden" | "batchNorm" | "samples">,
  { seed = 400, deviation = 0.001, kernels = referenceKernels() }: CheckOptions = {},
): { network: Network; samples: MiniBatch } {
  const N = training.labels.length;
  if (!Number.isInteger(n) || n < 1 || n > N) {
    throw new InputError(`Found ${n} samples to check on, expected 1 to ${N}: choose fewer.`);
  }
  const size = { inputs: training.pixels.length / N, hidden, classes: classes.length };
  const network = openNetwork(size, kernels, batchNorm);
  plain(deviation)(network, openRandom(seed));
  return { network, samples: miniBatch(training, null, { from: 0, to: n }) };
}
