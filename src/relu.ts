/**
 * The rectified linear unit, h = max(0, s).
 *
 * @module
 */

/**
 * h = max(0, s), in place.
 *
 * NaN stays NaN, so that a network that has diverged does not look healthy.
 *
 * @param s any number of scores, overwritten by h
 *
 * @example
 * ```ts
 * import { reluForward } from "klayer/relu.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const s = new Float64Array([-1, 0, 2]);
 * reluForward(s);
 * assertEquals(s, new Float64Array([0, 0, 2]));
 * ```
 */
export function reluForward(s: Float64Array): void {
  for (let i = 0; i < s.length; i++) if (s[i] < 0) s[i] = 0;
}

/**
 * The derivative of h = max(0, s): dJ/ds = dJ/dh where h > 0, else 0, in place.
 *
 * @param h what {@linkcode reluForward} left
 * @param g dJ/dh, overwritten by dJ/ds
 *
 * @example
 * ```ts
 * import { reluBackward } from "klayer/relu.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const g = new Float64Array([5, 5, 5]);
 * reluBackward(new Float64Array([0, 0, 2]), g);
 * assertEquals(g, new Float64Array([0, 0, 5]));
 * ```
 */
export function reluBackward(h: Float64Array, g: Float64Array): void {
  for (let i = 0; i < h.length; i++) if (h[i] === 0) g[i] = 0;
}
