/** Backends that multiply digits by bytes: the bits of the definition, and how far they are from the truth. */

import { assert, assertEquals } from "@std/assert";
import { halves } from "klayer/kernels/blocks.ts";
import { shiftForDigits } from "klayer/kernels/digits.ts";
import type { Kernels, Size } from "klayer/kernels/mod.ts";
import { pixelTable } from "klayer/pixels.ts";
import { digitBackends } from "./available.ts";
import { sumByDigits } from "./by_digits.ts";

const table = pixelTable(0.47467072329452736);
const shift = table[0];

/** Numbers in (-1, 1) from a seed, in steps of 2^-31. */
function numbers(length: number, seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function operands({ n, d, m }: Size, seed = 1) {
  const bytes = Uint8Array.from(numbers(n * d, seed), (value) => 128 * value + 128);
  return { bytes, w: numbers(m * d, seed + 1), g: numbers(n * m, seed + 2) };
}

type Operands = ReturnType<typeof operands>;

function run(kernels: Kernels, size: Size, { bytes, w, g }: Operands, own = true) {
  const { n, d, m } = size;
  const place = (array: Float64Array) => {
    const copy = own ? kernels.allocate(array.length) : new Float64Array(array.length);
    copy.set(array);
    return copy;
  };
  const x = { bytes, table };
  const [s, dw] = [place(new Float64Array(n * m)), place(new Float64Array(m * d))];
  kernels.forward(size, x, place(w), s);
  kernels.weightGradient(size, place(g), x, dw);
  return { s: s.slice(), dw: dw.slice() };
}

/** The columns of a matrix with so many of them. */
function column<T extends Float64Array | Uint8Array>(a: T, columns: number, j: number): T {
  return a.filter((_, i) => i % columns === j) as T;
}

function score({ d }: Size, { bytes, w }: Operands, i: number, unit: number): number {
  const [first, second = 0] = halves(d, 64, true).map(({ from, to }) =>
    sumByDigits(
      w.subarray(unit * d + from, unit * d + to),
      bytes.subarray(i * d + from, i * d + to),
      shift,
    )
  );
  return first + second;
}

/** Tails of eight units, four and eight samples and 64 inputs; some results of each are compared. */
const sizes: Size[] = [
  { n: 8, d: 3072, m: 50 },
  { n: 9, d: 3072, m: 43 },
  { n: 100, d: 3072, m: 50 },
  { n: 103, d: 192, m: 61 },
  { n: 257, d: 64, m: 66 },
  { n: 350, d: 3072, m: 1 },
  { n: 175, d: 3072, m: 2 },
  { n: 115, d: 3072, m: 3 },
  { n: 70, d: 3072, m: 6 },
];

for (const { name, ignore, open } of digitBackends) {
  const test = (what: string, fn: (kernels: Kernels) => void) =>
    Deno.test({ name: `${name}: ${what}`, ignore, fn: () => fn(open()) });

  for (const size of sizes) {
    const { n, d, m } = size;
    test(`the bits of the definition, ${n} x ${d} x ${m}`, (kernels) => {
      const o = operands(size);
      assertEquals(shiftForDigits(size, { bytes: o.bytes, table }), shift);
      const { s, dw } = run(kernels, size, o);
      for (let i = 0; i < n; i += i < n - 9 ? 13 : 1) {
        for (let unit = i % 5; unit < m; unit += 5) {
          assertEquals(s[i * m + unit], score(size, o, i, unit), `sample ${i}, unit ${unit}`);
        }
      }
      for (let unit = 0; unit < m; unit += unit < m - 9 ? 7 : 1) {
        for (let k = unit % 64; k < d; k += 131) {
          const expected = sumByDigits(column(o.g, m, unit), column(o.bytes, d, k), shift);
          assertEquals(dw[unit * d + k], expected, `unit ${unit}, input ${k}`);
        }
      }
      assertEquals(run(kernels, size, o, false), { s, dw });
    });
  }

  test("rows of infinities and NaN make NaN, and only theirs", (kernels) => {
    const size = { n: 40, d: 3072, m: 12 };
    const o = operands(size);
    o.w[3 * 3072 + 2000] = Infinity;
    o.w[8 * 3072 + 1] = NaN;
    o.g[5 * 12 + 4] = -Infinity;
    o.g[39 * 12 + 11] = NaN;
    const { s, dw } = run(kernels, size, o);
    s.forEach((value, i) => assertEquals(Number.isNaN(value), [3, 8].includes(i % 12)));
    dw.forEach((value, i) =>
      assertEquals(Number.isNaN(value), [4, 11].includes(Math.floor(i / 3072)))
    );
  });

  test("rows of zeros, of one large number, and near the ends of float64", (kernels) => {
    const size = { n: 33, d: 3072, m: 11 };
    const o = operands(size);
    o.w.fill(0, 0, 3072);
    o.w[3072 + 5] = 1e6;
    for (const [unit, factor] of [[2, 1e-300], [3, 1e-280], [4, 1e300], [5, 1e-200]]) {
      for (let k = 0; k < 3072; k++) o.w[unit * 3072 + k] *= factor;
    }
    const { s } = run(kernels, size, o);
    for (let i = 0; i < 33; i++) {
      for (let unit = 0; unit < 11; unit++) {
        assertEquals(s[i * 11 + unit], score(size, o, i, unit), `sample ${i}, unit ${unit}`);
      }
      assertEquals(s[i * 11], 0);
    }
  });

  test("every byte with every digit that can overflow, in the largest sums", (kernels) => {
    const size = { n: 64, d: 16384, m: 3 };
    const o = operands(size);
    o.bytes.fill(255);
    o.w.fill(1, 0, 16384).fill(-1, 16384, 2 * 16384);
    o.g.fill(-1);
    const { s, dw } = run(kernels, size, o);
    for (let unit = 0; unit < 3; unit++) assertEquals(s[unit], score(size, o, 0, unit));
    const expected = sumByDigits(column(o.g, 3, 1), new Uint8Array(64).fill(255), shift);
    assertEquals(dw[16384], expected);
  });

  test("as near to the truth as `digits.ts` says", (kernels) => {
    const size = { n: 16, d: 3072, m: 22 };
    const o = operands(size);
    // Sums of four are nearly normal, and still whole numbers of 2^-33.
    const normal = (length: number) => {
      const parts = numbers(4 * length, 7);
      return Float64Array.from(
        { length },
        (_, i) => (parts[4 * i] + parts[4 * i + 1] + parts[4 * i + 2] + parts[4 * i + 3]) / 4,
      );
    };
    o.w.set(normal(o.w.length));
    o.g.set(normal(o.g.length));
    const { s, dw } = run(kernels, size, o);
    const scores = Array.from(
      { length: 16 * 22 },
      (_, i) => exactSum(o.w.subarray((i % 22) * 3072, (i % 22 + 1) * 3072), rowOf(o.bytes, i)),
    );
    const gradients = Array.from(
      { length: 22 },
      (_, unit) => exactSum(column(o.g, 22, unit), column(o.bytes, 3072, 77)),
    );
    assert(relativeError(s, scores) < 1e-14);
    assert(relativeError(column(dw, 3072, 77), gradients) < 1e-14);
  });
}

function rowOf(bytes: Uint8Array, i: number): Uint8Array {
  const sample = Math.floor(i / 22);
  return bytes.subarray(sample * 3072, (sample + 1) * 3072);
}

/** The sum of w x as a whole number of 2^-100, where w is made of multiples of 2^-33. */
function exactSum(w: Float64Array, bytes: Uint8Array): bigint {
  const values = Array.from(table, (x) => BigInt(x * 2 ** 60) << 7n);
  return w.reduce((sum, value, k) => sum + BigInt(value * 2 ** 33) * values[bytes[k]], 0n);
}

/** The root of the mean square of the errors, in that of the results. */
function relativeError(actual: Float64Array, exact: bigint[]): number {
  const square = (values: number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
  const wide = Array.from(actual, (value) => BigInt(value * 2 ** 60) << 40n);
  const errors = exact.map((value, i) => Number(wide[i] - value) / 2 ** 100);
  return Math.sqrt(square(errors) / square(exact.map((value) => Number(value) / 2 ** 100)));
}
