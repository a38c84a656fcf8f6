/** The portable backend's products by digits: the bits of their definition. */

import { assert, assertEquals } from "@std/assert";
import { blocks, halves } from "klayer/kernels/blocks.ts";
import type { Kernels, Size } from "klayer/kernels/mod.ts";
import { wasmKernels } from "klayer/kernels/wasm.ts";
import { multipliesBytes } from "klayer/kernels/wasm_probe.ts";
import { sumByDigits } from "./by_digits.ts";

const ignore = !multipliesBytes();
const reason = ignore ? " (not in this engine)" : "";

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

/** Unit j and input k of Gᵀ X: samples are taken a thousand at a time. */
function expectedGradient({ n, d, m }: Size, { x, g }: Operands, j: number, k: number): number {
  return add(
    blocks({ from: 0, to: n }, 1024).map(({ from, to }) => {
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

function checkResults(size: Size, o: Operands): void {
  const { n, d, m } = size;
  for (const j of some(m)) {
    for (const i of some(n)) {
      assertEquals(o.s[i * m + j], expectedForward(size, o, i, j), `sample ${i}, unit ${j}`);
    }
    for (const k of [...some(d), 13, 47, d - 17]) {
      assertEquals(o.dw[j * d + k], expectedGradient(size, o, j, k), `unit ${j}, input ${k}`);
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

const openings: [name: string, () => Kernels][] = ([1, 2] as const).map((
  ranks,
) => [`ranks: ${ranks}`, () => wasmKernels({ ranks })]);

for (const [n, d, m] of sizes) {
  Deno.test({
    name: `wasm: ${n} x ${d} pixels and ${m} units, the bits of digits${reason}`,
    ignore,
    fn: () => {
      const all = openings.flatMap(([, open]) =>
        [true, false].map((own) => {
          const kernels = open();
          const foreign = (length: number) => new Float64Array(length);
          const size = { n, d, m };
          const o = operands(size, -0.47467072329452736, own ? kernels.allocate : foreign);
          kernels.forward(size, own ? kernels.bring!(o.x) : o.x, o.w, o.s);
          kernels.weightGradient(size, o.g, own ? kernels.bring!(o.x) : o.x, o.dw);
          return { size, o };
        })
      );
      checkResults(all[0].size, all[0].o);
      for (const { o } of all.slice(1)) {
        assertEquals(o.s.slice(), all[0].o.s.slice());
        assertEquals(o.dw.slice(), all[0].o.dw.slice());
      }
    },
  });
}

for (const [name, open] of openings) {
  const test = (what: string, fn: () => void) =>
    Deno.test({ name: `wasm by digits, ${name}: ${what}${reason}`, ignore, fn });

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
    checkResults(size, o);
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
    checkResults(size, o);
  });

  test("other pixels and another shift in the same arrays", () => {
    const kernels = open();
    const size = { n: 45, d: 3072, m: 9 };
    const o = operands(size, -0.5, kernels.allocate);
    for (let turn = 0; turn < 3; turn++) {
      o.x.bytes.set(bytesOf(o.x.bytes.length, turn));
      o.x.table.set(tableOf(-turn / 7));
      const x = kernels.bring!(o.x);
      kernels.forward(size, x, o.w, o.s);
      kernels.weightGradient(size, o.g, x, o.dw);
      checkResults(size, o);
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
      checkResults(size, o);
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
