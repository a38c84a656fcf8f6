/**
 * The portable backend: dense products in WebAssembly SIMD, emitted at run time.
 *
 * All three products are one: C = A B, cut into blocks of the operands that fit the second-level cache
 * once they are packed.
 *
 * @module
 */

import { reluBackward, reluForward } from "../relu.ts";
import { blocks, type Range } from "./blocks.ts";
import { checkAtLeast, checkLengths } from "./check_lengths.ts";
import type { Input, Kernels } from "./kernels.ts";
import {
  COEFFICIENTS,
  COLUMNS,
  compileProgram,
  type Layout,
  type Pack,
  packName,
  type Program,
  ROWS,
  TABLE,
} from "./wasm_product.ts";
import { createWasmMemory } from "./wasm_memory.ts";

/** The largest block of each dimension; rows and columns are whole tiles. */
const BLOCK = { rows: 160, columns: 128, inner: 256 };

/** Where the packed blocks lie, and where the heap begins. */
const PACKED_A = 4096;
const PACKED_B = PACKED_A + BLOCK.rows * BLOCK.inner * 8;
const HEAP = PACKED_B + BLOCK.columns * BLOCK.inner * 8;

/** How many samples are copied in at a time when they are given as pixels. */
const SAMPLES = 1024;

let module: WebAssembly.Module | undefined;

/** A matrix in memory: where, the bytes from line to line, and which way its lines run. */
interface Operand {
  readonly address: number;
  readonly stride: number;
  readonly layout: Layout;
  readonly pixels: boolean;
}

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Operand;
  readonly b: Operand;
  readonly c: { readonly address: number; readonly stride: number };
  /** Whether C is added to, rather than overwritten. */
  readonly accumulate: boolean;
}

/**
 * The portable backend, with a WebAssembly memory of its own: it is freed with the last of its arrays.
 *
 * @throws {InputError} from any function when the arrays exceed the 4 GiB of one WebAssembly memory.
 *
 * @example
 * ```ts
 * import { wasmKernels } from "klayer/kernels/wasm.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const kernels = wasmKernels();
 * const s = kernels.allocate(2);
 * kernels.forward({ n: 2, d: 2, m: 1 }, Float64Array.of(1, 2, 3, 4), Float64Array.of(10, 1), s);
 * assertEquals([...s], [12, 34]);
 * ```
 */
export function wasmKernels(): Kernels {
  const memory = createWasmMemory(HEAP);
  const { addressOf, addressFor, copyBack } = memory;
  const instance = new WebAssembly.Instance(module ??= compileProgram(), {
    env: { memory: memory.memory },
  });
  const program = instance.exports as unknown as Program;
  const table = new Float64Array(memory.memory.buffer, TABLE, 256);
  const coefficients = new Float64Array(memory.memory.buffer, COEFFICIENTS, 4);

  /** Copies samples `from` to `to` in if need be. */
  function input(x: Input, d: number, from: number, to: number, layout: Layout): Operand {
    const pixels = !(x instanceof Float64Array);
    if (pixels) table.set(x.table);
    const samples = (pixels ? x.bytes : x).subarray(from * d, to * d);
    const address = addressOf("x", samples, samples.length);
    return { address, stride: d * (pixels ? 1 : 8), layout, pixels };
  }

  return {
    name: "wasm",
    allocate: memory.allocate,

    forward(size, x, w, s) {
      const { n, d, m } = size;
      checkLengths(size, { x, w, s });
      const b = numbers(addressOf("w", w, m * d), d, "inner contiguous");
      const c = addressFor("out", s, n * m);
      for (const { from, to } of blocks({ from: 0, to: n }, SAMPLES)) {
        product(program, {
          rows: to - from,
          inner: d,
          columns: m,
          a: input(x, d, from, to, "inner contiguous"),
          b,
          c: { address: c + from * m * 8, stride: m * 8 },
          accumulate: false,
        });
      }
      copyBack(c, s, n * m);
    },

    weightGradient(size, g, x, dw) {
      const { n, d, m } = size;
      checkLengths(size, { g, x, dw });
      const a = numbers(addressOf("g", g, n * m), m, "panel contiguous");
      const c = addressFor("out", dw, m * d);
      for (const { from, to } of atLeastOne(n, SAMPLES)) {
        product(program, {
          rows: m,
          inner: to - from,
          columns: d,
          a: { ...a, address: a.address + from * a.stride },
          b: input(x, d, from, to, "panel contiguous"),
          c: { address: c, stride: d * 8 },
          accumulate: from > 0,
        });
      }
      copyBack(c, dw, m * d);
    },

    inputGradient(size, g, w, dx) {
      const { n, d, m } = size;
      checkLengths(size, { g, w, dx });
      const c = addressFor("out", dx, n * d);
      product(program, {
        rows: n,
        inner: m,
        columns: d,
        a: numbers(addressOf("g", g, n * m), m, "inner contiguous"),
        b: numbers(addressOf("w", w, m * d), d, "panel contiguous"),
        c: { address: c, stride: d * 8 },
        accumulate: false,
      });
      copyBack(c, dx, n * d);
    },

    momentumStep({ mu, eta, ofLoss, ofWeights }, w, dw, v) {
      const { length } = dw;
      checkAtLeast(length, { w, v });
      coefficients.set([mu, eta, ofLoss, ofWeights]);
      const [weights, gradient] = [addressOf("w", w, length), addressOf("g", dw, length)];
      const velocity = addressOf("x", v, length);
      program.momentum(weights, gradient, velocity, length >> 1);
      copyBack(weights, w, length);
      copyBack(velocity, v, length);
      for (let i = length & ~1; i < length; i++) {
        v[i] = mu * v[i] + eta * (ofLoss * dw[i] + ofWeights * w[i]);
        w[i] -= v[i];
      }
    },

    relu(s) {
      const pairs = s.length >> 1;
      const address = addressOf("x", s, s.length);
      program.relu(address, pairs);
      copyBack(address, s, 2 * pairs);
      reluForward(s.subarray(2 * pairs));
    },

    reluGradient(h, g) {
      checkAtLeast(h.length, { g });
      const pairs = h.length >> 1;
      const address = addressOf("g", g, h.length);
      program.reluGradient(addressOf("x", h, h.length), address, pairs);
      copyBack(address, g, 2 * pairs);
      reluBackward(h.subarray(2 * pairs), g.subarray(2 * pairs));
    },
  };
}

/** C = A B, block by block. */
function product(program: Program, { rows, inner, columns, a, b, c, accumulate }: Product): void {
  for (const { from: k, to: kEnd } of atLeastOne(inner, BLOCK.inner)) {
    let packed = -1;
    for (const { from: i, to: iEnd } of blocks({ from: 0, to: rows }, BLOCK.rows)) {
      packBlock(program, PACKED_A, ROWS, a, i, iEnd, k, kEnd);
      for (const { from: j, to: jEnd } of blocks({ from: 0, to: columns }, BLOCK.columns)) {
        if (packed !== j) packBlock(program, PACKED_B, COLUMNS, b, j, jEnd, k, kEnd);
        packed = j;
        program.multiply(
          PACKED_A,
          PACKED_B,
          c.address + i * c.stride + j * 8,
          c.stride,
          iEnd - i,
          jEnd - j,
          kEnd - k,
          accumulate || k > 0 ? 1 : 0,
        );
      }
    }
  }
}

/** Packs rows of A, or columns of B, `i` to `iEnd` of the inner range `k` to `kEnd`. */
function packBlock(
  program: Program,
  to: number,
  width: number,
  { address, stride, layout, pixels }: Operand,
  i: number,
  iEnd: number,
  k: number,
  kEnd: number,
): void {
  const [line, along] = layout === "inner contiguous" ? [i, k] : [k, i];
  const from = address + line * stride + along * (pixels ? 1 : 8);
  (program[packName(width, layout, pixels)] as Pack)(to, from, stride, iEnd - i, kEnd - k);
}

/** An operand of numbers whose lines are `length` long. */
function numbers(address: number, length: number, layout: Layout): Operand {
  return { address, stride: length * 8, layout, pixels: false };
}

/** The blocks of a dimension that is summed over: with nothing to add up there is still a zero to write. */
function atLeastOne(length: number, most: number): Range[] {
  return length > 0 ? blocks({ from: 0, to: length }, most) : [{ from: 0, to: 0 }];
}
