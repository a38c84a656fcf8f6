/**
 * The portable backend: dense products in WebAssembly SIMD, emitted at run time.
 *
 * All three products are one, C = A B. Here is what A, B and C are in each, and which rank does which part.
 *
 * @module
 */

import { reluBackward, reluForward } from "../relu.ts";
import { blocks, halves, type Range } from "./blocks.ts";
import { checkAtLeast, checkLengths } from "./check_lengths.ts";
import { shiftForDigits, WHOLE_INPUTS } from "./digits.ts";
import type { Input, Kernels, Size } from "./kernels.ts";
import { linearShift } from "./linear_pixels.ts";
import { atLeastOne, openBlocks, type Operand } from "./wasm_blocks.ts";
import { BYTE_BLOCK, BYTE_VECTOR, openByteBlocks } from "./wasm_byte_blocks.ts";
import { writeByteOrder } from "./wasm_byte_pack.ts";
import { wasmColumns } from "./wasm_columns.ts";
import { writeDigitVectors } from "./wasm_digits.ts";
import { COEFFICIENTS, HEAP, TABLE } from "./wasm_layout.ts";
import { createWasmMemory } from "./wasm_memory.ts";
import type { Kind, Layout } from "./wasm_pack.ts";
import { writeLinearVectors, writeShift } from "./wasm_pixels.ts";
import { multipliesBytes } from "./wasm_probe.ts";
import { COLUMNS, ROWS } from "./wasm_product.ts";
import { compileProgram } from "./wasm_program.ts";
import { openRun } from "./wasm_run.ts";
import { openProgram } from "./wasm_tasks.ts";
import { openTransposed } from "./wasm_transposed.ts";
import { weightStepInParts } from "./weight_step.ts";

/** Products of fewer multiplications than this are not worth a second rank. */
const WORTH_SHARING = 100_000;

/** The tasks of larger products than this take so long that writing them costs nothing. */
const WORTH_KEEPING = 100_000_000;

/** Fewer numbers than this are updated sooner than copied into the memory. */
const WORTH_CALLING = 500;

/** How many samples are copied in at a time when they are given as pixels. */
const SAMPLES = 1024;

const KINDS: readonly Kind[] = ["numbers", "pixels", "linear"];

/** How the portable backend works. */
export interface WasmOptions {
  /** Processor cores to use. */
  readonly ranks?: 1 | 2;
  /** False does without products by digits, where the engine would have them. */
  readonly byteProducts?: boolean;
}

/**
 * The portable backend, with a WebAssembly memory of its own: it is freed with the last of its arrays.
 * Pixels are multiplied by digits, see `digits.ts`, where the engine multiplies bytes.
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
export function wasmKernels({ ranks = 2, byteProducts = true }: WasmOptions = {}): Kernels {
  const withDigits = byteProducts && multipliesBytes();
  const room = createWasmMemory(HEAP);
  const { memory, addressOf, addressFor, copyBack } = room;
  const shared = { module: compileProgram(withDigits), memory };
  const program = openProgram(shared);
  const run = openRun(program, shared, room, ranks);
  const toBlocks = openBlocks(program, room);
  const { appendProduct, appendStep, appendMomentum, partial } = toBlocks;
  const { appendTransposed, appendSumOfParts } = openTransposed(program, toBlocks);
  const { appendForward, appendGradient } = openByteBlocks(program, room);
  const table = new Float64Array(memory.buffer, TABLE, 256);
  writeLinearVectors(memory.buffer);
  writeDigitVectors(memory.buffer);
  writeByteOrder(memory.buffer);
  const coefficients = new Float64Array(memory.buffer, COEFFICIENTS, 4);

  const isShared = ({ n, d, m }: Size) => n * d * m >= WORTH_SHARING;
  const shares = (size: Size, length: number, unit: number) => halves(length, unit, isShared(size));

  const isByDigits = (size: Size, x: Input) => withDigits && shiftForDigits(size, x) !== null;

  /** All that the tasks of a product depend on. */
  function keyOf(kind: number, { n, d, m }: Size, x: Operand, ...addresses: number[]) {
    if (n * d * m > WORTH_KEEPING) return null;
    return [kind, n, d, m, x.address, KINDS.indexOf(x.kind), ...addresses];
  }

  /** Copies samples in if need be. */
  function input(x: Input, d: number, { from, to }: Range, layout: Layout): Operand {
    let kind: Kind = "numbers";
    if (!(x instanceof Float64Array)) {
      kind = linearShift(x.table) === null ? "pixels" : "linear";
      table.set(x.table);
      writeShift(memory.buffer, x.table[0]);
    }
    const samples = (x instanceof Float64Array ? x : x.bytes).subarray(from * d, to * d);
    const address = addressOf("x", samples, samples.length);
    return { address, stride: d * samples.BYTES_PER_ELEMENT, layout, kind };
  }

  const kernels: Omit<Kernels, "weightStep"> = {
    ...wasmColumns(room, (name, args) => program.call(name, ...args)),
    name: "wasm",
    allocate: room.allocate,

    bring({ bytes, table }) {
      const address = addressOf("brought", bytes, bytes.length);
      return { bytes: new Uint8Array(memory.buffer, address, bytes.length), table };
    },

    forward(size, x, w, s) {
      const { n, d, m } = size;
      checkLengths(size, { x, w, s });
      const a = numbers(addressOf("w", w, m * d), d, "inner contiguous");
      const c = addressFor("out", s, n * m);
      const byDigits = isByDigits(size, x);
      for (const samples of blocks({ from: 0, to: n }, SAMPLES)) {
        const b = input(x, d, samples, "inner contiguous");
        const columns = { from: 0, to: samples.to - samples.from };
        const product = { rows: { from: 0, to: m }, inner: { from: 0, to: d }, columns, a, b };
        const out = c + samples.from * m * 8;
        run(keyOf(0, size, b, a.address, out, columns.to), (desk) => {
          if (!byDigits) return appendTransposed(desk, product, isShared(size), out);
          const parts = shares(size, d, WHOLE_INPUTS);
          appendSumOfParts(desk, parts, [m, columns.to], out, (rank, inner, c) => {
            appendForward(rank, { ...product, inner, c });
          });
        });
      }
      copyBack(c, s, n * m);
    },

    weightGradient(size, g, x, dw) {
      const { n, d, m } = size;
      checkLengths(size, { g, x, dw });
      const a = numbers(addressOf("g", g, n * m), m, "panel contiguous");
      const c = addressFor("out", dw, m * d);
      const byDigits = isByDigits(size, x);
      for (const samples of atLeastOne({ from: 0, to: n }, SAMPLES)) {
        const b = input(x, d, samples, "panel contiguous");
        const inner = { from: 0, to: samples.to - samples.from };
        const part = { ...a, address: a.address + samples.from * a.stride };
        const accumulate = samples.from > 0;
        const key = keyOf(1, size, b, part.address, c, inner.to, Number(accumulate));
        run(key, ({ ranks }) => {
          const placeOf = ({ from }: Range) => ({ address: c + from * 8, stride: d * 8 });
          const rows = { from: 0, to: m };
          for (const [r, columns] of shares(size, d, byDigits ? BYTE_VECTOR : COLUMNS).entries()) {
            const factors = { rows, inner, columns, a: part, b, accumulate };
            if (byDigits) appendGradient(ranks[r], factors, placeOf);
            else appendProduct(ranks[r], { ...factors, c: placeOf(columns) });
          }
        });
      }
      copyBack(c, dw, m * d);
    },

    inputGradient(size, g, w, dx) {
      const { n, d, m } = size;
      checkLengths(size, { g, w, dx });
      const a = numbers(addressOf("g", g, n * m), m, "inner contiguous");
      const b = numbers(addressOf("w", w, m * d), d, "panel contiguous");
      const c = addressFor("out", dx, n * d);
      run(keyOf(2, size, a, b.address, c), ({ ranks }) => {
        for (const [r, rows] of shares(size, n, ROWS).entries()) {
          const [inner, columns] = [m, d].map((to) => ({ from: 0, to }));
          const part = { address: c + rows.from * d * 8, stride: d * 8 };
          appendProduct(ranks[r], { rows, inner, columns, a, b, c: part, accumulate: false });
        }
      });
      copyBack(c, dx, n * d);
    },

    momentumStep({ mu, eta, ofLoss, ofWeights }, w, dw, v) {
      const { length } = dw;
      checkAtLeast(length, { w, v });
      const whole = length < WORTH_CALLING ? 0 : length & ~1;
      if (whole > 0) {
        coefficients.set([mu, eta, ofLoss, ofWeights]);
        const [weights, gradient] = [addressOf("w", w, length), addressOf("g", dw, length)];
        const velocity = addressOf("x", v, length);
        run([3, length, weights, gradient, velocity], ({ ranks }) => {
          const parts = halves(whole >> 1, 1, length >= WORTH_SHARING / 10);
          for (const [r, { from, to }] of parts.entries()) {
            const [w, dw, v] = [weights, gradient, velocity].map((array) => array + from * 16);
            const { tasks } = ranks[r];
            program.append(tasks, "momentum", w, dw, v, COEFFICIENTS, 1, to - from, 0, 0);
          }
        });
        copyBack(weights, w, length);
        copyBack(velocity, v, length);
      }
      for (let i = whole; i < length; i++) {
        v[i] = mu * v[i] + eta * (ofLoss * dw[i] + ofWeights * w[i]);
        w[i] -= v[i];
      }
    },

    relu(s) {
      const pairs = s.length >> 1;
      const address = addressOf("x", s, s.length);
      program.call("relu", address, pairs);
      copyBack(address, s, 2 * pairs);
      reluForward(s.subarray(2 * pairs));
    },

    reluGradient(h, g) {
      checkAtLeast(h.length, { g });
      const pairs = h.length >> 1;
      const address = addressOf("g", g, h.length);
      program.call("reluGradient", addressOf("x", h, h.length), address, pairs);
      copyBack(address, g, 2 * pairs);
      reluBackward(h.subarray(2 * pairs), g.subarray(2 * pairs));
    },
  };
  const inParts = weightStepInParts(kernels);
  return {
    ...kernels,

    /** Each rank multiplies and uses its own columns. */
    weightStep(size, step, g, x, w, v) {
      const { n, d, m } = size;
      if (d % 2 > 0 || n > SAMPLES) return inParts(size, step, g, x, w, v);
      checkLengths(size, { g, x, w });
      checkAtLeast(m * d, { v });
      coefficients.set([step.mu, step.eta, step.ofLoss, step.ofWeights]);
      const a = numbers(addressOf("g", g, n * m), m, "panel contiguous");
      const b = input(x, d, { from: 0, to: n }, "panel contiguous");
      const [weights, velocity] = [addressOf("w", w, m * d), addressOf("v", v, m * d)];
      const byDigits = isByDigits(size, x);
      run(keyOf(4, size, b, a.address, weights, velocity), ({ ranks }) => {
        const [rows, inner] = [m, n].map((to) => ({ from: 0, to }));
        for (const [r, columns] of shares(size, d, byDigits ? BYTE_VECTOR : COLUMNS).entries()) {
          const factors = { rows, inner, columns, a, b };
          if (!byDigits) appendStep(ranks[r], factors, weights, velocity, d * 8);
          else {
            const dw = partial(ranks[r], m, BYTE_BLOCK);
            appendGradient(ranks[r], { ...factors, accumulate: false }, () => dw, (columns) => {
              appendMomentum(ranks[r], m, columns, dw, weights, velocity, d * 8);
            });
          }
        }
      });
      copyBack(weights, w, m * d);
      copyBack(velocity, v, m * d);
    },
  };
}

/** An operand of numbers whose lines are `length` long. */
function numbers(address: number, length: number, layout: Layout): Operand {
  return { address, stride: length * 8, layout, kind: "numbers" };
}
