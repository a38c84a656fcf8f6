/**
 * The tasks of both ranks for out = (A B)ᵀ, as the forward product needs it.
 *
 * @module
 */

import { halves, type Range } from "./blocks.ts";
import type { Factors, openBlocks, Place, Rank } from "./wasm_blocks.ts";
import { COLUMNS } from "./wasm_product.ts";
import type { Desk } from "./wasm_run.ts";
import type { Program } from "./wasm_tasks.ts";

/** Functions that append such tasks to a desk. */
export function openTransposed(
  { append }: Program,
  { appendProduct, partial }: ReturnType<typeof openBlocks>,
) {
  return { appendTransposed, appendSumOfParts };

  /**
   * out = (A B)ᵀ. A long inner dimension is shared by the ranks: each reads its part of A, and their
   * partial sums are small. Otherwise they share the columns.
   */
  function appendTransposed(desk: Desk, p: Factors, isShared: boolean, out: number): void {
    const [rows, columns] = [p.rows.to, p.columns.to];
    const product = { ...p, accumulate: false };
    if (p.inner.to > columns) {
      const parts = halves(p.inner.to, 4, isShared);
      return appendSumOfParts(desk, parts, [rows, columns], out, (rank, inner, c) => {
        appendProduct(rank, { ...product, inner, c });
      });
    }
    for (const [r, part] of halves(columns, COLUMNS, isShared).entries()) {
      const rank = desk.ranks[r];
      const width = part.to - part.from;
      const c = partial(rank, rows, width);
      appendProduct(rank, { ...product, columns: part, c });
      const to = out + part.from * rows * 8;
      append(rank.tasks, "transpose", to, c.address, c.stride, width, rows, 0);
    }
  }

  /** out = Cᵀ, where C is the sum of what `appendPart` computes of each part of the inner dimension. */
  function appendSumOfParts(
    { ranks, last }: Desk,
    parts: readonly Range[],
    [rows, columns]: readonly [rows: number, columns: number],
    out: number,
    appendPart: (rank: Rank, inner: Range, c: Place) => void,
  ): void {
    const [c, other] = parts.map((inner, r) => {
      const c = partial(ranks[r], rows, columns + columns % 2);
      appendPart(ranks[r], inner, c);
      return c;
    });
    if (other) append(last, "sum", c.address, other.address, rows * c.stride / 16);
    append(last, "transpose", out, c.address, c.stride, columns, rows, 0);
  }
}
