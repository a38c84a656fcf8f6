/**
 * What a parameter moves: one unit, in each sample by an amount that does not depend on the parameter.
 *
 * @module
 */

import type { Layer } from "../network.ts";

/** The parameters of a layer. */
export type Tensor = "w" | "b" | "gamma" | "beta";

/** All tensors that a layer may have, in the order of {@linkcode Layer}. */
export const TENSORS: readonly Tensor[] = ["w", "b", "gamma", "beta"];

/** The values of a tensor; null where the layer has none. */
export function valuesOf({ w, b, norm }: Layer, tensor: Tensor): Float64Array | null {
  if (tensor === "w") return w;
  if (tensor === "b") return b;
  return norm?.[tensor] ?? null;
}

/** The unit that an entry of a tensor belongs to: rows of W, else one entry a unit. */
export function unitOf({ d }: Layer, tensor: Tensor, at: number): number {
  return tensor === "w" ? Math.floor(at / d) : at;
}

/**
 * By how much the unit's score (w, b) or output (gamma, beta) rises in each of n samples when the
 * entry rises by 1: the input for a weight, z for a gamma, 1 for b and beta.
 *
 * @param input n x d, what the layer reads
 * @param z n x m; null without normalisation
 * @param amounts n, overwritten
 */
export function movesOf(
  { d, m }: Layer,
  tensor: Tensor,
  at: number,
  input: Float64Array,
  z: Float64Array | null,
  amounts: Float64Array,
): void {
  if (tensor === "w") {
    for (let i = 0, k = at % d; i < amounts.length; i++) amounts[i] = input[i * d + k];
  } else if (tensor === "gamma") {
    for (let i = 0; i < amounts.length; i++) amounts[i] = z![i * m + at];
  } else {
    amounts.fill(1);
  }
}
