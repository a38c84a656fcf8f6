/**
 * The state of a run as named arrays, for one file that NumPy reads.
 *
 * | names                                                | what                                                 |
 * | ---------------------------------------------------- | ---------------------------------------------------- |
 * | W1 (m x d), b1, gamma1, beta1, mean1, variance1, ... | the best network                                     |
 * | last_W1, ...                                         | the network after the last update                    |
 * | velocity_W1, velocity_b1, ...                        | the velocities of momentum                           |
 * | seen, epsilon, decay                                 | mini-batches in the averages; options of batch norm. |
 * | initialCost, trainCost, validationCost               | the history in nats, one number an epoch             |
 * | trainAccuracy, validationAccuracy                    | the same in percent                                  |
 * | epoch, eta                                           | epochs finished, the learning rate of the next one   |
 * | bestEpoch, bestValidationAccuracy                    | the epoch of the best network                        |
 * | seconds                                              | of training, of evaluation                           |
 * | generatorWords, generatorPosition, generatorKept     | as in `numpy.random.get_state()`                     |
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { type Arrays, type Named, numbers, scalar, take, takeScalar } from "./named_arrays.ts";
import { networkArrays, networkFrom, velocityArrays, velocityFrom } from "./network_arrays.ts";
import type { RandomState } from "./random.ts";
import type { History } from "./run.ts";
import { checkState } from "./state_check.ts";
import type { TrainState } from "./train_state.ts";

const HISTORIES = ["trainCost", "validationCost", "trainAccuracy", "validationAccuracy"] as const;

/**
 * The state as arrays. The weights are no copies: write them before training goes on.
 *
 * @example
 * ```ts
 * import { stateArrays, stateFrom } from "klayer/state_arrays.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { train } from "klayer/train.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([0, 255]), labels: new Uint8Array([0, 1]), mean: 0.5 };
 * const data = { training: split, validation: split, classes: ["dark", "bright"] };
 * const options = { hidden: [2], eta: 0.1, epochs: 1, batchSize: 2, kernels: referenceKernels() };
 * await train(data, {
 *   ...options,
 *   onEpoch: (state) => {
 *     const { best, eta } = stateFrom(stateArrays(state), options.kernels);
 *     assertEquals([best?.epoch, eta], [1, 0.1 * 0.95]);
 *   },
 * });
 * ```
 */
export function stateArrays(state: TrainState): Map<string, Named[1]> {
  const { epoch, eta, network, velocity, random, history, best, seconds } = state;
  return new Map([
    ...best ? networkArrays(best.network) : [],
    ...networkArrays(network, "last_"),
    ...velocityArrays(network, velocity, "velocity_"),
    scalar("initialCost", history.initialCost),
    ...HISTORIES.map((name) => numbers(name, history[name])),
    scalar("epoch", epoch),
    scalar("eta", eta),
    ...best ? [scalar("bestEpoch", best.epoch)] : [],
    ...best ? [scalar("bestValidationAccuracy", best.validationAccuracy)] : [],
    numbers("seconds", [seconds.training, seconds.evaluation]),
    ["generatorWords", { shape: [random.words.length], data: random.words }],
    scalar("generatorPosition", random.position),
    numbers("generatorKept", random.kept === null ? [] : [random.kept]),
  ]);
}

/**
 * The state that {@linkcode stateArrays} named, which has an example.
 *
 * @param kernels of its networks
 * @param reason why the run was stopped, where it was
 * @throws {InputError} where something is missing or contradicts the rest
 */
export function stateFrom(arrays: Arrays, kernels: Kernels, reason?: string): TrainState {
  const network = networkFrom(arrays, "last_", kernels);
  const history = historyFrom(arrays);
  const epoch = whole(arrays, "epoch");
  const recorded = history.trainCost.length;
  if (HISTORIES.some((name) => history[name].length !== recorded)) {
    throw contradiction("costs and accuracies", "equally many");
  }
  if (recorded !== epoch && recorded !== epoch - 1) {
    throw contradiction(`${recorded} costs for ${epoch} epochs`, "one for each epoch");
  }
  const eta = takeScalar(arrays, "eta");
  if (!(eta >= 0 && eta < Infinity)) throw contradiction(`eta = ${eta}`, "a positive number");
  const [training, evaluation] = take(arrays, "seconds", [2]);
  const state: TrainState = {
    epoch,
    eta,
    network,
    velocity: velocityFrom(arrays, network, "velocity_"),
    random: randomFrom(arrays),
    history,
    best: arrays.has("bestEpoch")
      ? {
        epoch: whole(arrays, "bestEpoch"),
        validationAccuracy: takeScalar(arrays, "bestValidationAccuracy"),
        network: networkFrom(arrays, "", kernels),
      }
      : null,
    // The epoch after which a run is stopped is not recorded.
    stopped: recorded === epoch ? null : { epoch, reason: reason ?? "for an unknown reason" },
    seconds: { training, evaluation },
  };
  checkState(state);
  return state;
}

function historyFrom(arrays: Arrays): History {
  const [trainCost, validationCost, trainAccuracy, validationAccuracy] = HISTORIES.map((name) => [
    ...take(arrays, name),
  ]);
  return {
    initialCost: takeScalar(arrays, "initialCost"),
    ...{ trainCost, validationCost, trainAccuracy, validationAccuracy },
  };
}

function randomFrom(arrays: Arrays): RandomState {
  const words = arrays.get("generatorWords")?.data;
  if (!(words instanceof Uint32Array)) {
    throw contradiction("no array generatorWords", "624 unsigned 32-bit numbers");
  }
  const [kept = null] = take(arrays, "generatorKept");
  return { words, position: takeScalar(arrays, "generatorPosition"), kept };
}

function whole(arrays: Arrays, name: string): number {
  const value = takeScalar(arrays, name);
  if (Number.isInteger(value) && value >= 1) return value;
  throw contradiction(`${name} = ${value}`, "a whole number from 1");
}

function contradiction(found: string, expected: string): InputError {
  return new InputError(`Found ${found} in a saved run, expected ${expected}; use a whole file.`);
}
