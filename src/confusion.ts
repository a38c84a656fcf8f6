/**
 * Which classes a network takes for which, and where it is most sure of itself.
 *
 * @module
 */

import type { Split } from "./dataset.ts";
import { forward, type Network, openCache } from "./network.ts";
import { pixelsOf } from "./pixels.ts";

/** What a network says of one image. */
export interface Prediction {
  /** Its place in the split, from 0. */
  readonly index: number;
  /** The true class, 0 to K - 1. */
  readonly label: number;
  /** The class with the highest probability, the first one of equals. */
  readonly said: number;
  /** That probability, 0 to 1. */
  readonly probability: number;
}

/** How many samples pass at a time. */
const CHUNK = 500;

/**
 * What a network says of each image of a split. Batch normalisation uses the moving averages, so
 * each image stands for itself.
 *
 * @example
 * ```ts
 * import { predictions } from "klayer/confusion.ts";
 * import { openNetwork } from "klayer/network.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const network = openNetwork({ inputs: 1, hidden: [], classes: 2 }, referenceKernels());
 * network.layers[0].b.set([0, Math.log(3)]);
 * const split = { pixels: new Uint8Array([7]), labels: new Uint8Array([0]), mean: 0 };
 * const [{ label, said, probability }] = predictions(network, split);
 * assertEquals([label, said, probability.toFixed(6)], [0, 1, "0.750000"]);
 * ```
 */
export function predictions(network: Network, split: Split): Prediction[] {
  const N = split.labels.length;
  const K = network.layers.at(-1)!.m;
  const cache = openCache(network, Math.min(CHUNK, N));
  const found: Prediction[] = [];
  for (let from = 0; from < N; from += CHUNK) {
    const to = Math.min(from + CHUNK, N);
    const p = forward(network, pixelsOf(split, from, to), to - from, cache, "moving");
    for (let i = from; i < to; i++) {
      const row = p.subarray((i - from) * K, (i - from + 1) * K);
      const probability = Math.max(...row);
      const said = row.indexOf(probability);
      found.push({ index: i, label: split.labels[i], said, probability });
    }
  }
  return found;
}

/**
 * The confusion matrix of predictions: row t, column s counts the images of class t that were said to
 * be of class s. The diagonal is what was right.
 *
 * @param K classes
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "klayer/confusion.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const said = [[0, 0], [0, 1], [1, 1]].map(([label, said], index) =>
 *   ({ index, label, said, probability: 1 })
 * );
 * assertEquals(confusionMatrix(said, 2), [[1, 1], [0, 1]]);
 * ```
 */
export function confusionMatrix(
  found: readonly Pick<Prediction, "label" | "said">[],
  K: number,
): number[][] {
  const counts = Array.from({ length: K }, () => new Array<number>(K).fill(0));
  for (const { label, said } of found) counts[label][said]++;
  return counts;
}

/**
 * The wrong predictions with the highest probabilities, the surest first; equals stay in their order.
 *
 * @param count at most so many
 *
 * @example
 * ```ts
 * import { surestMistakes } from "klayer/confusion.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const found = [
 *   { index: 0, label: 1, said: 1, probability: 0.99 },
 *   { index: 1, label: 1, said: 0, probability: 0.6 },
 *   { index: 2, label: 0, said: 1, probability: 0.8 },
 * ];
 * assertEquals(surestMistakes(found, 5).map(({ index }) => index), [2, 1]);
 * ```
 */
export function surestMistakes(found: readonly Prediction[], count: number): Prediction[] {
  return found.filter(({ label, said }) => label !== said)
    .sort((a, b) => b.probability - a.probability).slice(0, count);
}

/**
 * The two different classes that are taken for each other most often, in either direction.
 *
 * @param counts a confusion matrix of two classes or more
 *
 * @example
 * ```ts
 * import { mostConfused } from "klayer/confusion.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = [[9, 1, 0], [0, 5, 4], [0, 3, 6]];
 * assertEquals(mostConfused(counts), { a: 1, b: 2, count: 7 });
 * ```
 */
export function mostConfused(
  counts: readonly (readonly number[])[],
): { readonly a: number; readonly b: number; readonly count: number } {
  let most = { a: 0, b: 1, count: -1 };
  for (let a = 0; a < counts.length; a++) {
    for (let b = a + 1; b < counts.length; b++) {
      const count = counts[a][b] + counts[b][a];
      if (count > most.count) most = { a, b, count };
    }
  }
  return most;
}

/** Predictions of about the same probability. */
export interface Sureness {
  /** The bounds of their probabilities: from <= p < to. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability, and the share that was right, 0 to 1; NaN where there are none. */
  readonly probability: number;
  readonly right: number;
}

/**
 * How often predictions are right, by how sure they are. Of a network that knows how sure it may be,
 * `right` is near `probability` in every row.
 *
 * @param edges ascending; the last bin includes its upper edge
 *
 * @example
 * ```ts
 * import { calibration } from "klayer/confusion.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const found = [[1, 0.95], [0, 0.85], [1, 1], [1, 0.5]].map(([said, probability], index) =>
 *   ({ index, label: 1, said, probability })
 * );
 * const [low, high] = calibration(found, [0, 0.8, 1]);
 * assertEquals([low.count, low.right], [1, 1]);
 * assertEquals([high.count, high.right], [3, 2 / 3]);
 * ```
 */
export function calibration(
  found: readonly Pick<Prediction, "label" | "said" | "probability">[],
  edges: readonly number[],
): Sureness[] {
  return edges.slice(1).map((to, i) => {
    const from = edges[i];
    const isLast = i === edges.length - 2;
    const inside = found.filter(({ probability: p }) => from <= p && (p < to || isLast && p <= to));
    const mean = (of: (each: typeof inside[number]) => number) =>
      inside.reduce((sum, each) => sum + of(each), 0) / inside.length;
    return {
      from,
      to,
      count: inside.length,
      probability: mean(({ probability }) => probability),
      right: mean(({ label, said }) => label === said ? 1 : 0),
    };
  });
}
