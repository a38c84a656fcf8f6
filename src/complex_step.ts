/**
 * Gradients by the complex step, an oracle without cancellation for {@linkcode backward}.
 *
 * For an analytic J, dJ/dw = Im J(w + i h) / h up to h^2 (Squire and Trapp, SIAM Review 40(1), 1998).
 * Nothing is subtracted, so h can be 1e-100 and the derivative is exact to rounding. The forward pass
 * is written here a second time, on complex numbers and sample by sample, and shares no code with
 * network.ts.
 *
 * @module
 */

import type { Layer, LayerGradients, Network, Statistics } from "./network.ts";

const STEP = 1e-100;

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** A parameter array of which one entry is perturbed by i h. */
type Read = (values: Float64Array, at: number) => Complex;

/**
 * The gradients of the mean cross-entropy of n samples by every parameter, one complex forward pass
 * for each: only for small networks.
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
  network: Network,
  x: Float64Array,
  labels: Uint8Array,
  statistics: Statistics,
): LayerGradients[] {
  const derivatives = (parameter: Float64Array) =>
    Float64Array.from(parameter, (_, at) => {
      const read: Read = (values, i) => ({
        re: values[i],
        im: values === parameter && i === at ? STEP : 0,
      });
      return complexCost(network, x, labels, statistics, read).im / STEP;
    });
  return network.layers.map(({ w, b, norm }) => ({
    w: derivatives(w),
    b: derivatives(b),
    gamma: norm?.gamma ? derivatives(norm.gamma) : null,
    beta: norm?.beta ? derivatives(norm.beta) : null,
  }));
}

function complexCost(
  { layers }: Network,
  x: Float64Array,
  labels: Uint8Array,
  statistics: Statistics,
  read: Read,
): Complex {
  const n = labels.length;
  const d = layers[0].d;
  let samples = Array.from(
    { length: n },
    (_, i) => Array.from(x.subarray(i * d, (i + 1) * d), real),
  );
  for (const [l, layer] of layers.entries()) {
    samples = samples.map((sample) => scores(layer, sample, read));
    if (layer.norm !== null) samples = normalise(layer, samples, statistics, read);
    if (l < layers.length - 1) {
      samples = samples.map((units) => units.map((s) => s.re > 0 ? s : real(0)));
    }
  }
  const losses = samples.map((logits, i) => crossEntropy(logits, labels[i]));
  return scale(1 / n, sum(losses));
}

function scores({ d, m, w, b }: Layer, sample: readonly Complex[], read: Read): Complex[] {
  return Array.from({ length: m }, (_, j) => {
    const products = sample.map((h, k) => multiply(read(w, j * d + k), h));
    return add(sum(products), read(b, j));
  });
}

function normalise(
  { m, norm }: Layer,
  samples: readonly Complex[][],
  statistics: Statistics,
  read: Read,
): Complex[][] {
  const { gamma, beta, averages, options: { epsilon } } = norm!;
  const columns = Array.from({ length: m }, (_, j) => {
    const unit = samples.map((sample) => sample[j]);
    const batch = statistics === "batch";
    const mean = batch ? average(unit) : real(averages.mean[j]);
    const centred = unit.map((s) => subtract(s, mean));
    const variance = batch
      ? average(centred.map((s) => multiply(s, s)))
      : real(averages.variance[j]);
    const deviation = squareRoot(add(variance, real(epsilon)));
    const z = centred.map((s) => divide(s, deviation));
    if (gamma === null || beta === null) return z;
    return z.map((value) => add(multiply(read(gamma, j), value), read(beta, j)));
  });
  return samples.map((_, i) => columns.map((column) => column[i]));
}

/** -ln p of the label, as ln sum exp(s) - s, shifted by the largest real part. */
function crossEntropy(logits: readonly Complex[], label: number): Complex {
  const largest = real(Math.max(...logits.map(({ re }) => re)));
  const exponentials = logits.map((s) => exponential(subtract(s, largest)));
  return subtract(add(logarithm(sum(exponentials)), largest), logits[label]);
}

const real = (re: number): Complex => ({ re, im: 0 });
const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const subtract = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const scale = (factor: number, a: Complex): Complex => ({ re: factor * a.re, im: factor * a.im });
const sum = (values: readonly Complex[]): Complex => values.reduce(add, real(0));
const average = (values: readonly Complex[]): Complex => scale(1 / values.length, sum(values));

function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function divide(a: Complex, b: Complex): Complex {
  const { re, im } = multiply(a, { re: b.re, im: -b.im });
  return scale(1 / (b.re * b.re + b.im * b.im), { re, im });
}

function exponential({ re, im }: Complex): Complex {
  return scale(Math.exp(re), { re: Math.cos(im), im: Math.sin(im) });
}

function logarithm({ re, im }: Complex): Complex {
  return { re: Math.log(Math.hypot(re, im)), im: Math.atan2(im, re) };
}

function squareRoot({ re, im }: Complex): Complex {
  const root = Math.sqrt((Math.hypot(re, im) + Math.abs(re)) / 2);
  return { re: root, im: im / (2 * root) };
}
