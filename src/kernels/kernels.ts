/**
 * The interface of the dense products, and of the few loops beside them that take as long once the
 * products are fast.
 *
 * Every matrix is row-major in a `Float64Array`, one sample a row: X is n x d, W is m x d and S is
 * n x m (the letters are defined in `klayer/mod.ts`). With that layout the three products of a dense
 * layer are
 *
 *     S  = X Wᵀ      forward
 *     dW = Gᵀ X      weightGradient
 *     dX = G W       inputGradient
 *
 * @module
 */

import type { Columns } from "./columns.ts";

/** The sizes of one dense product: n samples, d inputs, m units. Any of them may be 0. */
export interface Size {
  readonly n: number;
  readonly d: number;
  readonly m: number;
}

/**
 * Images as bytes: n x d, one image after another, where byte u stands for the number `table[u]`.
 * A first layer reads them directly, which keeps a data set eight times smaller than in float64.
 */
export interface Pixels {
  readonly bytes: Uint8Array;
  /** 256 entries. */
  readonly table: Float64Array;
}

/** What a dense layer reads: numbers, or the pixels of a mini-batch. */
export type Input = Float64Array | Pixels;

/** The coefficients of a step of gradient descent with momentum. */
export interface MomentumStep {
  /** How much of the velocity stays. */
  readonly mu: number;
  /** The step size. */
  readonly eta: number;
  /** The factor of the gradient of the loss. */
  readonly ofLoss: number;
  /** The factor of the weights themselves: their L2 term. */
  readonly ofWeights: number;
}

/**
 * One backend of the dense products.
 *
 * Arrays may be longer than their product needs; only the leading rows are read or written. An
 * output must not overlap an input. The same backend gives the same bits on every call; two backends
 * may differ by the rounding of another order of summation, and in a first layer of pixels by weights
 * and gradients that are rounded to 48 bits (`digits.ts`).
 */
export interface Kernels extends Columns {
  /** What to call this backend in a table or a JSON, such as "reference" or "wasm". */
  readonly name: string;
  /** One line for the user, where a faster backend was looked for and not found. */
  readonly notice?: string;
  /** A zeroed array that this backend can work on without a copy; others work too, more slowly. */
  allocate(length: number): Float64Array;
  /**
   * A copy of the pixels that this backend reads where it is, good until the next call. Who gives the
   * same pixels to several products spares a copy in each. Not there where pixels need no copy.
   */
  bring?(x: Pixels): Pixels;
  /** S = X Wᵀ: X is n x d, W is m x d, S is n x m and is overwritten. */
  forward(size: Size, x: Input, w: Float64Array, s: Float64Array): void;
  /** dW = Gᵀ X: G is n x m, X is n x d, dW is m x d and is overwritten. */
  weightGradient(size: Size, g: Float64Array, x: Input, dw: Float64Array): void;
  /** dX = G W: G is n x m, W is m x d, dX is n x d and is overwritten. */
  inputGradient(size: Size, g: Float64Array, w: Float64Array, dx: Float64Array): void;
  /** v = mu v + eta (ofLoss dW + ofWeights W), then W = W - v, for as many numbers as dW has. */
  momentumStep(step: MomentumStep, w: Float64Array, dw: Float64Array, v: Float64Array): void;
  /**
   * `weightGradient` and `momentumStep` in one, with the same bits: v = mu v + eta (ofLoss Gᵀ X +
   * ofWeights W), then W = W - v. A backend need not store all of Gᵀ X.
   */
  weightStep(
    size: Size,
    step: MomentumStep,
    g: Float64Array,
    x: Input,
    w: Float64Array,
    v: Float64Array,
  ): void;
  /** ReLU, in place: what is negative becomes 0. */
  relu(s: Float64Array): void;
  /** The derivative of h = ReLU(s), in place: g becomes 0 where h is 0, for as many numbers as h has. */
  reluGradient(h: Float64Array, g: Float64Array): void;
}
