/**
 * Gradients by the complex step, an oracle without cancellation for `backward`.
 *
 * For an analytic J, dJ/dw = Im J(w + i h) / h up to h^2 (Squire and Trapp, SIAM Review 40(1), 1998).
 * Nothing is subtracted, so h can be 1e-100 and the derivative is exact to rounding. The forward pass
 * is written here a second time, on complex numbers, and shares no code with network.ts.
 *
 * What lies before the perturbed parameter stays real and is computed once; complex is only the pass
 * from there on. Numbers are kept as two arrays, the real and the imaginary parts.
 *
 * @module
 */

import { movesOf, type Tensor, unitOf, valuesOf } from "./gradient_check/moves.ts";
import { numbersOf } from "./gradient_check/open_pass.ts";
import type { Input } from "./kernels/kernels.ts";
import type { Layer, LayerGradients, Network, Statistics } from "./network.ts";

const STEP = 1e-100;

/** n x m complex numbers. */
interface Complexes {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * The gradients of the mean cross-entropy of n samples by every parameter, one complex forward pass
 * from its layer on for each.
 *
 * @param x n x d
 * @param labels n labels
 * @param statistics what batch normalisation uses
 *
 * @example
 * ```ts
 * import { complexStepGradients } from "klayer/complex_step.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * const [gradients] = complexStepGradients(network, new Float64Array([3]), new Uint8Array([0]), "batch");
 * assertEquals(gradients.w, new Float64Array([-1.5, 1.5]));
 * ```
 */
export function complexStepGradients(
  { layers }: Network,
  x: Input,
  labels: Uint8Array,
  statistics: Statistics,
): LayerGradients[] {
  const n = labels.length;
  const room = layers.map(({ m }) => zeros(n * m));
  const scoresOf = (l: number, input: Complexes) => scores(layers[l], n, input, room[l]);
  const outputsOf = (l: number, s: Complexes) => normalise(layers[l], n, s, statistics);
  /** From the scores of layer l, or from what its normalisation puts out, to the cost. */
  const costFrom = (l: number, values: Complexes, normalised: boolean): number => {
    if (!normalised) outputsOf(l, values);
    if (l === layers.length - 1) return imaginaryCost(n, labels, values);
    relu(values);
    return costFrom(l + 1, scoresOf(l + 1, values), false);
  };

  const d = layers[0].d;
  let input: Complexes = { re: numbersOf(x, n * d), im: new Float64Array(n * d) };
  return layers.map((layer, l) => {
    const read = input.re.slice();
    const s = scoresOf(l, input);
    const base = s.re.slice();
    const z = outputsOf(l, s);
    const outputs = s.re.slice();
    relu(s);
    input = { re: s.re.slice(), im: new Float64Array(s.im.length) };

    const perturbed = zeros(base.length);
    const amounts = new Float64Array(n);
    const derivative = (tensor: Tensor, at: number): number => {
      const onScores = tensor === "w" || tensor === "b";
      perturbed.re.set(onScores ? base : outputs);
      perturbed.im.fill(0);
      const unit = unitOf(layer, tensor, at);
      movesOf(layer, tensor, at, read, z, amounts);
      for (let i = 0; i < n; i++) perturbed.im[i * layer.m + unit] = STEP * amounts[i];
      return costFrom(l, perturbed, !onScores) / STEP;
    };
    const derivatives = (tensor: Tensor) =>
      valuesOf(layer, tensor)?.map((_, at) => derivative(tensor, at)) ?? null;
    return {
      w: derivatives("w")!,
      b: derivatives("b")!,
      gamma: derivatives("gamma"),
      beta: derivatives("beta"),
    };
  });
}

function zeros(length: number): Complexes {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}

/** W h + b: weights and biases are real here, the perturbed one has already been. */
function scores({ d, m, w, b }: Layer, n: number, h: Complexes, s: Complexes): Complexes {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let re = 0;
      let im = 0;
      for (let k = 0; k < d; k++) {
        re += w[j * d + k] * h.re[i * d + k];
        im += w[j * d + k] * h.im[i * d + k];
      }
      s.re[i * m + j] = re + b[j];
      s.im[i * m + j] = im;
    }
  }
  return s;
}

/** Batch normalisation in place; returns the real part of z. Without one nothing happens. */
function normalise(
  { m, norm }: Layer,
  n: number,
  { re, im }: Complexes,
  statistics: Statistics,
): Float64Array | null {
  if (norm === null) return null;
  const { gamma, beta, averages, options: { epsilon } } = norm;
  const z = new Float64Array(n * m);
  for (let j = 0; j < m; j++) {
    let mean = { re: averages.mean[j], im: 0 };
    let variance = { re: averages.variance[j], im: 0 };
    if (statistics === "batch") {
      mean = { re: 0, im: 0 };
      for (let at = j; at < n * m; at += m) mean.re += re[at] / n, mean.im += im[at] / n;
      variance = { re: 0, im: 0 };
      for (let at = j; at < n * m; at += m) {
        const a = re[at] - mean.re;
        const b = im[at] - mean.im;
        variance.re += (a * a - b * b) / n;
        variance.im += 2 * a * b / n;
      }
    }
    const root = squareRoot({ re: variance.re + epsilon, im: variance.im });
    const square = root.re * root.re + root.im * root.im;
    for (let at = j; at < n * m; at += m) {
      const a = re[at] - mean.re;
      const b = im[at] - mean.im;
      z[at] = (a * root.re + b * root.im) / square;
      const zIm = (b * root.re - a * root.im) / square;
      re[at] = gamma === null ? z[at] : gamma[j] * z[at] + beta![j];
      im[at] = gamma === null ? zIm : gamma[j] * zIm;
    }
  }
  return z;
}

/** ReLU goes by the real part. */
function relu({ re, im }: Complexes): void {
  for (let at = 0; at < re.length; at++) {
    if (re[at] <= 0) re[at] = im[at] = 0;
  }
}

/** Im of the mean of ln sum exp(s) - s of the label; exp is shifted by the largest real part. */
function imaginaryCost(n: number, labels: Uint8Array, { re, im }: Complexes): number {
  const K = re.length / n;
  let cost = 0;
  for (let i = 0; i < n; i++) {
    let largest = -Infinity;
    for (let k = i * K; k < (i + 1) * K; k++) largest = Math.max(largest, re[k]);
    let sumRe = 0;
    let sumIm = 0;
    for (let k = i * K; k < (i + 1) * K; k++) {
      const size = Math.exp(re[k] - largest);
      sumRe += size * Math.cos(im[k]);
      sumIm += size * Math.sin(im[k]);
    }
    cost += Math.atan2(sumIm, sumRe) - im[i * K + labels[i]];
  }
  return cost / n;
}

function squareRoot({ re, im }: { re: number; im: number }): { re: number; im: number } {
  const root = Math.sqrt((Math.hypot(re, im) + Math.abs(re)) / 2);
  return { re: root, im: im / (2 * root) };
}
