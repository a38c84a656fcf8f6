/**
 * Random networks and closeness, for the tests of layers and gradients.
 *
 * @module
 */

import { assert } from "@std/assert";
import fc from "fast-check";
import type { BatchNormOptions } from "klayer/batch_norm.ts";
import { gaussian } from "klayer/initialise.ts";
import type { Kernels } from "klayer/kernels/kernels.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { type Network, openNetwork } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";

/** A network with no parameter at its trivial value, and samples for it. */
export interface Case {
  readonly network: Network;
  readonly x: Float64Array;
  readonly labels: Uint8Array;
  readonly n: number;
}

export interface CaseSize {
  readonly d: number;
  readonly hidden: number[];
  readonly K: number;
  readonly n: number;
  readonly seed: number;
}

export function caseSizes(least: { n: number }): fc.Arbitrary<CaseSize> {
  return fc.record({
    d: fc.integer({ min: 1, max: 7 }),
    hidden: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    K: fc.integer({ min: 2, max: 5 }),
    n: fc.integer({ min: least.n, max: least.n + 8 }),
    seed: fc.nat(),
  });
}

export function openCase(
  { d, hidden, K, n, seed }: CaseSize,
  batchNorm: BatchNormOptions | null = null,
  kernels: Kernels = referenceKernels(),
): Case {
  const random = openRandom(seed);
  const network = openNetwork({ inputs: d, hidden, classes: K }, kernels, batchNorm);
  gaussian((d) => 1 / Math.sqrt(d))(network, random);
  for (const { b, norm } of network.layers) {
    for (const values of [b, norm?.gamma, norm?.beta, norm?.averages.mean]) {
      values?.forEach((_, i) => values[i] = random.normal(0, 1));
    }
    norm?.averages.variance.forEach((_, i, variance) => variance[i] = 0.5 + random.uniform());
  }
  return {
    network,
    x: Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    labels: Uint8Array.from({ length: n }, () => Math.floor(random.uniform() * K)),
    n,
  };
}

/** Every entry within `tolerance` times the largest expected one (or times `scale`). */
export function assertClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  name: string,
  scale = largest(expected),
): void {
  assert(
    found.length === expected.length,
    `${name}: ${found.length} of ${expected.length} entries`,
  );
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(found[i] - expected[i]);
    assert(
      error <= tolerance * scale,
      `${name}[${i}] is ${found[i]} instead of ${expected[i]}: off by ${error / scale} of ${scale}`,
    );
  }
}

export function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
