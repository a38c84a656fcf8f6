/**
 * The native backend: dense products in AVX-512 or AVX2 machine code, emitted at run time.
 *
 * As in the portable backend all three products are one, C = A B, cut into blocks that fit the
 * second-level cache once they are packed. The samples lie along the vectors, which wastes least: the
 * forward pass computes Sᵀ = W Xᵀ, in which the rows of A are units and the columns of B are samples.
 *
 * @module
 */

import { reluBackward, reluForward } from "../relu.ts";
import { blocks, type Range } from "./blocks.ts";
import type { Input, Kernels, Size } from "./kernels.ts";
import { findVectorUnit, loadCode } from "./machine_code.ts";
import { addressOf, alignedArray } from "./native_memory.ts";
import { secondRank } from "./ranks.ts";
import { openTaskList, type TaskList } from "./task_list.ts";
import type { VectorUnit } from "./x86_assembler.ts";
import { emitProgram, type TaskName, type Tile, tileOf } from "./x86_product.ts";

/** The largest block of each dimension; rows and columns are whole tiles of both vector units. */
const BLOCK = { rows: 160, columns: 304, inner: 256 };

/** Products of fewer multiplications than this are not worth a second rank. */
const WORTH_SHARING = 300_000;

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
  const unit = options.unit ?? (found ??= { unit: findVectorUnit() }).unit;
  const program = unit && loadProgram(unit);
  if (unit === null || program === null) return null;
  const { run, runAddress, codeOf } = program;
  const tile = tileOf(unit);
  const ranks = [openRank(codeOf, tile), openRank(codeOf, tile)];
  const last = openTaskList(codeOf);
  const coefficients = alignedArray(4);
  const second = options.ranks === 1 ? null : secondRank();

  const runAt = (list: number) => run(Deno.UnsafePointer.create(BigInt(list)));

  /** Runs the lists of both ranks, on two cores if the second has work and is there. */
  function runRanks(): void {
    const [first, other] = ranks.map(({ list }) => list.isEmpty ? null : list.end());
    if (other !== null) second?.offer(runAddress, other);
    if (first !== null) runAt(first);
    if (other === null) return;
    if (second === null) runAt(other);
    else second.finish(() => runAt(other));
  }

  const shares = ({ n, d, m }: Size, length: number) =>
    halves(length, tile.columns, n * d * m >= WORTH_SHARING);

  /** Appends C = A B for one rank, C in its own room; returns where it is and its bytes per row. */
  function appendPartial(rank: Rank, product: Omit<Product, "c">): Product["c"] {
    const [height, width] = paddedSize(product, tile);
    if (rank.partial.length < height * width) rank.partial = alignedArray(height * width);
    const c = { address: addressOf(rank.partial), stride: width * 8 };
    appendProduct(rank, tile, { ...product, c }, true);
    return c;
  }

  /** out = (A B)ᵀ, where out is columns x rows: the ranks share the columns of B. */
  function sharingColumns(size: Size, product: Omit<Product, "c">, out: Float64Array): void {
    const { rows, columns } = product;
    for (const [r, part] of shares(size, columns.to).entries()) {
      const c = appendPartial(ranks[r], { ...product, columns: part });
      const to = addressOf(out) + part.from * rows * 8;
      ranks[r].list.append("transpose", to, c.address, c.stride, part.to - part.from, rows);
    }
    runRanks();
  }

  /** out = (A B)ᵀ: the ranks share the inner dimension, and with it the columns of A, which stay theirs. */
  function sharingInner(size: Size, product: Omit<Product, "c">, out: Float64Array): void {
    const { rows, inner, columns } = product;
    const [height, width] = paddedSize(product, tile);
    const [c, other] = shares(size, inner.to).map((part, r) =>
      appendPartial(ranks[r], { ...product, inner: part })
    );
    runRanks();
    if (other) last.append("sum", c.address, other.address, height * width / unit!.lanes);
    last.append("transpose", addressOf(out), c.address, c.stride, columns.to, rows);
    runAt(last.end());
  }

  function transposedProduct(
    size: Size,
    [rows, inner, columns]: [number, number, number],
    a: Operand,
    b: Operand,
    out: Float64Array,
  ): void {
    if (rows * columns === 0) return;
    const product = {
      rows,
      inner: { from: 0, to: inner },
      columns: { from: 0, to: columns },
      a,
      b,
    };
    if (inner > columns) sharingInner(size, product, out);
    else sharingColumns(size, product, out);
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

    momentumStep({ mu, eta, ofLoss, ofWeights }, w, dw, v) {
      const { length } = dw;
      checkAtLeast(length, { w, v });
      coefficients.set([mu, eta, ofLoss, ofWeights]);
      const whole = length - length % unit.lanes;
      const parts = halves(whole, unit.lanes, whole >= WORTH_SHARING / 10);
      for (const [r, { from, to }] of parts.entries()) {
        const starts = [w, dw, v].map((array) => addressOf(array) + from * 8);
        ranks[r].list.append(
          "momentum",
          ...starts,
          addressOf(coefficients),
          (to - from) / unit.lanes,
        );
      }
      runRanks();
      for (let i = whole; i < length; i++) {
        v[i] = mu * v[i] + eta * (ofLoss * dw[i] + ofWeights * w[i]);
        w[i] -= v[i];
      }
    },

    relu(s) {
      const vectors = s.length >> 2;
      last.append("relu", addressOf(s), vectors);
      runAt(last.end());
      reluForward(s.subarray(4 * vectors));
    },

    reluGradient(h, g) {
      checkAtLeast(h.length, { g });
      const vectors = h.length >> 2;
      last.append("reluGradient", addressOf(h), addressOf(g), vectors);
      runAt(last.end());
      reluBackward(h.subarray(4 * vectors), g.subarray(4 * vectors));
    },
  };
}

/** Code once loaded stays: it is the same for every opening. */
const programs = new Map<VectorUnit, LoadedProgram | null>();
let found: { unit: VectorUnit | null } | undefined;

interface LoadedProgram {
  readonly run: (list: Deno.PointerValue) => void;
  readonly runAddress: number;
  readonly codeOf: Readonly<Record<TaskName, number>>;
}

function loadProgram(unit: VectorUnit): LoadedProgram | null {
  const known = programs.get(unit);
  if (known !== undefined) return known;
  const { bytes, start } = emitProgram(unit);
  const code = loadCode(bytes);
  const loaded = code && {
    run: code.entry(start.run),
    runAddress: code.address + start.run,
    codeOf: Object.fromEntries(
      Object.entries(start).map(([name, offset]) => [name, code.address + offset]),
    ) as Record<TaskName, number>,
  };
  programs.set(unit, loaded);
  return loaded;
}

/** Rows and columns of a product, in whole tiles. */
function paddedSize({ rows, columns }: Omit<Product, "c">, tile: Tile): [number, number] {
  return [
    Math.ceil(rows / tile.rows) * tile.rows,
    Math.ceil((columns.to - columns.from) / tile.columns) * tile.columns,
  ];
}

/** The parts of a dimension that the ranks share, the same for any number of ranks: two or one. */
function halves(length: number, unit: number, shared: boolean): Range[] {
  const units = Math.ceil(length / unit);
  return blocks({ from: 0, to: length }, (shared ? Math.ceil(units / 2) : units) * unit, unit);
}

function openRank(codeOf: Readonly<Record<TaskName, number>>, tile: Tile): Rank {
  return {
    list: openTaskList(codeOf),
    packedA: alignedArray(tile.rows * BLOCK.inner),
    packedB: alignedArray(BLOCK.columns * BLOCK.inner),
    corner: alignedArray(tile.rows * tile.columns),
    partial: alignedArray(0),
  };
}

/** Appends the tasks of a product. Where C is `padded` to whole tiles, these are written whole. */
function appendProduct(
  rank: Rank,
  tile: Tile,
  { rows, inner, columns, a, b, c }: Product,
  padded: boolean,
): void {
  const { list } = rank;
  const whole = (count: number, unit: number) => padded ? Math.ceil(count / unit) * unit : count;
  // Rows that fill no tile are copied: a tile reads all its rows.
  const wholeRows = rows - rows % tile.rows;
  const rowBlocks = [
    ...blocks({ from: 0, to: wholeRows }, BLOCK.rows, tile.rows),
    ...blocks({ from: wholeRows, to: rows }, tile.rows),
  ];
  // An empty sum is zero: with nothing to add up there is still one block to write.
  const steps = inner.to > inner.from ? blocks(inner, BLOCK.inner, 4) : [inner];
  for (const k of steps) {
    for (const j of blocks(columns, BLOCK.columns, tile.columns)) {
      const packedB = appendPacking(rank, tile, b, j, k);
      for (const i of rowBlocks) {
        const isTile = i.to <= wholeRows;
        const packedA = addressOf(rank.packedA);
        if (!isTile) list.append("packRows", packedA, ...place(a, i, k));
        list.append(
          "multiply",
          isTile ? place(a, i, k)[0] : packedA,
          packedB,
          c.address + i.from * c.stride + (j.from - columns.from) * 8,
          addressOf(rank.corner),
          c.stride,
          isTile ? a.lineStep : 8,
          isTile ? a.step : 8 * tile.rows,
          whole(i.to - i.from, tile.rows),
          whole(j.to - j.from, tile.columns),
          k.to - k.from,
          k.from > inner.from ? 1 : 0,
        );
      }
    }
  }
}

/** Appends the packing of columns `j` of B and returns where they are then. */
function appendPacking(
  { list, packedB, corner }: Rank,
  tile: Tile,
  b: Operand,
  j: Range,
  k: Range,
): number {
  const to = addressOf(packedB);
  const [width, depth] = [j.to - j.from, k.to - k.from];
  const isWide = tile.columns === 16;
  if (b.table === undefined) {
    list.append("packColumns", to, ...place(b, j, k));
  } else if (isWide && b.step === 1 && depth % 4 === 0) {
    list.append("packPixelsAcross", to, ...place(b, j, k), b.table, addressOf(corner));
  } else if (isWide && b.lineStep === 1 && width % 16 === 0) {
    list.append("packPixelsAlong", to, ...place(b, j, k), b.table);
  } else {
    list.append("packPixels", to, ...place(b, j, k), b.table);
  }
  return to;
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
    const isPixels = !(array instanceof Float64Array);
    checkAtLeast(lengths[name as keyof typeof lengths], { [name]: isPixels ? array.bytes : array });
    if (isPixels) checkAtLeast(256, { table: array.table });
  }
}

function checkAtLeast(length: number, arrays: Record<string, Float64Array | Uint8Array>): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (array.length >= length) continue;
    throw new RangeError(`Found ${name} of length ${array.length}, expected at least ${length}.`);
  }
}
