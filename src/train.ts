/**
 * Training by mini-batch gradient descent with momentum.
 *
 * @module
 */

import { checkSplit, type Dataset, type Split } from "./dataset.ts";
import { InputError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { openKernels } from "./kernels/mod.ts";
import { descend, type L2Gradient, type Step } from "./momentum.ts";
import {
  type Cache,
  followBatch,
  forward,
  type LayerGradients,
  type Network,
  openCache,
  openNetwork,
  zerosLike,
} from "./network.ts";
import { miniBatch } from "./pixels.ts";
import { type Batches, standardProtocol } from "./protocol.ts";
import { openRandom, resumeRandom } from "./random.ts";
import { checkOptions, type History, ON_REQUEST, type Run, type TrainOptions } from "./run.ts";
import { copyHistory, goOn } from "./train_state.ts";

/** How long the event loop may wait for a run that computes, in milliseconds. */
const TURN = 100;

/** How many samples are evaluated at a time. */
const EVALUATION_CHUNK = 500;

/**
 * Trains a network; returns its history, its last and its best network.
 *
 * The same data, options and backend give the same bits.
 *
 * @throws {InputError} where an option is impossible; the message names it
 *
 * @example
 * ```ts
 * import { train } from "klayer/train.ts";
 * import { assert } from "@std/assert";
 *
 * const pixels = new Uint8Array([0, 10, 240, 255]);
 * const split = { pixels, labels: new Uint8Array([0, 0, 1, 1]), mean: 0.5 };
 * const data = { training: split, validation: split, classes: ["dark", "bright"] };
 * const run = await train(data, { hidden: [4], eta: 0.1, epochs: 20, batchSize: 2 });
 * assert(run.trainCost.at(-1)! < run.initialCost);
 * ```
 */
export async function train(
  data: Pick<Dataset, "training" | "validation" | "classes">,
  options: TrainOptions,
): Promise<Run> {
  const { training, validation, classes } = data;
  const N = training.labels.length;
  checkOptions(options, N);
  checkSplit("training", training, classes.length);
  checkSplit("validation", validation, classes.length);
  const { hidden, epochs, lambda = 0, batchNorm = false, batchSize = 100 } = options;
  const { momentum: mu = 0.9, etaDecay = 0.95, kernels = openKernels() } = options;
  const { recordTraining = true, resume: past } = options;
  const rules = (options.protocol ?? standardProtocol)(batchNorm);
  const initialise = options.initialise ?? rules.initialise;

  const random = past ? resumeRandom(past.random) : openRandom(options.seed ?? 400);
  const size = { inputs: training.pixels.length / N, hidden, classes: classes.length };
  const network = openNetwork(size, kernels, batchNorm ? rules.batchNorm : null);
  if (past === undefined) initialise(network, random);
  const memory = { gradients: zerosLike(network), velocity: zerosLike(network), cache: null };
  const evaluationCache = openCache(network, EVALUATION_CHUNK);
  const score = (split: Split) => evaluate(network, split, { lambda, cache: evaluationCache });

  const lap = openStopwatch();
  const seconds = { training: 0, evaluation: 0, ...past?.seconds };
  const history: History = past ? copyHistory(past.history) : {
    initialCost: score(training).cost,
    trainCost: [],
    validationCost: [],
    trainAccuracy: [],
    validationAccuracy: [],
  };
  checkInitialCost(history.initialCost, lambda);
  seconds.evaluation += lap();

  let eta = past?.eta ?? options.eta;
  let best = past ? goOn(past, network, memory.velocity, rules.keep) : null;
  let stopped: Run["stopped"] = null;
  const turn = openTurns(options, history);
  for (let epoch = 1 + (past?.epoch ?? 0); epoch <= epochs && stopped === null; epoch++) {
    const batches = rules.batches(N, batchSize, random);
    const finished = await trainEpoch(
      network,
      training,
      batches,
      memory,
      { eta, mu },
      rules.l2(lambda),
      (fraction) => turn(epoch, fraction),
    );
    eta *= etaDecay;
    seconds.training += lap();
    if (!finished) {
      stopped = { epoch, reason: ON_REQUEST };
      break;
    }

    const onValidation = score(validation);
    // A cost that is far above its first value on the training samples is so on others, too.
    const isNeeded = recordTraining || !(onValidation.cost <= history.initialCost);
    const onTraining = isNeeded ? score(training) : { cost: NaN, accuracy: NaN };
    const validationAccuracy = rules.accuracy(onValidation.accuracy);
    const reason = isNeeded ? rules.stop(onTraining.cost, history.initialCost) : null;
    const mayBeBest = reason === null || rules.bestMayBeStopped;
    if (mayBeBest && (best === null || validationAccuracy > best.validationAccuracy)) {
      best = { epoch, validationAccuracy, network: rules.keep(network) };
    }
    if (reason !== null) {
      stopped = { epoch, reason };
    } else {
      history.trainCost.push(onTraining.cost);
      history.validationCost.push(onValidation.cost);
      history.trainAccuracy.push(rules.accuracy(onTraining.accuracy));
      history.validationAccuracy.push(validationAccuracy);
    }
    seconds.evaluation += lap();
    const { velocity } = memory;
    const now = { epoch, eta, network, velocity, history, best, stopped, seconds };
    options.onEpoch?.({ ...now, random: random.state() });
    lap(); // What a listener does with the state is not the run's time.
    options.onProgress?.({ epoch, epochs, fraction: 1, history });
  }
  return { ...history, network, best, stopped, seconds };
}

function checkInitialCost(cost: number, lambda: number): void {
  if (Number.isFinite(cost)) return;
  throw new InputError(
    `Found a training cost of ${cost} before the first update, with lambda = ${lambda}, expected a finite ` +
      "one; choose a smaller lambda or smaller first weights.",
  );
}

/** What training works on besides the network. */
interface Memory {
  readonly gradients: readonly LayerGradients[];
  readonly velocity: readonly LayerGradients[];
  /** Opened by the first mini-batch, which is the largest one. */
  cache: Cache | null;
}

/** One epoch: for each mini-batch forward, then backward and update in one. False where it was interrupted. */
async function trainEpoch(
  network: Network,
  split: Split,
  { order, ranges }: Batches,
  memory: Memory,
  step: Step,
  l2: L2Gradient,
  turn: (fraction: number) => Promise<boolean>,
): Promise<boolean> {
  if (ranges.length === 0) {
    throw new InputError(
      `Found ${split.labels.length} training samples, too few for one mini-batch of this protocol; ` +
        "use smaller mini-batches or more samples.",
    );
  }
  const { gradients, velocity } = memory;
  for (const [b, range] of ranges.entries()) {
    const { x: pixels, labels, n } = miniBatch(split, order, range);
    const x = network.kernels.bring?.(pixels) ?? pixels;
    if (memory.cache === null || memory.cache.capacity < n) memory.cache = openCache(network, n);
    forward(network, x, n, memory.cache, "batch");
    followBatch(network, memory.cache);
    descend(network, x, labels, n, memory.cache, gradients, velocity, step, l2);
    if (!(await turn((b + 1) / ranges.length))) return false;
  }
  return true;
}

/**
 * A function that hands over to the event loop when its turn has come, reports progress then, and
 * says whether to go on.
 */
function openTurns({ epochs, onProgress, signal }: TrainOptions, history: History) {
  let last = performance.now();
  return async (epoch: number, fraction: number): Promise<boolean> => {
    const waited = performance.now() - last;
    // Below 0 where the clock was set back.
    if (waited > TURN || waited < 0) {
      onProgress?.({ epoch, epochs, fraction, history });
      await new Promise((resolve) => setTimeout(resolve, 0));
      last = performance.now();
    }
    return !signal?.aborted;
  };
}

/** Seconds since the last call. */
function openStopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    // A clock that was set back shall not make a run that was shorter than nothing.
    const seconds = Math.max(0, now - last) / 1000;
    last = now;
    return seconds;
  };
}
