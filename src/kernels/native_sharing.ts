/**
 * How the two ranks of the native backend share a product.
 *
 * @module
 */

import { halves } from "./blocks.ts";
import type { Size } from "./kernels.ts";
import { addressOf } from "./native_memory.ts";
import type { Desk } from "./native_plan.ts";
import {
  appendProduct,
  type Operand,
  paddedSize,
  type Product,
  type Rank,
  roomOf,
} from "./native_product.ts";
import type { Tile } from "./x86_product.ts";

/** Products of fewer multiplications than this are not worth a second rank. */
export const WORTH_SHARING = 300_000;

/** The ways to share, for one size of tiles. */
export function sharing(tile: Tile) {
  const shares = ({ n, d, m }: Size, length: number) =>
    halves(length, tile.columns, n * d * m >= WORTH_SHARING);

  /** Appends C = A B for one rank, C in its own room; returns where it is and its bytes per row. */
  function appendPartial(rank: Rank, product: Omit<Product, "c">): Product["c"] {
    const [height, width] = paddedSize(product, tile);
    const c = { address: roomOf(rank, "partial", height * width), stride: width * 8 };
    appendProduct(rank, tile, { ...product, c }, true);
    return c;
  }

  /** out = (A B)ᵀ, where out is columns x rows: the ranks share the columns of B. */
  function sharingColumns(
    { ranks }: Desk,
    size: Size,
    product: Omit<Product, "c">,
    out: Float64Array,
  ): void {
    const { rows, columns } = product;
    for (const [r, part] of shares(size, columns.to).entries()) {
      const c = appendPartial(ranks[r], { ...product, columns: part });
      const to = addressOf(out) + part.from * rows * 8;
      ranks[r].list.append("transpose", to, c.address, c.stride, part.to - part.from, rows);
    }
  }

  /** out = (A B)ᵀ: the ranks share the inner dimension, and with it the columns of A, which stay theirs. */
  function sharingInner(
    { ranks, last }: Desk,
    size: Size,
    product: Omit<Product, "c">,
    out: Float64Array,
  ): void {
    const { rows, inner, columns } = product;
    const [height, width] = paddedSize(product, tile);
    const [c, other] = shares(size, inner.to).map((part, r) =>
      appendPartial(ranks[r], { ...product, inner: part })
    );
    if (other) last.append("sum", c.address, other.address, height * width / tile.lanes);
    last.append("transpose", addressOf(out), c.address, c.stride, columns.to, rows);
  }

  function transposedProduct(
    desk: Desk,
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
    if (inner > columns) sharingInner(desk, size, product, out);
    else sharingColumns(desk, size, product, out);
  }

  return { shares, appendPartial, transposedProduct };
}
