/**
 * The tasks of products by digits: the panels of each, and what is multiplied while it is in the cache.
 *
 * @module
 */

import { blocks, type Range } from "./blocks.ts";
import type { Place, Rank } from "./wasm_blocks.ts";
import { BYTE_COLUMNS, BYTE_ROWS } from "./wasm_byte_product.ts";
import { PANEL_HEAD, PANEL_STEP } from "./wasm_digits.ts";
import type { WasmMemory } from "./wasm_memory.ts";
import type { Program } from "./wasm_tasks.ts";

/** As many columns of the gradient are multiplied at a time. */
export const BYTE_BLOCK = 128;

/** Columns that lie side by side are packed in whole vectors. */
export const BYTE_VECTOR = 16;

/** Functions that append the tasks of products by digits. */
export function openByteBlocks({ append }: Program, { room }: WasmMemory) {
  /** The digits of `rows` rows of numbers. */
  function digitsOf({ tasks }: Rank, to: number, from: Place, rows: number, count: number): void {
    append(tasks, "splitRows", to, from.address, from.stride, rows, count);
  }

  return {
    /**
     * C = W Xᵀ for a range of the inputs; the address of W is that of its first row.
     *
     * @param m rows of W
     * @param n rows of X
     */
    appendForward(rank: Rank, m: number, n: number, inner: Range, w: Place, x: Place, c: Place) {
      const length = inner.to - inner.from;
      const panels = Math.ceil(n / BYTE_COLUMNS);
      const bytes = room(`bytes ${rank.r}`, panels * BYTE_COLUMNS * length);
      const digits = room(`digits ${rank.r}`, panelSize(length));
      append(rank.tasks, "packLines", bytes, x.address + inner.from, x.stride, n, length);
      // The digits of two rows are used while they are in the first-level cache.
      for (const { from, to } of blocks({ from: 0, to: m }, BYTE_ROWS)) {
        const row = { ...w, address: w.address + from * w.stride + inner.from * 8 };
        digitsOf(rank, digits, row, to - from, length);
        append(
          rank.tasks,
          "multiplyBytes",
          digits,
          bytes,
          c.address + from * c.stride,
          c.stride,
          (n - BYTE_COLUMNS) * 8,
          panels,
          length / 4,
          to - from,
          0,
        );
      }
    },

    /**
     * dW = Gᵀ X for a range of its columns, 128 at a time: `placeOf` says where those go, and `use` what
     * is done with them then.
     */
    appendGradient(
      rank: Rank,
      { n, m, columns, g, x, accumulate }: GradientFactors,
      placeOf: (columns: Range) => Place,
      use: (columns: Range) => void = () => {},
    ) {
      const { r, tasks } = rank;
      const steps = Math.ceil(n / 4);
      const rows = { address: room(`rows ${r}`, m * steps * 32), stride: steps * 32 };
      append(tasks, "transpose", rows.address, g, m * 8, m, n, 4 * steps - n);
      const digits = room(`digits ${r}`, Math.ceil(m / BYTE_ROWS) * panelSize(4 * steps));
      digitsOf(rank, digits, rows, m, 4 * steps);
      const bytes = room(`bytes ${r}`, BYTE_BLOCK * steps * 4);
      for (const part of blocks(columns, BYTE_BLOCK, BYTE_VECTOR)) {
        const width = part.to - part.from;
        const c = placeOf(part);
        append(tasks, "packAcross", bytes, x.address + part.from, x.stride, width, n);
        append(
          tasks,
          "multiplyBytes",
          digits,
          bytes,
          c.address,
          c.stride,
          (width - BYTE_COLUMNS) * 8,
          width / BYTE_COLUMNS,
          steps,
          m,
          accumulate ? 1 : 0,
        );
        use(part);
      }
    },
  };
}

/** Bytes of the digits of two rows. */
function panelSize(count: number): number {
  return PANEL_HEAD + PANEL_STEP * count / 4;
}

/** Gᵀ and X: n samples, m units, and a range of the inputs. */
export interface GradientFactors {
  readonly n: number;
  readonly m: number;
  readonly columns: Range;
  /** Address of G. */
  readonly g: number;
  readonly x: Place;
  /** Whether the product is added to what is there. */
  readonly accumulate: boolean;
}
