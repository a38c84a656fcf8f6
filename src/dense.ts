/**
 * The dense layer, s = W h + b for every sample.
 *
 * @module
 */

import type { Input, Kernels, MomentumStep, Size } from "./kernels/kernels.ts";

/**
 * S = X Wᵀ + 1 bᵀ: the scores of n samples.
 *
 * @param x n x d
 * @param w m x d
 * @param b m
 * @param s n x m, overwritten
 *
 * @example
 * ```ts
 * import { denseForward } from "klayer/dense.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const x = new Float64Array([1, 2]);
 * const w = new Float64Array([3, 4]);
 * const s = new Float64Array(1);
 * denseForward(referenceKernels(), { n: 1, d: 2, m: 1 }, x, w, new Float64Array([0.5]), s);
 * assertEquals(s[0], 1 * 3 + 2 * 4 + 0.5);
 * ```
 */
export function denseForward(
  kernels: Kernels,
  size: Size,
  x: Input,
  w: Float64Array,
  b: Float64Array,
  s: Float64Array,
): void {
  kernels.forward(size, x, w, s);
  kernels.addRow(size.n, s, b);
}

/**
 * The derivatives of S = X Wᵀ + 1 bᵀ: dW = Gᵀ X, db = Gᵀ 1 and dX = G W, with G = dJ/dS.
 *
 * @param g n x m
 * @param x n x d, as it was in {@linkcode denseForward}
 * @param w m x d
 * @param dw m x d, overwritten
 * @param db m, overwritten
 * @param dx n x d, overwritten; null where nobody needs it, as in the first layer
 *
 * @example
 * ```ts
 * import { denseBackward } from "klayer/dense.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [g, x, w] = [[2], [1, 2], [3, 4]].map((values) => new Float64Array(values));
 * const [dw, db, dx] = [2, 1, 2].map((length) => new Float64Array(length));
 * denseBackward(referenceKernels(), { n: 1, d: 2, m: 1 }, g, x, w, dw, db, dx);
 * assertEquals([...dw, ...db, ...dx], [2, 4, 2, 6, 8]);
 * ```
 */
export function denseBackward(
  kernels: Kernels,
  size: Size,
  g: Float64Array,
  x: Input,
  w: Float64Array,
  dw: Float64Array,
  db: Float64Array,
  dx: Float64Array | null,
): void {
  kernels.weightGradient(size, g, x, dw);
  kernels.sumRows(size.n, g, db);
  if (dx !== null) kernels.inputGradient(size, g, w, dx);
}

/**
 * {@linkcode denseBackward} with a momentum step of the weights by dW, which need not be stored.
 *
 * @param step see `MomentumStep` in `klayer/kernels/kernels.ts`
 * @param g n x m
 * @param x n x d, as it was in {@linkcode denseForward}
 * @param w m x d, updated
 * @param v m x d, the velocity of W, updated
 * @param db m, overwritten
 * @param dx n x d, overwritten, by W as it was before; null where nobody needs it
 *
 * @example
 * ```ts
 * import { denseStep } from "klayer/dense.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [g, x, w] = [[2], [1, 2], [3, 4]].map((values) => new Float64Array(values));
 * const [v, db, dx] = [2, 1, 2].map((length) => new Float64Array(length));
 * const step = { mu: 0.9, eta: 0.5, ofLoss: 1, ofWeights: 0 };
 * denseStep(referenceKernels(), { n: 1, d: 2, m: 1 }, step, g, x, w, v, db, dx);
 * assertEquals([...w, ...v, ...db, ...dx], [3 - 1, 4 - 2, 1, 2, 2, 6, 8]);
 * ```
 */
export function denseStep(
  kernels: Kernels,
  size: Size,
  step: MomentumStep,
  g: Float64Array,
  x: Input,
  w: Float64Array,
  v: Float64Array,
  db: Float64Array,
  dx: Float64Array | null,
): void {
  if (dx !== null) kernels.inputGradient(size, g, w, dx);
  kernels.sumRows(size.n, g, db);
  kernels.weightStep(size, step, g, x, w, v);
}
