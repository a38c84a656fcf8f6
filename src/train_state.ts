/**
 * All that a training run carries from one epoch to the next, so that it can stop and go on.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { LayerGradients, Network } from "./network.ts";
import type { RandomState } from "./random.ts";
import type { History, Run } from "./run.ts";

/** A run between two epochs. */
export interface TrainState {
  /** Epochs finished, from 1; the one after which the run was stopped counts. */
  readonly epoch: number;
  /** The learning rate of the next epoch. */
  readonly eta: number;
  /** The network after the last update. */
  readonly network: Network;
  readonly velocity: readonly LayerGradients[];
  readonly random: RandomState;
  readonly history: History;
  readonly best: Run["best"];
  readonly stopped: Run["stopped"];
  readonly seconds: Run["seconds"];
}

/**
 * Brings a network that was just opened, and its velocities, to where a run was.
 *
 * The best network comes first and the last one second: under the report's protocol they share moving
 * averages, which are the last one's.
 *
 * @param state where the run was; it is copied
 * @param network overwritten
 * @param velocity overwritten
 * @param keep the protocol's way to keep the best network
 * @returns the best network so far, kept in the protocol's way
 * @throws {InputError} where the state is of a network of another shape
 *
 * @example
 * ```ts
 * import { openNetwork, zerosLike } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { train } from "klayer/train.ts";
 * import { goOn, type TrainState } from "klayer/train_state.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([0, 255]), labels: new Uint8Array([0, 1]), mean: 0.5 };
 * const data = { training: split, validation: split, classes: ["dark", "bright"] };
 * const states: TrainState[] = [];
 * const onEpoch = (state: TrainState) => void states.push(state);
 * await train(data, { hidden: [2], eta: 0.1, epochs: 1, batchSize: 2, onEpoch });
 * const network = openNetwork({ inputs: 1, hidden: [2], classes: 2 }, referenceKernels());
 * goOn(states[0], network, zerosLike(network), (network) => network);
 * assertEquals(network.layers[0].w, states[0].network.layers[0].w);
 * ```
 */
export function goOn(
  state: TrainState,
  network: Network,
  velocity: readonly LayerGradients[],
  keep: (network: Network) => Network,
): Run["best"] {
  checkShapes(state.network, network);
  for (const [l, { w, b, gamma, beta }] of velocity.entries()) {
    const past = state.velocity[l];
    w.set(past.w);
    b.set(past.b);
    gamma?.set(past.gamma!);
    beta?.set(past.beta!);
  }
  const best = state.best && { ...state.best, network: keep(network) };
  if (best !== null) copyInto(best.network, state.best!.network);
  copyInto(network, state.network);
  return best;
}

/**
 * A history that grows on its own.
 *
 * @example
 * ```ts
 * import { copyHistory } from "klayer/train_state.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const costs = { trainCost: [2], validationCost: [2.1] };
 * const past = { initialCost: 2.3, ...costs, trainAccuracy: [30], validationAccuracy: [28] };
 * copyHistory(past).trainCost.push(1.5);
 * assertEquals(past.trainCost, [2]);
 * ```
 */
export function copyHistory(history: History): History {
  return {
    initialCost: history.initialCost,
    trainCost: [...history.trainCost],
    validationCost: [...history.validationCost],
    trainAccuracy: [...history.trainAccuracy],
    validationAccuracy: [...history.validationAccuracy],
  };
}

/** Gives a network the parameters and moving averages of another one of the same shape. */
function copyInto({ layers }: Network, other: Network): void {
  for (const [l, { w, b, norm }] of layers.entries()) {
    const from = other.layers[l];
    w.set(from.w);
    b.set(from.b);
    if (norm === null) continue;
    norm.gamma?.set(from.norm!.gamma!);
    norm.beta?.set(from.norm!.beta!);
    norm.averages.mean.set(from.norm!.averages.mean);
    norm.averages.variance.set(from.norm!.averages.variance);
    norm.seen = from.norm!.seen;
  }
}

function checkShapes(found: Network, expected: Network): void {
  const shapes = ({ layers }: Network) =>
    layers.map(({ d, m, norm }) => {
      const scale = norm?.gamma ? ", scale and shift" : "";
      return `${d} to ${m}${norm === null ? "" : ` with batch normalisation${scale}`}`;
    }).join("; ");
  if (shapes(found) === shapes(expected)) return;
  throw new InputError(
    `Found a saved network of the layers ${shapes(found)}, expected ${shapes(expected)}; ` +
      "go on with the settings that it was trained with.",
  );
}
