/** The loops over columns at the sizes where WebAssembly does them, against the plain ones. */

import { assertEquals } from "@std/assert";
import { type Columns, plainColumns } from "klayer/kernels/columns.ts";
import { wasmKernels } from "klayer/kernels/wasm.ts";

const kernels = wasmKernels({ ranks: 1 });

/** All loops on n x m numbers; returns all that they wrote. */
function runAll(
  loops: Columns,
  n: number,
  m: number,
  allocate: (length: number) => Float64Array,
): Float64Array[] {
  const make = (length: number, seed: number) => {
    const array = allocate(length);
    for (let i = 0; i < length; i++) array[i] = Math.sin(seed + 1.7 * i);
    return array;
  };
  const [s, z, g] = [0, 1, 2].map((seed) => make(n * m, seed));
  const [b, mean, deviation, scale] = [3, 4, 5, 6].map((seed) => make(m, seed));
  const sums = [0, 1, 2].map(() => new Float64Array(m).fill(NaN));
  deviation.forEach((value, j) => deviation[j] = 1 + value ** 2);
  loops.addRow(n, s, b);
  loops.sumRows(n, s, sums[0]);
  loops.sumProducts(n, s, z, sums[1]);
  loops.sumSquares(n, s, mean, sums[2]);
  loops.normalise(n, s, z, { mean, deviation, scale, shift: b });
  loops.normaliseGradient(n, g, z, { mean, slope: b, scale });
  return [s, z, g, ...sums].map((array) => array.slice());
}

for (const [n, m] of [[590, 50], [590, 30], [590, 10], [200, 22], [2100, 2], [590, 51]]) {
  Deno.test(`${n} x ${m}: the bits of the plain loops, in own and in foreign arrays`, () => {
    const foreign = (length: number) => new Float64Array(length);
    const expected = runAll(plainColumns, n, m, foreign);
    assertEquals(runAll(kernels, n, m, kernels.allocate), expected);
    assertEquals(runAll(kernels, n, m, foreign), expected);
  });
}
