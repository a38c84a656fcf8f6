/**
 * Whether the state of a run that was read from a file can be one.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { Layer, Network } from "./network.ts";
import type { History } from "./run.ts";
import type { TrainState } from "./train_state.ts";

/**
 * Checks what the arrays of a saved run say together: numbers in their ranges, a best network in the
 * shape of the last one, and weights that are numbers, but for the last ones of a run that diverged.
 *
 * @throws {InputError} where something cannot be; the message names it
 *
 * @example
 * ```ts
 * import { checkState } from "klayer/state_check.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { train } from "klayer/train.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([0, 255]), labels: new Uint8Array([0, 1]), mean: 0.5 };
 * const data = { training: split, validation: split, classes: ["dark", "bright"] };
 * await train(data, {
 *   ...{ hidden: [2], eta: 0.1, epochs: 1, batchSize: 2 },
 *   onEpoch: (state) => {
 *     const best = { ...state.best!, epoch: 7 };
 *     assertThrows(() => checkState({ ...state, best }), InputError, "bestEpoch");
 *   },
 * });
 * ```
 */
export function checkState(state: TrainState): void {
  const { epoch, network, velocity, best, history, stopped } = state;
  checkHistory(history);
  if (stopped === null) {
    checkNetwork(network, "last_");
    for (const [l, { w, b }] of velocity.entries()) {
      checkNumbers(`velocity_W${l + 1}`, w);
      checkNumbers(`velocity_b${l + 1}`, b);
    }
  }
  if (best === null) return;
  if (best.epoch > epoch) {
    refuse(`bestEpoch = ${best.epoch}`, `at most the ${epoch} epochs of the run`);
  }
  checkPercent("bestValidationAccuracy", best.validationAccuracy);
  checkNetwork(best.network, "");
  const [found, expected] = [best.network, network].map(({ layers }) =>
    layers.map(form).join("; ")
  );
  if (found !== expected) refuse(`a best network of ${found}`, `the last one's ${expected}`);
}

/** What two layers have in common that can take each other's parameters. */
function form({ d, m, norm }: Layer): string {
  const arrays = norm === null ? [] : ["mean", norm.gamma && "gamma", norm.beta && "beta"];
  return [`${m} x ${d}`, ...arrays.filter(Boolean)].join(" ");
}

function checkHistory(history: History): void {
  const { initialCost, trainCost, validationCost, trainAccuracy, validationAccuracy } = history;
  if (Number.isNaN(initialCost)) refuse("initialCost = NaN", "a number");
  for (const [i, cost] of trainCost.entries()) {
    const at = `in epoch ${i + 1}`;
    // Both are NaN in a run that did not record them.
    const isRecorded = !Number.isNaN(cost) || !Number.isNaN(trainAccuracy[i]);
    if (isRecorded && Number.isNaN(cost)) refuse(`trainCost = NaN ${at}`, "a number");
    if (isRecorded) checkPercent(`trainAccuracy ${at}`, trainAccuracy[i]);
    if (Number.isNaN(validationCost[i])) refuse(`validationCost = NaN ${at}`, "a number");
    checkPercent(`validationAccuracy ${at}`, validationAccuracy[i]);
  }
}

function checkPercent(name: string, found: number): void {
  if (!(found >= 0 && found <= 100)) refuse(`${name} = ${found}`, "0 to 100 percent");
}

function checkNetwork({ layers }: Network, prefix: string): void {
  for (const [l, { w, b, norm }] of layers.entries()) {
    const name = (letter: string) => `${prefix}${letter}${l + 1}`;
    checkNumbers(name("W"), w);
    checkNumbers(name("b"), b);
    if (norm === null) continue;
    const { mean, variance } = norm.averages;
    for (const [letter, values] of Object.entries({ gamma: norm.gamma, beta: norm.beta, mean })) {
      if (values !== null) checkNumbers(name(letter), values);
    }
    if (!variance.every((value) => value >= 0 && value < Infinity)) {
      refuse(`${name("variance")} with a negative one or no number`, "variances from 0");
    }
    if (!Number.isInteger(norm.seen) || norm.seen < 0) {
      refuse(`${prefix}seen = ${norm.seen}`, "a whole number from 0");
    }
  }
}

function checkNumbers(name: string, values: Float64Array): void {
  if (!values.every(Number.isFinite)) refuse(`${name} with NaN or Infinity`, "finite numbers");
}

function refuse(found: string, expected: string): never {
  throw new InputError(`Found ${found} in a saved run, expected ${expected}; use a whole file.`);
}
