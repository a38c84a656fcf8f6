/**
 * Networks and velocities as named arrays, the way NumPy users name them: W1, b1, gamma1, beta1, mean1,
 * variance1, W2, ...
 *
 * @module
 */

import type { Kernels } from "./kernels/kernels.ts";
import {
  type Arrays,
  missing,
  type Named,
  numbers,
  scalar,
  take,
  takeScalar,
} from "./named_arrays.ts";
import { type LayerGradients, type Network, openNetwork } from "./network.ts";

/**
 * The parameters and moving averages of a network: W of layer l is m x d, all others have m numbers.
 * With batch normalisation, `seen` is the number of mini-batches in the averages, and `epsilon` and
 * `decay` are its options.
 *
 * @param prefix of every name
 *
 * @example
 * ```ts
 * import { networkArrays } from "klayer/network_arrays.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 3072, hidden: [50], classes: 10 }, referenceKernels());
 * const shapes = networkArrays(network).map(([name, { shape }]) => [name, ...shape]);
 * assertEquals(shapes, [["W1", 50, 3072], ["b1", 50], ["W2", 10, 50], ["b2", 10]]);
 * ```
 */
export function networkArrays({ layers }: Network, prefix = ""): Named[] {
  const parameters = layers.flatMap(({ d, m, w, b, norm }, l) => {
    const name = (letter: string) => `${prefix}${letter}${l + 1}`;
    return [
      [name("W"), { shape: [m, d], data: w }] as Named,
      numbers(name("b"), b),
      ...norm?.gamma ? [numbers(name("gamma"), norm.gamma)] : [],
      ...norm?.beta ? [numbers(name("beta"), norm.beta)] : [],
      ...norm ? [numbers(name("mean"), norm.averages.mean)] : [],
      ...norm ? [numbers(name("variance"), norm.averages.variance)] : [],
    ];
  });
  const norm = layers.find(({ norm }) => norm !== null)?.norm;
  return norm ? [...parameters, ...normScalars(norm, prefix)] : parameters;
}

function normScalars(
  norm: NonNullable<Network["layers"][number]["norm"]>,
  prefix: string,
): Named[] {
  return [
    scalar(`${prefix}seen`, norm.seen),
    scalar(`${prefix}epsilon`, norm.options.epsilon),
    scalar(`${prefix}decay`, norm.options.decay),
  ];
}

/**
 * The velocities, or gradients, of a network in the shapes of its parameters: W1, b1, gamma1, beta1, ...
 *
 * @param prefix of every name
 *
 * @example
 * ```ts
 * import { velocityArrays, velocityFrom } from "klayer/network_arrays.ts";
 * import { openNetwork, zerosLike } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 4, hidden: [3], classes: 2 }, referenceKernels());
 * const velocity = zerosLike(network);
 * const arrays = new Map(velocityArrays(network, velocity, "v_"));
 * assertEquals([...arrays.keys()], ["v_W1", "v_b1", "v_W2", "v_b2"]);
 * assertEquals(velocityFrom(arrays, network, "v_"), velocity);
 * ```
 */
export function velocityArrays(
  { layers }: Network,
  velocity: readonly LayerGradients[],
  prefix: string,
) {
  return layers.flatMap(({ d, m }, l): Named[] => {
    const { w, b, gamma, beta } = velocity[l];
    return [
      [`${prefix}W${l + 1}`, { shape: [m, d], data: w }],
      numbers(`${prefix}b${l + 1}`, b),
      ...gamma ? [numbers(`${prefix}gamma${l + 1}`, gamma)] : [],
      ...beta ? [numbers(`${prefix}beta${l + 1}`, beta)] : [],
    ];
  });
}

/**
 * The network that {@linkcode networkArrays} named.
 *
 * @param kernels that are to compute it
 * @throws {InputError} where an array is missing or has a shape that does not fit the others
 *
 * @example
 * ```ts
 * import { networkArrays, networkFrom } from "klayer/network_arrays.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { standardBatchNorm } from "klayer/batch_norm.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const kernels = referenceKernels();
 * const network = openNetwork({ inputs: 4, hidden: [3], classes: 2 }, kernels, standardBatchNorm);
 * assertEquals(networkFrom(new Map(networkArrays(network)), "", kernels), network);
 * ```
 */
export function networkFrom(arrays: Arrays, prefix: string, kernels: Kernels): Network {
  const shapes: number[][] = [];
  for (let l = 1; arrays.has(`${prefix}W${l}`); l++) {
    const { shape } = arrays.get(`${prefix}W${l}`)!;
    if (shape.length !== 2) throw missing(`${prefix}W${l}`, "units x inputs", shape);
    shapes.push([...shape]);
  }
  if (shapes.length === 0) throw missing(`${prefix}W1`, "units x inputs");
  const units = shapes.map(([m]) => m);
  const batchNorm = arrays.has(`${prefix}mean1`)
    ? {
      scaleAndShift: arrays.has(`${prefix}gamma1`),
      epsilon: takeScalar(arrays, `${prefix}epsilon`),
      decay: takeScalar(arrays, `${prefix}decay`),
    }
    : null;
  // No memory for a layer before it is known to be in the file.
  for (const [l, [m, d]] of shapes.entries()) {
    if (l > 0 && d !== units[l - 1]) {
      throw missing(`${prefix}W${l + 1}`, `${m} x ${units[l - 1]}`, [m, d]);
    }
  }
  const size = { inputs: shapes[0][1], hidden: units.slice(0, -1), classes: units.at(-1)! };
  const network = openNetwork(size, kernels, batchNorm);
  for (const [l, { d, m, w, b, norm }] of network.layers.entries()) {
    const fill = (letter: string, room: Float64Array, shape = [m]) =>
      room.set(take(arrays, `${prefix}${letter}${l + 1}`, shape));
    fill("W", w, [m, d]);
    fill("b", b);
    if (norm === null) continue;
    if (norm.gamma) fill("gamma", norm.gamma);
    if (norm.beta) fill("beta", norm.beta);
    fill("mean", norm.averages.mean);
    fill("variance", norm.averages.variance);
    norm.seen = takeScalar(arrays, `${prefix}seen`);
  }
  return network;
}

/**
 * The velocities that {@linkcode velocityArrays} named, which has an example.
 *
 * @param network whose shape they must have
 * @throws {InputError} where one is missing or has another shape
 */
export function velocityFrom(
  arrays: Arrays,
  { layers }: Network,
  prefix: string,
): LayerGradients[] {
  return layers.map(({ d, m, norm }, l) => {
    const name = (letter: string) => `${prefix}${letter}${l + 1}`;
    return {
      w: take(arrays, name("W"), [m, d]),
      b: take(arrays, name("b"), [m]),
      gamma: norm?.gamma ? take(arrays, name("gamma"), [m]) : null,
      beta: norm?.beta ? take(arrays, name("beta"), [m]) : null,
    };
  });
}
