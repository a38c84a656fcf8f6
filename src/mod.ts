/**
 * klayer: k-layer fully connected networks on CIFAR-10, and a course report that can be run again.
 *
 * The letters used for sizes, everywhere:
 *
 * - d inputs of a layer (3072 for the first),
 * - m units of a layer,
 * - K classes (10),
 * - n samples of a mini-batch,
 * - N samples of a data set.
 *
 * Matrices are row-major in a `Float64Array`, one sample a row. J is the cost, and a gradient dW is
 * dJ/dW. Costs are in nats, accuracies in percent.
 *
 * To read the code, follow the exports below: data, then the layers, the network, its training.
 *
 * @module
 */

export * as cifar10 from "./cifar10.ts";
export type { Dataset, Provenance, Split } from "./dataset.ts";
export { InputError } from "./errors.ts";

export { denseBackward, denseForward } from "./dense.ts";
export { batchNormBackward, batchNormForward, standardBatchNorm } from "./batch_norm.ts";
export { reluBackward, reluForward } from "./relu.ts";
export { softmaxBackward, softmaxForward } from "./softmax.ts";

export { backward, forward, type Network, openCache, openNetwork, zerosLike } from "./network.ts";
export { gaussian, he, type Initialise, plain } from "./initialise.ts";
export { openRandom, type Random } from "./random.ts";
export { descend, updateParameters, weightDecay } from "./momentum.ts";

export { type Protocol, type Rules, standardProtocol } from "./protocol.ts";
export { train } from "./train.ts";
export type { History, Progress, Run, TrainOptions } from "./run.ts";
export { evaluate, type Evaluation } from "./evaluate.ts";
export { testAccuracies } from "./test_accuracy.ts";
export { openRunFolder } from "./run_folder.ts";
export { readRun, type SavedRun } from "./saved_run.ts";
export { type Scales, scales } from "./scales.ts";
export {
  analyticGradients,
  deviation,
  deviations,
  numericDerivatives,
  numericGradients,
} from "./gradient_check.ts";
export { openKernels } from "./kernels/mod.ts";
