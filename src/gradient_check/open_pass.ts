/**
 * A forward pass cut open at every layer, so that it can be resumed there with other numbers.
 *
 * A parameter of layer l moves one unit's scores; what lies before them stays as it was. With a first
 * layer of 50 x 3072 weights that leaves one part in a hundred of a forward pass to compute again.
 *
 * @module
 */

import type { Input } from "../kernels/kernels.ts";
import type { Layer, Network, Statistics } from "../network.ts";
import { reluForward } from "../relu.ts";
import { crossEntropySum, softmaxForward } from "../softmax.ts";

/** A few samples and their labels; their number is that of the labels. */
export interface Samples {
  /** n x d */
  readonly x: Input;
  /** n labels */
  readonly labels: Uint8Array;
}

/**
 * The mean cross-entropy of n samples from the scores of the last layer, n x K, which it may
 * overwrite.
 */
export type Loss = (n: number, K: number, labels: Uint8Array, scores: Float64Array) => number;

/** The library's own: softmax of shifted scores, then the mean of -ln p. */
export const softmaxCrossEntropy: Loss = (n, K, labels, scores) => {
  softmaxForward(n, K, scores);
  return crossEntropySum(n, K, labels, scores) / n;
};

/** The numbers of a forward pass, and two ways to take it up again. */
export interface OpenPass {
  readonly cost: number;
  readonly layers: readonly {
    /** What the layer reads, n x d. */
    readonly input: Float64Array;
    /** W h + b, n x m. */
    readonly scores: Float64Array;
    /** The normalised scores, n x m; null where there is no normalisation. */
    readonly z: Float64Array | null;
    /** What ReLU or the loss reads, n x m: the scores, or gamma z + beta. */
    readonly outputs: Float64Array;
  }[];
  /** The cost, had layer l these scores, n x m; they are overwritten. */
  costFromScores(l: number, scores: Float64Array): number;
  /** The cost, had layer l these outputs, n x m; they are overwritten. */
  costFromOutputs(l: number, outputs: Float64Array): number;
}

/** Passes the samples forward and leaves the pass open. */
export function openPass(
  { layers }: Network,
  { x, labels }: Samples,
  { statistics, loss }: { readonly statistics: Statistics; readonly loss: Loss },
): OpenPass {
  const n = labels.length;
  const K = layers.at(-1)!.m;
  const room = layers.map(({ m }) => ({
    scores: new Float64Array(n * m),
    z: new Float64Array(n * m),
  }));

  const costFromOutputs = (l: number, outputs: Float64Array): number => {
    if (l === layers.length - 1) return loss(n, K, labels, outputs);
    reluForward(outputs);
    const { scores } = room[l + 1];
    affine(layers[l + 1], n, outputs, scores);
    return costFromScores(l + 1, scores);
  };
  const costFromScores = (l: number, scores: Float64Array): number => {
    normalise(layers[l], n, scores, room[l].z, statistics);
    return costFromOutputs(l, scores);
  };

  const first = numbersOf(x, n * layers[0].d);
  const kept = layers.map(({ norm }, l) => {
    const input = l === 0 ? first : room[l - 1].scores.slice();
    const { scores } = room[l];
    affine(layers[l], n, input, scores);
    const before = scores.slice();
    normalise(layers[l], n, scores, room[l].z, statistics);
    const outputs = scores.slice();
    reluForward(scores);
    return { input, scores: before, z: norm && room[l].z.slice(), outputs };
  });
  const cost = costFromScores(0, kept[0].scores.slice());
  return { cost, layers: kept, costFromScores, costFromOutputs };
}

/** S = X Wᵀ + 1 bᵀ in the order of the index: no digit shall depend on the network's backend. */
function affine(
  { d, m, w, b }: Layer,
  n: number,
  input: Float64Array,
  scores: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += input[i * d + k] * w[j * d + k];
      scores[i * m + j] = sum + b[j];
    }
  }
}

/** Batch normalisation in place, with z beside it; unit by unit, as few numbers need no more. */
function normalise(
  { m, norm }: Layer,
  n: number,
  s: Float64Array,
  z: Float64Array,
  statistics: Statistics,
): void {
  if (norm === null) return;
  const { gamma, beta, averages, options: { epsilon } } = norm;
  for (let j = 0; j < m; j++) {
    let mean = averages.mean[j];
    let variance = averages.variance[j];
    if (statistics === "batch") {
      mean = 0;
      for (let at = j; at < n * m; at += m) mean += s[at];
      mean /= n;
      variance = 0;
      for (let at = j; at < n * m; at += m) variance += (s[at] - mean) ** 2;
      variance /= n;
    }
    const deviation = Math.sqrt(variance + epsilon);
    for (let at = j; at < n * m; at += m) {
      z[at] = (s[at] - mean) / deviation;
      s[at] = gamma === null ? z[at] : gamma[j] * z[at] + beta![j];
    }
  }
}

/** The first `length` numbers of an input, whether stored as numbers or as pixels. */
export function numbersOf(x: Input, length: number): Float64Array {
  if (x instanceof Float64Array) return x.subarray(0, length);
  return Float64Array.from(x.bytes.subarray(0, length), (u) => x.table[u]);
}
