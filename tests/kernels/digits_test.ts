/** Backends that multiply digits by bytes: the bits of the definition, and how far they are from the truth. */

import { assert, assertEquals } from "@std/assert";
import { blocks, halves } from "klayer/kernels/blocks.ts";
import type { Size } from "klayer/kernels/mod.ts";
import { shiftForDigits } from "klayer/kernels/digits.ts";
import { wasmKernels } from "klayer/kernels/wasm.ts";
import { digitBackends } from "./available.ts";
import { sumByDigits } from "./by_digits.ts";

/** Numbers between -1 and 1, some much smaller than others. */
function numbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin(seed + i * i) * 2 ** -(i % 11));
}

const bytesOf = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * i + (i >> 8) * 7 + seed * i + seed) % 256);

const tableOf = (shift: number) => Float64Array.from({ length: 256 }, (_, u) => u / 255 + shift);

/** The operands of forward, weightGradient and weightStep, and something in their results. */
function operands({ n, d, m }: Size, shift: number, allocate: (length: number) => Float64Array) {
  const make = (length: number, seed: number) => {
    const array = allocate(length);
    array.set(numbers(length, seed));
    return array;
  };
  return {
    x: { bytes: bytesOf(n * d, m), table: tableOf(shift) },
    w: make(m * d, 1),
    g: make(n * m, 2),
    s: make(n * m, 3).fill(NaN),
    dw: make(m * d, 4).fill(NaN),
  };
}

type Operands = ReturnType<typeof operands>;

const add = (parts: number[]) => parts.reduce((sum, part) => sum + part);

/** Sample i and unit j of X Wᵀ: the two ranks have a part of the inputs each. */
function expectedForward({ d }: Size, { x, w }: Operands, i: number, j: number): number {
  return add(
    halves(d, 64, true).map(({ from, to }) =>
      sumByDigits(
        w.subarray(j * d + from, j * d + to),
        x.bytes.subarray(i * d + from, i * d + to),
        x.table[0],
      )
    ),
  );
}

/** Unit j and input k of Gᵀ X, so many samples at a time. */
function expectedGradient(
  { n, d, m }: Size,
  { x, g }: Operands,
  [j, k]: [number, number],
  samplesAtOnce: number,
): number {
  return add(
    blocks({ from: 0, to: n }, samplesAtOnce).map(({ from, to }) => {
      const samples = Array.from({ length: to - from }, (_, i) => from + i);
      return sumByDigits(
        Float64Array.from(samples, (i) => g[i * m + j]),
        Uint8Array.from(samples, (i) => x.bytes[i * d + k]),
        x.table[0],
      );
    }),
  );
}

/** Some indices below `length`, with the first and the last ones. */
function some(length: number): number[] {
  const indices = [0, 1, 2, 3, 4, 5, length >> 1, ...[5, 4, 3, 2, 1].map((i) => length - i)];
  return [...new Set(indices)].filter((i) => i >= 0 && i < length);
}

function checkResults(size: Size, o: Operands, samplesAtOnce: number): void {
  const { n, d, m } = size;
  assertEquals(shiftForDigits(size, o.x), o.x.table[0]);
  for (const j of some(m)) {
    for (const i of some(n)) {
      assertEquals(o.s[i * m + j], expectedForward(size, o, i, j), `sample ${i}, unit ${j}`);
    }
    for (const k of [...some(d), 13, 47, d - 17]) {
      const expected = expectedGradient(size, o, [j, k], samplesAtOnce);
      assertEquals(o.dw[j * d + k], expected, `unit ${j}, input ${k}`);
    }
  }
}

/** Odd numbers, more and fewer than a tile, and the least that are multiplied by digits. */
const sizes: [n: number, d: number, m: number][] = [
  [100, 3072, 50],
  [8, 3072, 50],
  [9, 3072, 49],
  [343, 3072, 1],
  [174, 3072, 2],
  [117, 3072, 3],
  [50, 3072, 7],
  [45, 3072, 8],
  [43, 3072, 9],
  [330, 64, 50],
  [111, 5 * 64, 33],
  [1101, 64, 17],
];

for (const { name, ignore, samplesAtOnce, open } of digitBackends) {
  const test = (what: string, fn: () => void) =>
    Deno.test({ name: `${name}: ${what}`, ignore, fn });
  const check = (size: Size, o: Operands) => checkResults(size, o, samplesAtOnce);

  for (const [n, d, m] of sizes) {
    test(`the bits of the definition, ${n} x ${d} x ${m}`, () => {
      const size = { n, d, m };
      const [own, foreign] = [true, false].map((isOwn) => {
        const kernels = open();
        const allocate = isOwn ? kernels.allocate : (length: number) => new Float64Array(length);
        const o = operands(size, -0.47467072329452736, allocate);
        const x = () => isOwn && kernels.bring ? kernels.bring(o.x) : o.x;
        kernels.forward(size, x(), o.w, o.s);
        kernels.weightGradient(size, o.g, x(), o.dw);
        return o;
      });
      check(size, own);
      assertEquals([foreign.s.slice(), foreign.dw.slice()], [own.s.slice(), own.dw.slice()]);
    });
  }

  test("rows that are no numbers, zeros, tiny or huge", () => {
    const kernels = open();
    const size = { n: 45, d: 3072, m: 9 };
    const { n, d, m } = size;
    const o = operands(size, -0.5, kernels.allocate);
    const fill: [number, (value: number, i: number) => number][] = [
      [0, () => 0],
      [1, (value) => value * 2 ** -1000],
      [2, (value, i) => i === 5 ? NaN : value],
      [3, (value, i) => i === 3071 % n ? Infinity : value],
      [4, (value, i) => i < 2 ? -Infinity : value],
      [5, (value) => value * 2 ** 1020],
      [6, (value, i) => i === 7 ? -Number.MAX_VALUE : value],
      [8, () => -0],
    ];
    for (const [j, change] of fill) {
      for (let k = 0; k < d; k++) o.w[j * d + k] = change(o.w[j * d + k], k);
      for (let i = 0; i < n; i++) o.g[i * m + j] = change(o.g[i * m + j], i);
    }
    kernels.forward(size, o.x, o.w, o.s);
    kernels.weightGradient(size, o.g, o.x, o.dw);
    check(size, o);
    assert([2, 3, 4].every((j) => Number.isNaN(o.s[j]) && Number.isNaN(o.dw[j * d])));
  });

  test("the largest sums: bytes of 255 and digits of one sign", () => {
    const kernels = open();
    const size = { n: 45, d: 3072, m: 9 };
    const o = operands(size, -1, kernels.allocate);
    o.x.bytes.fill(255);
    o.w.fill(-1).fill(1, 0, 3072);
    o.g.fill(1);
    kernels.forward(size, o.x, o.w, o.s);
    kernels.weightGradient(size, o.g, o.x, o.dw);
    check(size, o);
  });

  test("other pixels and another shift in the same arrays", () => {
    const kernels = open();
    const size = { n: 45, d: 3072, m: 9 };
    const o = operands(size, -0.5, kernels.allocate);
    for (let turn = 0; turn < 3; turn++) {
      o.x.bytes.set(bytesOf(o.x.bytes.length, turn));
      o.x.table.set(tableOf(-turn / 7));
      const x = kernels.bring?.(o.x) ?? o.x;
      kernels.forward(size, x, o.w, o.s);
      kernels.weightGradient(size, o.g, x, o.dw);
      check(size, o);
    }
  });

  for (const own of [true, false]) {
    test(`longer arrays, nothing beyond is written, ${own ? "own" : "foreign"}`, () => {
      const kernels = open();
      const allocate = own ? kernels.allocate : (length: number) => new Float64Array(length);
      const size = { n: 43, d: 3072, m: 9 };
      const o = operands(size, -0.5, allocate);
      const long = Object.fromEntries(
        (["w", "g", "s", "dw"] as const).map((name) => {
          const array = allocate(o[name].length + 9).fill(NaN);
          array.set(o[name]);
          return [name, array];
        }),
      );
      const bytes = new Uint8Array(o.x.bytes.length + 100).fill(255);
      bytes.set(o.x.bytes);
      kernels.forward(size, { ...o.x, bytes }, long.w, long.s);
      kernels.weightGradient(size, long.g, { ...o.x, bytes }, long.dw);
      for (const name of ["s", "dw"] as const) {
        const { length } = o[name];
        o[name].set(long[name].subarray(0, length));
        assertEquals([...long[name].subarray(length)], Array(9).fill(NaN));
      }
      check(size, o);
    });

    test(`a step has the bits of its two parts, ${own ? "own" : "foreign"} arrays`, () => {
      const step = { mu: 0.9, eta: 0.1, ofLoss: 1 + 2e-4, ofWeights: 1e-3 };
      for (const [n, d, m] of [[43, 3072, 9], [100, 3072, 50], [1101, 64, 17]]) {
        const [inParts, inOne] = [0, 1].map((which) => {
          const kernels = open();
          const allocate = own ? kernels.allocate : (length: number) => new Float64Array(length);
          const size = { n, d, m };
          const { x, w, g, dw } = operands(size, -0.5, allocate);
          const v = allocate(w.length + 1);
          v.set(numbers(v.length, 6));
          if (which === 1) kernels.weightStep(size, step, g, x, w, v);
          else {
            kernels.weightGradient(size, g, x, dw);
            kernels.momentumStep(step, w, dw, v);
          }
          return [w.slice(), v.slice()];
        });
        assertEquals(inOne, inParts);
      }
    });
  }

  test("as near to the truth as `digits.ts` says", () => {
    const kernels = open();
    const size = { n: 16, d: 3072, m: 22 };
    const o = operands(size, -0.47467072329452736, kernels.allocate);
    o.w.set(normal(o.w.length, 1));
    o.g.set(normal(o.g.length, 2));
    kernels.forward(size, o.x, o.w, o.s);
    kernels.weightGradient(size, o.g, o.x, o.dw);
    const scores = Array.from({ length: 16 * 22 }, (_, i) => {
      const [sample, unit] = [Math.floor(i / 22), i % 22];
      const bytes = o.x.bytes.subarray(sample * 3072, (sample + 1) * 3072);
      return exactSum(o.w.subarray(unit * 3072, (unit + 1) * 3072), bytes, o.x.table);
    });
    const gradients = Array.from(
      { length: 22 },
      (_, unit) => exactSum(column(o.g, 22, unit), column(o.x.bytes, 3072, 77), o.x.table),
    );
    assert(relativeError(o.s, scores) < 1e-14);
    assert(relativeError(column(o.dw, 3072, 77), gradients) < 1e-14);
  });
}

Deno.test("wasm without byte products: pixels have the bits of their numbers at any size", () => {
  const size = { n: 43, d: 3072, m: 9 };
  const results = [false, true].map((asNumbers) => {
    const kernels = wasmKernels({ byteProducts: false });
    const { x: pixels, w, g, s, dw } = operands(size, -0.5, kernels.allocate);
    const x = asNumbers ? Float64Array.from(pixels.bytes, (u) => pixels.table[u]) : pixels;
    kernels.forward(size, x, w, s);
    kernels.weightGradient(size, g, x, dw);
    return [s.slice(), dw.slice()];
  });
  assertEquals(results[1], results[0]);
});

/** Sums of four whole numbers of 2^-31, which are nearly normal. */
function normal(length: number, seed: number): Float64Array {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  return Float64Array.from({ length }, () => (next() + next() + next() + next()) / 4);
}

/** The columns of a matrix with so many of them. */
function column<T extends Float64Array | Uint8Array>(a: T, columns: number, j: number): T {
  return a.filter((_, i) => i % columns === j) as T;
}

/** The sum of w x as a whole number of 2^-100, where w is made of multiples of 2^-33. */
function exactSum(w: Float64Array, bytes: Uint8Array, table: Float64Array): bigint {
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
