/**
 * The dense products as their definitions say, in plain loops: slow, and the text to read first.
 * Every other backend is tested against this one.
 *
 * @module
 */

import type { Input, Kernels, MomentumStep, Size } from "./kernels.ts";
import { plainColumns } from "./columns.ts";
import { reluBackward, reluForward } from "../relu.ts";
import { weightStepInParts } from "./weight_step.ts";

/**
 * The naive backend: S = X Wᵀ, dW = Gᵀ X and dX = G W as sums of products, in the order of the index.
 *
 * @example
 * ```ts
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const kernels = referenceKernels();
 * const x = Float64Array.of(1, 2, 3, 4); // two samples of two inputs
 * const w = Float64Array.of(10, 1); // one unit
 * const s = kernels.allocate(2);
 * kernels.forward({ n: 2, d: 2, m: 1 }, x, w, s);
 * assertEquals([...s], [12, 34]);
 * ```
 */
export function referenceKernels(): Kernels {
  return {
    name: "reference",
    allocate,
    forward,
    weightGradient,
    inputGradient,
    momentumStep,
    weightStep: weightStepInParts({ allocate, weightGradient, momentumStep }),
    relu: reluForward,
    reluGradient: reluBackward,
    ...plainColumns,
  };
}

const allocate = (length: number) => new Float64Array(length);

/** S = X Wᵀ: unit j of sample i is the dot product of the sample with the unit's weights. */
function forward({ n, d, m }: Size, x: Input, w: Float64Array, s: Float64Array): void {
  const at = reader(x);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += at(i * d + k) * w[j * d + k];
      s[i * m + j] = sum;
    }
  }
}

/** dW = Gᵀ X: what weight k of unit j does to the loss, summed over the samples. */
function weightGradient({ n, d, m }: Size, g: Float64Array, x: Input, dw: Float64Array): void {
  const at = reader(x);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < d; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += g[i * m + j] * at(i * d + k);
      dw[j * d + k] = sum;
    }
  }
}

/** dX = G W: what input k of sample i does to the loss, through all units. */
function inputGradient(
  { n, d, m }: Size,
  g: Float64Array,
  w: Float64Array,
  dx: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < d; k++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += g[i * m + j] * w[j * d + k];
      dx[i * d + k] = sum;
    }
  }
}

/** v = mu v + eta g and W = W - v, with the gradient g = ofLoss dW + ofWeights W. */
function momentumStep(
  { mu, eta, ofLoss, ofWeights }: MomentumStep,
  w: Float64Array,
  dw: Float64Array,
  v: Float64Array,
): void {
  for (let i = 0; i < dw.length; i++) {
    const g = ofLoss * dw[i] + ofWeights * w[i];
    v[i] = mu * v[i] + eta * g;
    w[i] -= v[i];
  }
}

/** The numbers of an input by their index, whether they are stored as numbers or as pixels. */
function reader(x: Input): (index: number) => number {
  return x instanceof Float64Array ? (index) => x[index] : (index) => x.table[x.bytes[index]];
}
