/**
 * The product of the portable backend: C = A B from packed operands.
 *
 * Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a tile of C stays
 * in registers while the product runs along its inner dimension; the operands are packed beforehand so
 * that the tile reads them one after another. A is packed in panels of `ROWS` rows, B in panels
 * of `COLUMNS` columns, both with the inner dimension outermost:
 *
 *     A panel: inner x ROWS        B panel: inner x COLUMNS
 *
 * A last panel that is not full holds whatever lies beside the operand in memory: it reaches only
 * those parts of the tile that are not stored.
 *
 * @module
 */

import {
  type Code,
  defineFunction,
  f64,
  f64x2,
  type FunctionCode,
  i32,
  type Local,
  loopWhile,
  smaller,
  type,
  when,
} from "./wasm_assembler.ts";
import type { Instructions } from "./wasm_layout.ts";

/** Rows and columns of a tile: 5 x 2 vectors fill the 16 vector registers of x86-64 best. */
export const ROWS = 5;
export const COLUMNS = 4;

/** Bytes of a tile, which is laid down in memory where only a corner of it is stored. */
export const CORNER = ROWS * COLUMNS * 8;

/** How many steps of the inner dimension are written out in a row. */
const UNROLLED = 4;

/** C = A B, or C += A B: tile after tile, along the rows of C. */
export function multiply({ multiplyAdd }: Instructions): FunctionCode {
  return defineFunction("multiply", 9, (parameters, declare) => {
    const [a, b, c, corner, stride, rows, columns, inner, accumulate] = parameters;
    const [rowsLeft, columnsLeft, aNext, bNext, cNext, k] = Array.from(
      { length: 6 },
      () => declare(type.i32),
    );
    const tile = Array.from({ length: ROWS }, () => [declare(type.v128), declare(type.v128)]);
    const bNow = [declare(type.v128), declare(type.v128)];
    const [aNow, aPair] = [declare(type.v128), declare(type.v128)];

    /**
     * Steps of the inner dimension: a column of the A panel times a row of the B panel. The numbers of A
     * are loaded in pairs and repeated, because an engine may check the bounds of every load.
     */
    const steps = (count: number): Code => [
      Array.from({ length: count * ROWS }, (_, i) => {
        const [k, r] = [Math.floor(i / ROWS), i % ROWS];
        return [
          r > 0 ? [] : bNow.map((b, v) => b.set(f64x2.load((k * COLUMNS + 2 * v) * 8, bNext.get))),
          i % 2 > 0 ? [] : aPair.set(f64x2.load(i * 8, aNext.get)),
          aNow.set(f64x2.repeatLane(i % 2, aPair.get)),
          tile[r].map((sum, v) => sum.set(multiplyAdd(aNow.get, bNow[v].get, sum.get))),
        ];
      }),
      aNext.increase(i32.value(count * ROWS * 8)),
      bNext.increase(i32.value(count * COLUMNS * 8)),
      k.increase(i32.value(-1)),
    ];
    const product: Code = [
      tile.flat().map((sum) => sum.set(f64x2.zero)),
      k.set(i32.shr(inner.get, i32.value(Math.log2(UNROLLED)))),
      loopWhile(k.get, steps(UNROLLED)),
      k.set(i32.and(inner.get, i32.value(UNROLLED - 1))),
      loopWhile(k.get, steps(1)),
    ];

    const row = declare(type.i32);
    const storeWhole: Code = [
      row.set(cNext.get),
      tile.map((sums) => [
        sums.map((sum, v) => [
          when(accumulate.get, sum.set(f64x2.add(sum.get, f64x2.load(v * 16, row.get)))),
          f64x2.store(v * 16, row.get, sum.get),
        ]),
        row.increase(stride.get),
      ]),
    ];
    const storeCorner: Code = [
      tile.map((sums, r) =>
        sums.map((sum, v) => f64x2.store((r * COLUMNS + 2 * v) * 8, corner.get, sum.get))
      ),
      copyCorner(declare, { cNext, corner, stride, rowsLeft, columnsLeft, accumulate }),
    ];

    const isWhole = i32.and(
      i32.less(i32.value(ROWS - 1), rowsLeft.get),
      i32.less(i32.value(COLUMNS - 1), columnsLeft.get),
    );
    const next = (left: Local, size: number) =>
      left.set(i32.sub(left.get, smaller(left.get, i32.value(size))));
    return [
      rowsLeft.set(rows.get),
      loopWhile(
        rowsLeft.get,
        bNext.set(b.get),
        cNext.set(c.get),
        columnsLeft.set(columns.get),
        loopWhile(
          columnsLeft.get,
          aNext.set(a.get),
          product,
          when(isWhole, storeWhole, storeCorner),
          cNext.increase(i32.value(COLUMNS * 8)),
          next(columnsLeft, COLUMNS),
        ),
        a.set(aNext.get),
        c.increase(i32.mul(stride.get, i32.value(ROWS))),
        next(rowsLeft, ROWS),
      ),
    ];
  });
}

/** Stores that part of the tile at `corner` that lies inside C, number by number. */
function copyCorner(
  declare: (type: number) => Local,
  c: Record<"cNext" | "corner" | "stride" | "rowsLeft" | "columnsLeft" | "accumulate", Local>,
): Code {
  const [from, to, row, r, j] = Array.from({ length: 5 }, () => declare(type.i32));
  const count = (left: Local, size: number) => smaller(left.get, i32.value(size));
  return [
    row.set(c.cNext.get),
    r.set(i32.value(0)),
    loopWhile(
      i32.less(r.get, count(c.rowsLeft, ROWS)),
      from.set(i32.add(c.corner.get, i32.mul(r.get, i32.value(COLUMNS * 8)))),
      to.set(row.get),
      j.set(count(c.columnsLeft, COLUMNS)),
      loopWhile(
        j.get,
        when(
          c.accumulate.get,
          f64.store(0, to.get, f64.add(f64.load(0, from.get), f64.load(0, to.get))),
          f64.store(0, to.get, f64.load(0, from.get)),
        ),
        from.increase(i32.value(8)),
        to.increase(i32.value(8)),
        j.increase(i32.value(-1)),
      ),
      row.increase(c.stride.get),
      r.increase(i32.value(1)),
    ),
  ];
}
