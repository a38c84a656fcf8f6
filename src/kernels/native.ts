/**
 * The native backend: dense products in AVX-512 or AVX2 machine code, emitted at run time.
 *
 * As in the portable backend all three products are one, C = A B, cut into blocks that fit the
 * second-level cache once they are packed. The samples lie along the vectors, which wastes least: the
 * forward pass computes Sᵀ = W Xᵀ, in which the rows of A are units and the columns of B are samples.
 *
 * @module
 */

import { blocks, type Range } from "./blocks.ts";
import type { Input, Kernels, Size } from "./kernels.ts";
import { findVectorUnit, loadCode } from "./machine_code.ts";
import { addressOf, alignedArray } from "./native_memory.ts";
import { secondRank } from "./ranks.ts";
import { openTaskList, type TaskList } from "./task_list.ts";
import type { VectorUnit } from "./x86_assembler.ts";
import { emitProgram, type TaskName, tasks, type Tile, tileOf } from "./x86_product.ts";

/** The largest block of each dimension; rows and columns are whole tiles of both vector units. */
const BLOCK = { rows: 160, columns: 304, inner: 256 };

/** Products of fewer multiplications than this are not worth a second rank. */
const WORTH_SHARING = 1_000_000;

/** A matrix in memory: panels run along `lineStep`, the inner dimension along `step`; in bytes. */
interface Operand {
  readonly address: number;
  readonly lineStep: number;
  readonly step: number;
  /** The address of the table, where the matrix is made of pixels. */
  readonly table?: number;
}

/** C = A B for ranges of its dimensions; C is stored from its first row and column on. */
interface Product {
  readonly rows: number;
  readonly inner: Range;
  readonly columns: Range;
  readonly a: Operand;
  readonly b: Operand;
  readonly c: { readonly address: number; readonly stride: number };
}

/** What one rank works with. */
interface Rank {
  readonly list: TaskList;
  readonly packedA: Float64Array;
  readonly packedB: Float64Array;
  readonly corner: Float64Array;
  /** A partial sum of a product that is transposed afterwards. */
  partial: Float64Array;
}

/**
 * The native backend on one or two processor cores; null where the machine or the system has no room
 * for it: another processor, no AVX2, no permission to call machine code.
 *
 * The bits do not depend on the number of ranks.
 *
 * @example
 * ```ts
 * import { nativeKernels } from "klayer/kernels/native.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const kernels = nativeKernels({ ranks: 1 });
 * if (kernels !== null) {
 *   const s = kernels.allocate(2);
 *   kernels.forward({ n: 2, d: 2, m: 1 }, Float64Array.of(1, 2, 3, 4), Float64Array.of(10, 1), s);
 *   assertEquals([...s], [12, 34]);
 * }
 * ```
 */
export function nativeKernels(
  options: { ranks?: 1 | 2; unit?: VectorUnit } = {},
): Kernels | null {
  const unit = options.unit ?? findVectorUnit();
  if (unit === null) return null;
  const program = emitProgram(unit);
  const code = loadCode(program.bytes);
  if (code === null) return null;
  const run = code.entry(program.start.run);
  const runAddress = code.address + program.start.run;
  const codeOf = Object.fromEntries(
    Object.keys(tasks).map((name) => [name, code.address + program.start[name as TaskName]]),
  ) as Record<TaskName, number>;

  const tile = tileOf(unit);
  const ranks = [openRank(codeOf, tile), openRank(codeOf, tile)];
  const last = openTaskList(codeOf);
  const second = options.ranks === 1 ? null : secondRank();

  const runList = (list: TaskList) => run(Deno.UnsafePointer.create(BigInt(list.end())));

  /** Runs the lists of both ranks, on two cores if the second has work and is there. */
  function runRanks(): void {
    if (second !== null && !ranks[1].list.isEmpty && second.isReady()) {
      second.start(runAddress, ranks[1].list.end());
      runList(ranks[0].list);
      second.finish();
    } else {
      for (const { list } of ranks) {
        if (!list.isEmpty) runList(list);
      }
    }
  }

  /** The parts of a dimension that the ranks share, the same for any number of ranks. */
  function shares({ n, d, m }: Size, length: number): Range[] {
    const units = Math.ceil(length / tile.columns);
    const most = n * d * m < WORTH_SHARING ? units : Math.ceil(units / 2);
    return length === 0 ? [] : blocks({ from: 0, to: length }, most * tile.columns, tile.columns);
  }

  /** out = (A B)ᵀ, where out has `columns` rows: the ranks share the inner dimension. */
  function transposedProduct(
    size: Size,
    [rows, inner, columns]: [number, number, number],
    a: Operand,
    b: Operand,
    out: Float64Array,
  ): void {
    if (rows * columns === 0) return;
    const whole = (count: number, unit: number) => Math.ceil(count / unit) * unit;
    const [paddedRows, paddedColumns] = [whole(rows, tile.rows), whole(columns, tile.columns)];
    const parts = inner === 0 ? [{ from: 0, to: 0 }] : shares(size, inner);
    for (const [r, part] of parts.entries()) {
      if (ranks[r].partial.length < paddedRows * paddedColumns) {
        ranks[r].partial = alignedArray(paddedRows * paddedColumns);
      }
      const c = { address: addressOf(ranks[r].partial), stride: paddedColumns * 8 };
      const range = { from: 0, to: columns };
      appendProduct(ranks[r], tile, { rows, inner: part, columns: range, a, b, c }, true);
    }
    runRanks();
    const [sum, other] = ranks.map(({ partial }) => addressOf(partial));
    if (parts.length > 1) last.append("sum", sum, other, paddedRows * paddedColumns / unit!.lanes);
    last.append("transpose", addressOf(out), sum, paddedColumns * 8, columns, rows);
    runList(last);
  }

  return {
    name: `native (${unit.name})`,
    allocate: alignedArray,

    forward(size, x, w, s) {
      const { n, d, m } = size;
      checkLengths(size, { x, w, s });
      const a = { address: addressOf(w), lineStep: d * 8, step: 8 };
      const b = { ...numbers(x), lineStep: d * bytesPer(x), step: bytesPer(x) };
      transposedProduct(size, [m, d, n], a, b, s);
    },

    weightGradient(size, g, x, dw) {
      const { n, d, m } = size;
      checkLengths(size, { g, x, dw });
      const a = { address: addressOf(g), lineStep: 8, step: m * 8 };
      const b = { ...numbers(x), lineStep: bytesPer(x), step: d * bytesPer(x) };
      for (const [r, columns] of shares(size, d).entries()) {
        const c = { address: addressOf(dw) + columns.from * 8, stride: d * 8 };
        const inner = { from: 0, to: n };
        appendProduct(ranks[r], tile, { rows: m, inner, columns, a, b, c }, false);
      }
      runRanks();
    },

    inputGradient(size, g, w, dx) {
      const { n, d, m } = size;
      checkLengths(size, { g, w, dx });
      const a = { address: addressOf(w), lineStep: 8, step: d * 8 };
      const b = { address: addressOf(g), lineStep: m * 8, step: 8 };
      transposedProduct(size, [d, m, n], a, b, dx);
    },
  };
}

function openRank(codeOf: Readonly<Record<TaskName, number>>, tile: Tile): Rank {
  return {
    list: openTaskList(codeOf),
    packedA: alignedArray(BLOCK.rows * BLOCK.inner),
    packedB: alignedArray(BLOCK.columns * BLOCK.inner),
    corner: alignedArray(tile.rows * tile.columns),
    partial: alignedArray(0),
  };
}

/** Appends the tasks of a product. Where C is `padded` to whole tiles, these are written whole. */
function appendProduct(
  { list, packedA, packedB, corner }: Rank,
  tile: Tile,
  { rows, inner, columns, a, b, c }: Product,
  padded: boolean,
): void {
  const [toA, toB, toCorner] = [packedA, packedB, corner].map(addressOf);
  const whole = (count: number, unit: number) => padded ? Math.ceil(count / unit) * unit : count;
  // An empty sum is zero: with nothing to add up there is still one block to write.
  const steps = inner.to > inner.from ? blocks(inner, BLOCK.inner) : [inner];
  for (const k of steps) {
    const depth = k.to - k.from;
    for (const i of blocks({ from: 0, to: rows }, BLOCK.rows, tile.rows)) {
      const height = i.to - i.from;
      list.append("packRows", toA, ...place(a, i, k));
      for (const j of blocks(columns, BLOCK.columns, tile.columns)) {
        const width = j.to - j.from;
        if (b.table === undefined) list.append("packColumns", toB, ...place(b, j, k));
        else list.append("packPixels", toB, ...place(b, j, k), b.table);
        list.append(
          "multiply",
          toA,
          toB,
          c.address + i.from * c.stride + (j.from - columns.from) * 8,
          toCorner,
          c.stride,
          whole(height, tile.rows),
          whole(width, tile.columns),
          depth,
          k.from > inner.from ? 1 : 0,
        );
      }
    }
  }
}

/** Arguments of a packing: where the block begins, the steps to its neighbours, its size. */
function place({ address, lineStep, step }: Operand, lines: Range, inner: Range) {
  const from = address + lines.from * lineStep + inner.from * step;
  return [from, lineStep, step, lines.to - lines.from, inner.to - inner.from];
}

function numbers(x: Input): { address: number; table?: number } {
  if (x instanceof Float64Array) return { address: addressOf(x) };
  return { address: addressOf(x.bytes), table: addressOf(x.table) };
}

function bytesPer(x: Input): number {
  return x instanceof Float64Array ? 8 : 1;
}

/** Machine code would read and write beyond an array that is too short: refuses it. */
function checkLengths(
  { n, d, m }: Size,
  arrays: Partial<Record<"w" | "s" | "g" | "dw" | "dx", Float64Array> & { x: Input }>,
): void {
  const lengths = { x: n * d, w: m * d, s: n * m, g: n * m, dw: m * d, dx: n * d };
  for (const [name, array] of Object.entries(arrays)) {
    const expected = lengths[name as keyof typeof lengths];
    const found = array instanceof Float64Array ? array.length : array.bytes.length;
    if (found < expected) {
      throw new RangeError(`Found ${name} of length ${found}, expected at least ${expected}.`);
    }
    if (!(array instanceof Float64Array) && array.table.length < 256) {
      throw new RangeError(`Found a table of length ${array.table.length}, expected 256.`);
    }
  }
}
