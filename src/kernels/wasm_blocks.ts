/**
 * The cutting of a product into blocks of the operands that fit the second-level cache once they are
 * packed.
 *
 * @module
 */

import { blocks, type Range } from "./blocks.ts";
import { COEFFICIENTS } from "./wasm_layout.ts";
import type { WasmMemory } from "./wasm_memory.ts";
import { type Kind, type Layout, packName } from "./wasm_pack.ts";
import { COLUMNS, CORNER, ROWS } from "./wasm_product.ts";
import type { Program } from "./wasm_tasks.ts";

/** The largest block of each dimension; rows and columns are whole tiles. */
const BLOCK = { rows: 160, columns: 128, inner: 256 };

/** A matrix in memory: where, the bytes from line to line, and which way its lines run. */
export interface Operand {
  readonly address: number;
  readonly stride: number;
  readonly layout: Layout;
  readonly kind: Kind;
}

/** Where a matrix of numbers is, and the bytes from row to row. */
export interface Place {
  readonly address: number;
  readonly stride: number;
}

/** A B for ranges of its rows and columns. */
export interface Factors {
  readonly rows: Range;
  readonly inner: Range;
  readonly columns: Range;
  readonly a: Operand;
  readonly b: Operand;
}

/** C = A B; C is stored from its first row and column on. */
export interface Product extends Factors {
  readonly c: Place;
  /** Whether C is added to, rather than overwritten. */
  readonly accumulate: boolean;
}

/** What one rank has to do: whose rooms it packs into, and its list. */
export interface Rank {
  readonly r: number;
  readonly tasks: number[];
}

/** Functions that append the tasks of products. */
export function openBlocks({ append }: Program, { room }: WasmMemory) {
  /** The packing and the multiplication of a block each; `packedA` says where which block of A goes. */
  function parts(
    { r, tasks }: Rank,
    { rows, a, b }: Omit<Factors, "inner" | "columns">,
    packedA: (k: Range) => number,
  ) {
    const pack = (to: number, width: number, x: Operand, i: Range, k: Range) => {
      const [line, along] = x.layout === "inner contiguous" ? [i, k] : [k, i];
      const from = x.address + line.from * x.stride + along.from * (x.kind === "numbers" ? 8 : 1);
      const name = packName(width, x.layout, x.kind);
      append(tasks, name, to, from, x.stride, i.to - i.from, k.to - k.from);
    };
    const packedB = room(`packed B, ${r}`, BLOCK.columns * BLOCK.inner * 8);
    const corner = room(`corner, ${r}`, CORNER);
    return {
      packA: (k: Range) => pack(packedA(k), ROWS, a, rows, k),
      multiply(k: Range, j: Range, c: Place, accumulate: boolean) {
        pack(packedB, COLUMNS, b, j, k);
        for (const i of blocks(rows, BLOCK.rows, ROWS)) {
          const row = i.from - rows.from;
          append(
            tasks,
            "multiply",
            packedA(k) + row * (k.to - k.from) * 8,
            packedB,
            c.address + row * c.stride,
            corner,
            c.stride,
            i.to - i.from,
            j.to - j.from,
            k.to - k.from,
            accumulate ? 1 : 0,
          );
        }
      },
    };
  }

  return {
    /** A is packed once for all blocks of columns: it is the smaller operand wherever speed matters. */
    appendProduct(rank: Rank, { c, accumulate, ...factors }: Product): void {
      const { inner, columns } = factors;
      const packedA = room(`packed A, ${rank.r}`, packedHeight(factors.rows) * BLOCK.inner * 8);
      const { packA, multiply } = parts(rank, factors, () => packedA);
      for (const k of atLeastOne(inner, BLOCK.inner)) {
        packA(k);
        for (const j of blocks(columns, BLOCK.columns, COLUMNS)) {
          const stripe = { ...c, address: c.address + (j.from - columns.from) * 8 };
          multiply(k, j, stripe, accumulate || k.from > inner.from);
        }
      }
    },

    /**
     * The step of the weights by dW = A B: some columns of it are used while they are in the cache. All
     * of A is packed beforehand, so its inner dimension should be short.
     *
     * @param w address of W
     * @param v address of its velocity
     * @param stride bytes from row to row of both
     */
    appendStep(rank: Rank, factors: Factors, w: number, v: number, stride: number): void {
      const { rows, inner, columns } = factors;
      const line = packedHeight(rows) * 8;
      const start = room(`packed A, ${rank.r}`, line * (inner.to - inner.from));
      const packedA = (k: Range) => start + line * (k.from - inner.from);
      const { packA, multiply } = parts(rank, factors, packedA);
      const sums = atLeastOne(inner, BLOCK.inner);
      sums.forEach(packA);
      const height = rows.to - rows.from;
      const dw = partial(rank, height, BLOCK.columns);
      for (const j of blocks(columns, BLOCK.columns, COLUMNS)) {
        for (const k of sums) multiply(k, j, dw, k.from > inner.from);
        appendMomentum(rank, height, j, dw, w, v, stride);
      }
    },

    appendMomentum,
    partial,
  };

  /** The step of some columns of W and v by those of dW, see `appendStep`. */
  function appendMomentum(
    { tasks }: Rank,
    rows: number,
    { from, to }: Range,
    dw: Place,
    w: number,
    v: number,
    stride: number,
  ): void {
    const places = [w + from * 8, dw.address, v + from * 8, COEFFICIENTS] as const;
    append(tasks, "momentum", ...places, rows, (to - from) / 2, stride, dw.stride);
  }

  /** Room for results of one rank, which nobody else writes to. */
  function partial({ r }: Rank, rows: number, columns: number): Place {
    const stride = columns * 8;
    return { address: room(`partial ${r}`, rows * stride), stride };
  }
}

/** The rows of a packed A: whole tiles. */
function packedHeight({ from, to }: Range): number {
  return ROWS * Math.ceil((to - from) / ROWS);
}

/** The blocks of a dimension that is summed over: with nothing to add up there is still a zero to write. */
export function atLeastOne(range: Range, most: number): Range[] {
  return range.to > range.from ? blocks(range, most) : [range];
}
