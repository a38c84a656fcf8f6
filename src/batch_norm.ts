/**
 * Batch normalisation of a hidden layer's scores (Ioffe and Szegedy, ICML 2015, algorithm 1).
 *
 * Every unit is normalised over the samples of the mini-batch, then scaled and shifted:
 *
 *     z = (s - mean) / sqrt(variance + epsilon)      y = gamma z + beta
 *
 * The variance is the biased one, divided by n.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import { type Columns, plainColumns } from "./kernels/columns.ts";

/** Which batch normalisation. */
export interface BatchNormOptions {
  /** Whether gamma and beta exist and are learnt. */
  readonly scaleAndShift: boolean;
  /** What is added to the variance under the square root. */
  readonly epsilon: number;
  /** The weight a of the past in the moving averages: average = a average + (1 - a) batch. */
  readonly decay: number;
}

/** The textbook's: gamma and beta learnt, epsilon = 1e-5, a = 0.9. */
export const standardBatchNorm: BatchNormOptions = {
  scaleAndShift: true,
  epsilon: 1e-5,
  decay: 0.9,
};

/** The batch normalisation of one layer of m units. */
export interface BatchNorm {
  readonly options: BatchNormOptions;
  /** Scale, m; null without scale and shift. */
  readonly gamma: Float64Array | null;
  /** Shift, m; null without scale and shift. */
  readonly beta: Float64Array | null;
  /** Moving averages, m each: 0 and 1 before training, which normalises nothing. */
  readonly averages: Moments;
  /** How many mini-batches the averages have seen. */
  seen: number;
}

/** A mean and a variance for each of m units. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** What the forward pass keeps for the backward pass. */
export interface BatchNormCache {
  /** z, n x m. */
  readonly z: Float64Array;
  /** The mini-batch's own moments. */
  readonly batch: Moments;
}

/**
 * The batch normalisation of m units before training: gamma = 1, beta = 0.
 *
 * @throws {InputError} where epsilon or decay make no sense
 *
 * @example
 * ```ts
 * import { openBatchNorm, standardBatchNorm } from "klayer/batch_norm.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(openBatchNorm(2, standardBatchNorm).gamma, new Float64Array([1, 1]));
 * ```
 */
export function openBatchNorm(m: number, options: BatchNormOptions): BatchNorm {
  const { scaleAndShift, epsilon, decay } = options;
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new InputError(`Found epsilon = ${epsilon}, expected a small positive number like 1e-5.`);
  }
  if (!(decay >= 0 && decay < 1)) {
    throw new InputError(`Found decay = ${decay}, expected a number from 0 to below 1, like 0.9.`);
  }
  return {
    options,
    gamma: scaleAndShift ? new Float64Array(m).fill(1) : null,
    beta: scaleAndShift ? new Float64Array(m) : null,
    averages: { mean: new Float64Array(m), variance: new Float64Array(m).fill(1) },
    seen: 0,
  };
}

/**
 * y = gamma z + beta with z from the given moments, in place.
 *
 * @param norm the layer's batch normalisation
 * @param moments the mini-batch's own moments in training, the moving averages in use
 * @param n samples
 * @param s n x m scores, overwritten by y
 * @param z n x m, overwritten by z
 * @param columns who does the loops; a network's are its kernels
 *
 * @example
 * ```ts
 * import { batchNormForward, openBatchNorm, standardBatchNorm } from "klayer/batch_norm.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const norm = openBatchNorm(1, standardBatchNorm);
 * const [s, z] = [new Float64Array([1, 3]), new Float64Array(2)];
 * const moments = { mean: new Float64Array([2]), variance: new Float64Array([1]) };
 * batchNormForward(norm, moments, 2, s, z);
 * assertAlmostEquals(s[0], -1, 1e-5);
 * assertAlmostEquals(s[1], 1, 1e-5);
 * ```
 */
export function batchNormForward(
  norm: BatchNorm,
  moments: Moments,
  n: number,
  s: Float64Array,
  z: Float64Array,
  columns: Columns = plainColumns,
): void {
  const { gamma, beta, options: { epsilon } } = norm;
  const { mean, variance } = moments;
  columns.normalise(n, s, z, {
    mean,
    deviation: variance.map((variance) => Math.sqrt(variance + epsilon)),
    scale: gamma ?? new Float64Array(mean.length).fill(1),
    shift: beta ?? new Float64Array(mean.length),
  });
}

/**
 * The derivatives of {@linkcode batchNormForward} where the moments are the mini-batch's own, in
 * place: with G = dJ/dy, dgamma = sum G z, dbeta = sum G and, since mean and variance depend on
 * every s,
 *
 *     dJ/ds = (dz - mean(dz) - z mean(dz z)) / sqrt(variance + epsilon)      dz = gamma G
 *
 * @param norm the layer's batch normalisation
 * @param cache z and the moments of the forward pass
 * @param n samples
 * @param g n x m, dJ/dy, overwritten by dJ/ds
 * @param dgamma m, overwritten; null without scale and shift
 * @param dbeta m, overwritten; null without scale and shift
 * @param columns who does the loops; a network's are its kernels
 *
 * @example
 * ```ts
 * import { batchNormBackward, openBatchNorm, standardBatchNorm } from "klayer/batch_norm.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // Two samples are always mapped to -1 and +1, so the scores have no influence.
 * const norm = openBatchNorm(1, { ...standardBatchNorm, epsilon: 1e-20 });
 * const z = new Float64Array([-1, 1]);
 * const batch = { mean: new Float64Array([2]), variance: new Float64Array([1]) };
 * const [g, dgamma, dbeta] = [[3, 5], [0], [0]].map((values) => new Float64Array(values));
 * batchNormBackward(norm, { z, batch }, 2, g, dgamma, dbeta);
 * assertAlmostEquals(g[0], 0, 1e-15);
 * assertAlmostEquals(dgamma[0], 2, 1e-15);
 * assertAlmostEquals(dbeta[0], 8, 1e-15);
 * ```
 */
export function batchNormBackward(
  norm: BatchNorm,
  cache: BatchNormCache,
  n: number,
  g: Float64Array,
  dgamma: Float64Array | null,
  dbeta: Float64Array | null,
  columns: Columns = plainColumns,
): void {
  const { gamma, options: { epsilon } } = norm;
  const { z, batch } = cache;
  const m = batch.mean.length;
  const [sumG, sumGZ] = [new Float64Array(m), new Float64Array(m)];
  columns.sumRows(n, g, sumG);
  columns.sumProducts(n, g, z, sumGZ);
  dgamma?.set(sumGZ);
  dbeta?.set(sumG);
  columns.normaliseGradient(n, g, z, {
    mean: sumG.map((sum) => sum / n),
    slope: sumGZ.map((sum) => sum / n),
    scale: batch.variance.map((variance, j) =>
      (gamma === null ? 1 : gamma[j]) / Math.sqrt(variance + epsilon)
    ),
  });
}

/**
 * The mean and the biased variance of each of m units over n samples.
 *
 * @param n samples, 1 or more
 * @param s n x m scores
 * @param moments overwritten
 * @param columns who does the loops; a network's are its kernels
 *
 * @example
 * ```ts
 * import { batchMoments } from "klayer/batch_norm.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const moments = { mean: new Float64Array(1), variance: new Float64Array(1) };
 * batchMoments(2, new Float64Array([1, 3]), moments);
 * assertEquals([moments.mean[0], moments.variance[0]], [2, 1]);
 * ```
 */
export function batchMoments(
  n: number,
  s: Float64Array,
  moments: Moments,
  columns: Columns = plainColumns,
): void {
  const { mean, variance } = moments;
  columns.sumRows(n, s, mean);
  for (let j = 0; j < mean.length; j++) mean[j] /= n;
  columns.sumSquares(n, s, mean, variance);
  for (let j = 0; j < mean.length; j++) variance[j] /= n;
}

/**
 * Lets the moving averages follow a mini-batch: average = a average + (1 - a) batch. The first
 * mini-batch sets them.
 *
 * @example
 * ```ts
 * import { followMoments, openBatchNorm, standardBatchNorm } from "klayer/batch_norm.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const norm = openBatchNorm(1, { ...standardBatchNorm, decay: 0.75 });
 * const batch = (mean: number) => ({ mean: new Float64Array([mean]), variance: new Float64Array(1) });
 * followMoments(norm, batch(4));
 * followMoments(norm, batch(8));
 * assertEquals(norm.averages.mean[0], 0.75 * 4 + 0.25 * 8);
 * ```
 */
export function followMoments(norm: BatchNorm, batch: Moments): void {
  const { averages, options: { decay } } = norm;
  const past = norm.seen === 0 ? 0 : decay;
  for (let j = 0; j < batch.mean.length; j++) {
    averages.mean[j] = past * averages.mean[j] + (1 - past) * batch.mean[j];
    averages.variance[j] = past * averages.variance[j] + (1 - past) * batch.variance[j];
  }
  norm.seen++;
}
