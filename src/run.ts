/**
 * What a training run is asked, reports on its way, and returns.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { Initialise } from "./initialise.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { checkUnits, type Network } from "./network.ts";
import type { Protocol } from "./protocol.ts";
import { checkSeed } from "./random.ts";
import type { TrainState } from "./train_state.ts";

/** Why a run ended that its signal has ended. */
export const ON_REQUEST = "stopped on request";

/** What to train. Only the hidden layers, eta and the number of epochs must be given. */
export interface TrainOptions {
  /** Units of each hidden layer, such as [50, 30]. */
  readonly hidden: readonly number[];
  /** The learning rate of the first epoch. */
  readonly eta: number;
  readonly epochs: number;
  /** What multiplies the sum of squared weights in the cost; 0 by default. */
  readonly lambda?: number;
  /** Whether hidden layers are batch-normalised; false by default. */
  readonly batchNorm?: boolean;
  /** The first weights; the protocol's by default. */
  readonly initialise?: Initialise;
  /** The seed of all random numbers, 400 by default. */
  readonly seed?: number;
  /** 100 by default. */
  readonly batchSize?: number;
  /** mu in v = mu v + eta g, 0.9 by default. */
  readonly momentum?: number;
  /** What eta is multiplied by after every epoch, 0.95 by default. */
  readonly etaDecay?: number;
  /**
   * Whether cost and accuracy on the training samples are recorded after every epoch; true by default.
   * Where they are not, the history has NaN, and the training cost is evaluated for the rule that stops a
   * run only where the validation cost exceeds the training cost before the first update.
   */
  readonly recordTraining?: boolean;
  /** The rules of the run; the textbook's by default. */
  readonly protocol?: Protocol;
  /** The backend of the dense products; the best one found by default. */
  readonly kernels?: Kernels;
  /** Goes on from here; the same data, options and backend give the bits of an undisturbed run. */
  readonly resume?: TrainState;
  /** Called after every epoch, to keep the state; its arrays change while training goes on. */
  readonly onEpoch?: (state: TrainState) => void;
  /** Called a few times a second and after every epoch. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the run after the current mini-batch; the finished epochs are returned. */
  readonly signal?: AbortSignal;
}

/** Where a run is. */
export interface Progress {
  /** The epoch under way, or just finished, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** How much of that epoch's training is done, 0 to 1. */
  readonly fraction: number;
  /** What is recorded so far. */
  readonly history: History;
}

/** The costs (nats) and accuracies (percent) after each recorded epoch. */
export interface History {
  /** The training cost before the first update. */
  readonly initialCost: number;
  readonly trainCost: number[];
  readonly validationCost: number[];
  readonly trainAccuracy: number[];
  readonly validationAccuracy: number[];
}

/** A finished run. */
export interface Run extends History {
  /** The network after the last update. */
  readonly network: Network;
  /** The epoch with the highest validation accuracy, the first one of equals; null without one. */
  readonly best:
    | { readonly epoch: number; readonly validationAccuracy: number; readonly network: Network }
    | null;
  /** Why the run ended before its last epoch; that epoch is not recorded. */
  readonly stopped: { readonly epoch: number; readonly reason: string } | null;
  readonly seconds: { readonly training: number; readonly evaluation: number };
}

/**
 * Throws where an option of a run over N training samples is impossible, and says which and why.
 *
 * @throws {InputError}
 *
 * @example
 * ```ts
 * import { checkOptions } from "klayer/run.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkOptions({ hidden: [50], eta: NaN, epochs: 1 }, 10_000), InputError, "eta");
 * ```
 */
export function checkOptions(options: TrainOptions, N: number): void {
  const { hidden, eta, epochs, lambda = 0, batchSize = 100 } = options;
  const { seed = 400, momentum = 0.9, etaDecay = 0.95 } = options;
  checkUnits(hidden);
  checkSeed(seed);
  const whole = (value: number) => Number.isInteger(value) && value >= 1;
  check("eta", eta, eta > 0 && eta < Infinity, "a positive number, such as 0.01");
  check("lambda", lambda, lambda >= 0 && lambda < Infinity, "0 or a positive number, such as 1e-4");
  check("epochs", epochs, whole(epochs), "a whole number from 1, such as 10");
  checkResume(options);
  check("momentum", momentum, momentum >= 0 && momentum < 1, "a number from 0 to below 1");
  check("etaDecay", etaDecay, etaDecay > 0 && etaDecay <= 1, "a number above 0, up to 1");
  check(
    "batchSize",
    batchSize,
    whole(batchSize) && batchSize <= N,
    `a whole number from 1 to the ${N} training samples; use smaller mini-batches or more samples`,
  );
}

function checkResume({ epochs, resume }: TrainOptions): void {
  if (resume === undefined) return;
  const { epoch, stopped } = resume;
  if (stopped !== null) {
    throw new InputError(
      `Found a run that ended in epoch ${stopped.epoch} (${stopped.reason}), expected one that can ` +
        "go on; begin another one with other settings.",
    );
  }
  if (epochs <= epoch) {
    throw new InputError(
      `Found a run of ${epoch} epochs and epochs = ${epochs}, expected more: choose ${
        epoch + 1
      } or more.`,
    );
  }
}

function check(name: string, found: unknown, holds: boolean, expected: string): void {
  // Notebooks are not type-checked: "5" and true would do as numbers.
  if (typeof found === "number" && holds) return;
  const shown = typeof found === "number" ? String(found) : JSON.stringify(found);
  throw new InputError(`Found ${name} = ${shown}, expected ${expected}.`);
}
