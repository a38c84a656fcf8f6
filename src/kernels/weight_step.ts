/**
 * The step of the weights in two parts, for backends that have no faster way.
 *
 * @module
 */

import type { Kernels } from "./kernels.ts";

/**
 * A `weightStep` that computes the gradient of the weights, keeps it for a moment and then does the
 * momentum step.
 */
export function weightStepInParts(
  { allocate, weightGradient, momentumStep }: Pick<
    Kernels,
    "allocate" | "weightGradient" | "momentumStep"
  >,
): Kernels["weightStep"] {
  const rooms = new Map<number, Float64Array>();
  return (size, step, g, x, w, v) => {
    const length = size.m * size.d;
    const dw = rooms.get(length) ?? allocate(length);
    rooms.set(length, dw);
    weightGradient(size, g, x, dw);
    momentumStep(step, w, dw, v);
  };
}
