/**
 * The portable backend: dense products in WebAssembly SIMD, emitted at run time.
 *
 * All three products are one: C = A B, cut into blocks of the operands that fit the second-level cache
 * once they are packed.
 *
 * @module
 */

import { reluBackward, reluForward } from "../relu.ts";
import { blocks, halves, type Range } from "./blocks.ts";
import { checkAtLeast, checkLengths } from "./check_lengths.ts";
import type { Input, Kernels, Size } from "./kernels.ts";
import { linearPixels } from "./linear_pixels.ts";
import { secondRank } from "./ranks.ts";
import { wasmColumns } from "./wasm_columns.ts";
import { COEFFICIENTS, HEAP, TABLE } from "./wasm_layout.ts";
import { createWasmMemory } from "./wasm_memory.ts";
import { type Kind, type Layout, packName } from "./wasm_pack.ts";
import { writeLinearVectors, writeShift } from "./wasm_pixels.ts";
import { COLUMNS, CORNER, ROWS } from "./wasm_product.ts";
import { compileProgram } from "./wasm_program.ts";
import { openProgram, type SharedProgram } from "./wasm_tasks.ts";
import { weightStepInParts } from "./weight_step.ts";

/** The largest block of each dimension; rows and columns are whole tiles. */
const BLOCK = { rows: 160, columns: 128, inner: 256 };

/** What one rank packs into, and what it has to do. */
interface Rank {
  readonly r: number;
  readonly packedB: number;
  readonly corner: number;
  readonly tasks: number[];
}

/** Products of fewer multiplications than this are not worth a second rank. */
const WORTH_SHARING = 100_000;

/** How many samples are copied in at a time when they are given as pixels. */
const SAMPLES = 1024;

let module: WebAssembly.Module | undefined;

/** What the second rank works with at present, and how often it was told. */
let shownTo: SharedProgram | undefined;
let sent = 0;

/** A matrix in memory: where, the bytes from line to line, and which way its lines run. */
interface Operand {
  readonly address: number;
  readonly stride: number;
  readonly layout: Layout;
  readonly kind: Kind;
}

/** C = A B for ranges of its rows and columns; C is stored from its first row and column on. */
interface Product {
  readonly rows: Range;
  readonly inner: Range;
  readonly columns: Range;
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
export function wasmKernels(options: { ranks?: 1 | 2 } = {}): Kernels {
  const room = createWasmMemory(HEAP);
  const { memory, addressOf, addressFor, copyBack } = room;
  const shared = { module: module ??= compileProgram(), memory };
  const program = openProgram(shared);
  const second = options.ranks === 1 ? null : secondRank("./wasm_rank.ts");
  const table = new Float64Array(memory.buffer, TABLE, 256);
  writeLinearVectors(memory.buffer);
  const coefficients = new Float64Array(memory.buffer, COEFFICIENTS, 4);
  const ranks = [0, 1].map((r): Rank => ({
    r,
    packedB: room.room(`packed B, ${r}`, BLOCK.columns * BLOCK.inner * 8),
    corner: room.room(`corner, ${r}`, CORNER),
    tasks: [],
  }));

  /** Runs the tasks of both ranks, on two cores if the second has any and is there. */
  function runRanks(): void {
    const [own, other] = ranks.map(({ tasks }) => tasks);
    if (other.length > 0 && second !== null) {
      const address = room.room("tasks", 4 * other.length);
      new Int32Array(memory.buffer, address, other.length).set(other);
      if (shownTo !== shared) second.port.postMessage(shared), sent++;
      shownTo = shared;
      second.offer(sent, memory.buffer.byteLength, address, other.length);
    }
    program.run(own);
    if (other.length > 0) {
      if (second === null) program.run(other);
      else second.finish(() => program.run(other));
    }
    own.length = other.length = 0;
  }

  const shares = ({ n, d, m }: Size, length: number, unit: number) =>
    halves(length, unit, n * d * m >= WORTH_SHARING);

  /** A is packed once for all blocks of columns: it is the smaller operand wherever speed matters. */
  function append({ r, packedB, corner, tasks }: Rank, product: Product): void {
    const { rows, inner, columns, a, b, c, accumulate } = product;
    const pack = (to: number, width: number, x: Operand, i: Range, k: Range) => {
      const [line, along] = x.layout === "inner contiguous" ? [i, k] : [k, i];
      const from = x.address + line.from * x.stride + along.from * (x.kind === "numbers" ? 8 : 1);
      const name = packName(width, x.layout, x.kind);
      program.append(tasks, name, to, from, x.stride, i.to - i.from, k.to - k.from);
    };
    const height = ROWS * Math.ceil((rows.to - rows.from) / ROWS);
    const packedA = room.room(`packed A, ${r}`, height * BLOCK.inner * 8);
    for (const k of atLeastOne(inner, BLOCK.inner)) {
      pack(packedA, ROWS, a, rows, k);
      for (const j of blocks(columns, BLOCK.columns, COLUMNS)) {
        pack(packedB, COLUMNS, b, j, k);
        for (const i of blocks(rows, BLOCK.rows, ROWS)) {
          const row = i.from - rows.from;
          program.append(
            tasks,
            "multiply",
            packedA + row * (k.to - k.from) * 8,
            packedB,
            c.address + row * c.stride + (j.from - columns.from) * 8,
            corner,
            c.stride,
            i.to - i.from,
            j.to - j.from,
            k.to - k.from,
            accumulate || k.from > inner.from ? 1 : 0,
          );
        }
      }
    }
  }

  /** Copies samples in if need be. */
  function input(x: Input, d: number, { from, to }: Range, layout: Layout): Operand {
    let kind: Kind = "numbers";
    if (!(x instanceof Float64Array)) {
      kind = linearPixels(x.table) === null ? "pixels" : "linear";
      table.set(x.table);
      writeShift(memory.buffer, x.table[0]);
    }
    const samples = (x instanceof Float64Array ? x : x.bytes).subarray(from * d, to * d);
    const address = addressOf("x", samples, samples.length);
    return { address, stride: d * samples.BYTES_PER_ELEMENT, layout, kind };
  }

  /** Room for C of one rank, which nobody else writes to. */
  function partial(r: number, rows: number, columns: number): Product["c"] {
    const stride = columns * 8;
    return { address: room.room(`partial ${r}`, rows * stride), stride };
  }

  /**
   * out = (A B)ᵀ. A long inner dimension is shared by the ranks: each reads its part of A, and their
   * partial sums are small. Otherwise they share the columns.
   */
  function transposed(size: Size, p: Omit<Product, "c" | "accumulate">, out: number): void {
    const [rows, columns] = [p.rows.to, p.columns.to];
    const product = { ...p, accumulate: false };
    if (p.inner.to > columns) {
      const [c, other] = shares(size, p.inner.to, 4).map((inner, r) => {
        const c = partial(r, rows, columns + columns % 2);
        append(ranks[r], { ...product, inner, c });
        return c;
      });
      runRanks();
      const { tasks } = ranks[0];
      if (other) program.append(tasks, "sum", c.address, other.address, rows * c.stride / 16);
      program.append(tasks, "transpose", out, c.address, c.stride, columns, rows);
    } else {
      for (const [r, part] of shares(size, columns, COLUMNS).entries()) {
        const width = part.to - part.from;
        const c = partial(r, rows, width);
        append(ranks[r], { ...product, columns: part, c });
        const to = out + part.from * rows * 8;
        program.append(ranks[r].tasks, "transpose", to, c.address, c.stride, width, rows);
      }
    }
    runRanks();
  }

  const kernels: Omit<Kernels, "weightStep"> = {
    ...wasmColumns(room, (name, args) => {
      program.append(ranks[0].tasks, name, ...args);
      runRanks();
    }),
    name: "wasm",
    allocate: room.allocate,

    forward(size, x, w, s) {
      const { n, d, m } = size;
      checkLengths(size, { x, w, s });
      const a = numbers(addressOf("w", w, m * d), d, "inner contiguous");
      const c = addressFor("out", s, n * m);
      for (const samples of blocks({ from: 0, to: n }, SAMPLES)) {
        const b = input(x, d, samples, "inner contiguous");
        const columns = { from: 0, to: samples.to - samples.from };
        const product = { rows: { from: 0, to: m }, inner: { from: 0, to: d }, columns, a, b };
        transposed(size, product, c + samples.from * m * 8);
      }
      copyBack(c, s, n * m);
    },

    weightGradient(size, g, x, dw) {
      const { n, d, m } = size;
      checkLengths(size, { g, x, dw });
      const a = numbers(addressOf("g", g, n * m), m, "panel contiguous");
      const c = addressFor("out", dw, m * d);
      for (const samples of atLeastOne({ from: 0, to: n }, SAMPLES)) {
        const b = input(x, d, samples, "panel contiguous");
        for (const [r, columns] of shares(size, d, COLUMNS).entries()) {
          append(ranks[r], {
            rows: { from: 0, to: m },
            inner: { from: 0, to: samples.to - samples.from },
            columns,
            a: { ...a, address: a.address + samples.from * a.stride },
            b,
            c: { address: c + columns.from * 8, stride: d * 8 },
            accumulate: samples.from > 0,
          });
        }
        runRanks();
      }
      copyBack(c, dw, m * d);
    },

    inputGradient(size, g, w, dx) {
      const { n, d, m } = size;
      checkLengths(size, { g, w, dx });
      const a = numbers(addressOf("g", g, n * m), m, "inner contiguous");
      const b = numbers(addressOf("w", w, m * d), d, "panel contiguous");
      const c = addressFor("out", dx, n * d);
      for (const [r, rows] of shares(size, n, ROWS).entries()) {
        append(ranks[r], {
          rows,
          inner: { from: 0, to: m },
          columns: { from: 0, to: d },
          a,
          b,
          c: { address: c + rows.from * d * 8, stride: d * 8 },
          accumulate: false,
        });
      }
      runRanks();
      copyBack(c, dx, n * d);
    },

    momentumStep({ mu, eta, ofLoss, ofWeights }, w, dw, v) {
      const { length } = dw;
      checkAtLeast(length, { w, v });
      coefficients.set([mu, eta, ofLoss, ofWeights]);
      const [weights, gradient] = [addressOf("w", w, length), addressOf("g", dw, length)];
      const velocity = addressOf("x", v, length);
      for (
        const [r, { from, to }] of halves(length >> 1, 1, length >= WORTH_SHARING / 10).entries()
      ) {
        const starts = [weights, gradient, velocity].map((array) => array + from * 16);
        program.append(
          ranks[r].tasks,
          "momentum",
          ...(starts as [number, number, number]),
          COEFFICIENTS,
          to - from,
        );
      }
      runRanks();
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
      program.append(ranks[0].tasks, "relu", address, pairs);
      runRanks();
      copyBack(address, s, 2 * pairs);
      reluForward(s.subarray(2 * pairs));
    },

    reluGradient(h, g) {
      checkAtLeast(h.length, { g });
      const pairs = h.length >> 1;
      const address = addressOf("g", g, h.length);
      program.append(ranks[0].tasks, "reluGradient", addressOf("x", h, h.length), address, pairs);
      runRanks();
      copyBack(address, g, 2 * pairs);
      reluBackward(h.subarray(2 * pairs), g.subarray(2 * pairs));
    },
  };
  return { ...kernels, weightStep: weightStepInParts(kernels) };
}

/** An operand of numbers whose lines are `length` long. */
function numbers(address: number, length: number, layout: Layout): Operand {
  return { address, stride: length * 8, layout, kind: "numbers" };
}

/** The blocks of a dimension that is summed over: with nothing to add up there is still a zero to write. */
function atLeastOne(range: Range, most: number): Range[] {
  return range.to > range.from ? blocks(range, most) : [range];
}
