/**
 * A product C = A B as a list of tasks, cut into blocks that fit the second-level cache once B is packed.
 *
 * @module
 */

import { blocks, type Range } from "./blocks.ts";
import { addressOf, alignedArray } from "./native_memory.ts";
import { openTaskList, type TaskList } from "./task_list.ts";
import type { Tile } from "./x86_product.ts";
import type { TaskName } from "./x86_tasks.ts";

/** The largest block of rows and of the inner dimension; rows are whole tiles of both vector units. */
const BLOCK = { rows: 160, inner: 256 };

/**
 * How many numbers of B are packed at a time: they are written and read within the first-level cache,
 * which has room for some of A beside them.
 */
const PACKED = 4096;

/** A matrix in memory: panels run along `lineStep`, the inner dimension along `step`; in bytes. */
export interface Operand {
  /** Where it begins; of pixels, how far from the address that is at `base`. */
  readonly address: number;
  readonly lineStep: number;
  readonly step: number;
  readonly base?: number;
  /** The address of the table, where the matrix is made of pixels. */
  readonly table?: number;
  /** The address of `linearConstants`, where such pixels need no table. */
  readonly linear?: number;
}

/** Where a result goes, and the bytes from row to row. */
export interface Place {
  readonly address: number;
  readonly stride: number;
}

/** C = A B for ranges of its dimensions; C is stored from its first row and column on. */
export interface Product {
  readonly rows: number;
  readonly inner: Range;
  readonly columns: Range;
  readonly a: Operand;
  readonly b: Operand;
  readonly c: Place;
}

/** What one rank works with. */
export interface Rank extends Rooms {
  readonly list: TaskList;
  readonly packedA: Float64Array;
  readonly packedB: Float64Array;
  readonly corner: Float64Array;
}

/** What is as large as the products of the rank need it. */
export interface Rooms {
  /** A partial sum of a product. */
  partial: Float64Array;
  /** Numbers as digits, what they are multiplied by, and what lies beside them: see `native_digits.ts`. */
  digits: Float64Array;
  factors: Float64Array;
  bytes: Float64Array;
  numbers: Float64Array;
}

/** The address of a room for at least so many numbers. */
export function roomOf(rooms: Rooms, name: keyof Rooms, length: number): number {
  if (rooms[name].length < length) rooms[name] = alignedArray(length);
  return addressOf(rooms[name]);
}

/** One rank, with room for what it packs. */
export function openRank(codeOf: Readonly<Record<TaskName, number>>, tile: Tile): Rank {
  const none = alignedArray(0);
  return {
    list: openTaskList(codeOf),
    packedA: alignedArray(tile.rows * BLOCK.inner),
    packedB: alignedArray(PACKED),
    corner: alignedArray(tile.rows * tile.columns),
    ...{ partial: none, digits: none, factors: none, bytes: none, numbers: none },
  };
}

/** Rows and columns of a product, in whole tiles. */
export function paddedSize({ rows, columns }: Omit<Product, "c">, tile: Tile): [number, number] {
  return [
    Math.ceil(rows / tile.rows) * tile.rows,
    Math.ceil((columns.to - columns.from) / tile.columns) * tile.columns,
  ];
}

/** Appends the tasks of a product. Where C is `padded` to whole tiles, whole vectors are written. */
export function appendProduct(
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
  const steps = inner.to > inner.from ? blocks(inner, BLOCK.inner, 16) : [inner];
  for (const k of steps) {
    const depth = Math.max(1, k.to - k.from);
    const panels = Math.floor(PACKED / (tile.columns * depth));
    for (const j of blocks(columns, panels * tile.columns, tile.columns)) {
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
          whole(j.to - j.from, tile.lanes),
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
  } else if (isWide && b.step === 1 && depth % 16 === 0) {
    const [name, constants] = b.linear === undefined
      ? ["packPixelsAcross", b.table] as const
      : ["packLinearAcross", b.linear] as const;
    list.append(name, to, ...place(b, j, k), b.base!, constants, addressOf(corner));
  } else if (isWide && b.lineStep === 1 && width % 16 === 0) {
    const [name, constants] = b.linear === undefined
      ? ["packPixelsAlong", b.table] as const
      : ["packLinearAlong", b.linear] as const;
    list.append(name, to, ...place(b, j, k), b.base!, constants);
  } else {
    list.append("packPixels", to, ...place(b, j, k), b.base!, b.table);
  }
  return to;
}

/** Arguments of a packing: where the block begins, the steps to its neighbours, its size. */
function place({ address, lineStep, step }: Operand, lines: Range, inner: Range) {
  const from = address + lines.from * lineStep + inner.from * step;
  return [from, lineStep, step, lines.to - lines.from, inner.to - inner.from];
}
