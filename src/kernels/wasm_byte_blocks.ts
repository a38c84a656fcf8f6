/**
 * The tasks of products by digits: the panels of each, and what is multiplied while it is in the cache.
 *
 * @module
 */

import { blocks, type Range } from "./blocks.ts";
import type { Place, Product, Rank } from "./wasm_blocks.ts";
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
  return {
    /** C = W Xᵀ, the factors being W and X, for a range of the inputs. */
    appendForward(
      { r, tasks }: Rank,
      { rows, inner, columns, a, b, c }: Omit<Product, "accumulate">,
    ): void {
      const n = columns.to;
      const length = inner.to - inner.from;
      const panels = Math.ceil(n / BYTE_COLUMNS);
      const bytes = room(`bytes ${r}`, panels * BYTE_COLUMNS * length);
      const digits = room(`digits ${r}`, panelSize(length));
      append(tasks, "packLines", bytes, b.address + inner.from, b.stride, n, length);
      // The digits of two rows are used while they are in the first-level cache.
      for (const { from, to } of blocks(rows, BYTE_ROWS)) {
        const row = a.address + from * a.stride + inner.from * 8;
        append(tasks, "splitRows", digits, row, a.stride, to - from, length);
        append(
          tasks,
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
     * dW = Gᵀ X, the factors being G and X, for a range of its columns, some at a time: `placeOf` says
     * where those go, and `use` what is done with them then.
     */
    appendGradient(
      { r, tasks }: Rank,
      { rows, inner, columns, a, b, accumulate }: Omit<Product, "c">,
      placeOf: (columns: Range) => Place,
      use: (columns: Range) => void = () => {},
    ): void {
      const [m, n] = [rows.to, inner.to];
      const steps = Math.ceil(n / 4);
      const lines = room(`rows ${r}`, m * steps * 32);
      append(tasks, "transpose", lines, a.address, a.stride, m, n, 4 * steps - n);
      const digits = room(`digits ${r}`, Math.ceil(m / BYTE_ROWS) * panelSize(4 * steps));
      append(tasks, "splitRows", digits, lines, steps * 32, m, 4 * steps);
      const bytes = room(`bytes ${r}`, BYTE_BLOCK * steps * 4);
      for (const part of blocks(columns, BYTE_BLOCK, BYTE_VECTOR)) {
        const width = part.to - part.from;
        const c = placeOf(part);
        append(tasks, "packAcross", bytes, b.address + part.from, b.stride, width, n);
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
