/**
 * Softmax and cross-entropy, the last layer and the cost.
 *
 * @module
 */

/**
 * p = exp(s) / sum exp(s) for each of n samples, in place.
 *
 * The largest score of a sample is subtracted first, so that no finite score overflows.
 *
 * @param n samples
 * @param K classes
 * @param s n x K logits, overwritten by the probabilities
 *
 * @example
 * ```ts
 * import { softmaxForward } from "klayer/softmax.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const s = new Float64Array([1000, 1000]);
 * softmaxForward(1, 2, s);
 * assertEquals(s, new Float64Array([0.5, 0.5]));
 * ```
 */
export function softmaxForward(n: number, K: number, s: Float64Array): void {
  for (let row = 0; row < n * K; row += K) {
    let largest = s[row];
    for (let k = 1; k < K; k++) if (s[row + k] > largest) largest = s[row + k];
    let sum = 0;
    for (let k = 0; k < K; k++) sum += s[row + k] = Math.exp(s[row + k] - largest);
    for (let k = 0; k < K; k++) s[row + k] /= sum;
  }
}

/**
 * The derivative of the mean cross-entropy of {@linkcode softmaxForward} by its logits, in place:
 * g = (p - y) / n, where y is 1 for the label and 0 elsewhere.
 *
 * @param n samples
 * @param K classes
 * @param labels n labels, 0 to K - 1
 * @param p n x K probabilities, overwritten by g
 *
 * @example
 * ```ts
 * import { softmaxBackward } from "klayer/softmax.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const p = new Float64Array([0.25, 0.75]);
 * softmaxBackward(1, 2, new Uint8Array([1]), p);
 * assertEquals(p, new Float64Array([0.25, -0.25]));
 * ```
 */
export function softmaxBackward(n: number, K: number, labels: Uint8Array, p: Float64Array): void {
  for (let i = 0; i < n; i++) p[i * K + labels[i]] -= 1;
  for (let i = 0; i < n * K; i++) p[i] /= n;
}

/**
 * The summed cross-entropy, in nats: the sum of -ln p of each sample's label.
 *
 * A label whose probability has underflowed to 0 makes the sum infinite.
 *
 * @param n samples
 * @param K classes
 * @param labels n labels, 0 to K - 1
 * @param p n x K probabilities
 *
 * @example
 * ```ts
 * import { crossEntropySum } from "klayer/softmax.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   crossEntropySum(1, 2, new Uint8Array([1]), new Float64Array([0.5, 0.5])),
 *   Math.LN2,
 * );
 * ```
 */
export function crossEntropySum(
  n: number,
  K: number,
  labels: Uint8Array,
  p: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum -= Math.log(p[i * K + labels[i]]);
  return sum;
}

/**
 * How many samples have their largest probability at their label; the first one wins ties.
 *
 * @param n samples
 * @param K classes
 * @param labels n labels, 0 to K - 1
 * @param p n x K probabilities, or logits
 *
 * @example
 * ```ts
 * import { countCorrect } from "klayer/softmax.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const p = new Float64Array([0.2, 0.8, 0.9, 0.1]);
 * assertEquals(countCorrect(2, 2, new Uint8Array([1, 1]), p), 1);
 * ```
 */
export function countCorrect(n: number, K: number, labels: Uint8Array, p: Float64Array): number {
  let correct = 0;
  for (let i = 0; i < n; i++) {
    let winner = 0;
    for (let k = 1; k < K; k++) if (p[i * K + k] > p[i * K + winner]) winner = k;
    if (winner === labels[i]) correct++;
  }
  return correct;
}
