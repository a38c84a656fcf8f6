/**
 * The portable backend's product of rows of numbers with columns of bytes, by digits: see `digits.ts`.
 *
 * A tile is two rows a and b times four columns p, in twelve vectors of sums of 32 bits: as many as the
 * registers hold beside the operands. Nothing is repeated in a vector; where the lanes of the digits are
 *
 *     a0 b0 a1 b1
 *
 * the columns come as p0 p1 p2 p3 and as p1 p0 p3 p2, and then the halves of the digits are swapped: four
 * products see every digit with every column, after one load and one reordering of each operand.
 *
 * @module
 */

import {
  type Code,
  defineFunction,
  f64x2,
  type FunctionCode,
  i32,
  type Local,
  loopWhile,
  smaller,
  type,
  when,
} from "./wasm_assembler.ts";
import { digitConstant, PANEL_HEAD, PANEL_STEP } from "./wasm_digits.ts";
import { i32x4, i64x2 } from "./wasm_lanes.ts";
import type { Instructions } from "./wasm_layout.ts";

/** Rows and columns of a tile. */
export const BYTE_ROWS = 2;
export const BYTE_COLUMNS = 4;

/** The sums of three vectors of digits: as they are and swapped, with the columns as they are and swapped. */
type Sums = readonly (readonly [readonly [Local, Local], readonly [Local, Local]])[];

/**
 * C = A B, or C += A B, from a panel for every two rows of A, and one for every four columns of B. The last
 * columns are stored `last` bytes from the start of their row, an odd last row twice.
 */
export function multiplyBytes(instructions: Instructions): FunctionCode {
  const dot = instructions.dot!;
  return defineFunction("multiplyBytes", 9, (parameters, declare) => {
    const [a, b, c, stride, last, panels, steps, rows, accumulate] = parameters;
    const [aNext, bNext, at, left, k, toSecond] = Array.from(
      { length: 6 },
      () => declare(type.i32),
    );
    const vector = () => declare(type.v128);
    const sums: Sums = [0, 1, 2].map(() => [[vector(), vector()], [vector(), vector()]]);
    const columns = [vector(), vector()];
    const digits = vector();

    // Of all orders of loads and additions that were tried this is the fastest, by a tenth.
    const load = (i: number) => digits.set(f64x2.load(16 * i, aNext.get));
    const step: Code = [
      load(0),
      columns[0].set(f64x2.load(0, bNext.get)),
      bNext.increase(i32.value(16)),
      columns[1].set(i32x4.swapNeighbours(columns[0].get)),
      sums.map((ofHalves, i) => [
        i > 0 ? load(i) : [],
        ofHalves.map((ofColumns, half) => [
          half > 0 ? digits.set(i32x4.swapHalves(digits.get)) : [],
          ofColumns.map((sum, j) => sum.set(dot(digits.get, columns[j].get, sum.get))),
        ]),
      ]),
      aNext.increase(i32.value(PANEL_STEP)),
      k.increase(i32.value(-1)),
    ];
    const results = resultsOf(sums, instructions, a, vector);
    const place = i32.add(c.get, at.get);
    const rowOf = [place, i32.add(place, toSecond.get)];

    return loopWhile(
      rows.get,
      toSecond.set(i32.mul(stride.get, smaller(i32.sub(rows.get, i32.value(1)), i32.value(1)))),
      bNext.set(b.get),
      at.set(i32.value(0)),
      left.set(panels.get),
      loopWhile(
        left.get,
        aNext.set(i32.add(a.get, i32.value(PANEL_HEAD))),
        sums.flat(2).map((sum) => sum.set(f64x2.zero)),
        k.set(steps.get),
        loopWhile(k.get, step),
        results.code,
        // All is read before anything is written: the second row may be the first one again.
        when(
          accumulate.get,
          results.rows.map((row, r) =>
            row.map((pair, i) => pair.set(f64x2.add(f64x2.load(16 * i, rowOf[r]), pair.get)))
          ),
        ),
        results.rows.map((row, r) => row.map((pair, i) => f64x2.store(16 * i, rowOf[r], pair.get))),
        at.set(smaller(i32.add(at.get, i32.value(8 * BYTE_COLUMNS)), last.get)),
        left.increase(i32.value(-1)),
      ),
      a.set(aNext.get),
      c.increase(i32.shl(stride.get, i32.value(1))),
      rows.set(i32.sub(rows.get, smaller(rows.get, i32.value(BYTE_ROWS)))),
    );
  });
}

/** The numbers that the sums stand for: of each row, two pairs. */
function resultsOf(
  sums: Sums,
  { multiplyAdd }: Instructions,
  panel: Local,
  vector: () => Local,
): { code: Code; rows: readonly (readonly Local[])[] } {
  const [base, factors, terms] = [vector(), vector(), vector()];
  /** The pairs of a half of the lanes, whose highest digits are the swapped ones, or the others. */
  const pairs = ["low", "high"].map((half, h) =>
    [0, 1].map((j) => {
      const number = vector();
      const digit = (i: number) => {
        const lanes = sums[i >> 1][(i & 1) ^ h][j].get;
        return i32x4.toNumbers(half === "low" ? lanes : i32x4.swapHalves(lanes));
      };
      const code = [
        number.set(digit(5)),
        // Times 256 is exact, so it does not matter whether the addition is fused.
        [4, 3, 2, 1, 0].map((i) => number.set(multiplyAdd(number.get, base.get, digit(i)))),
        number.set(f64x2.mul(f64x2.add(number.get, terms.get), factors.get)),
      ];
      return { number, code };
    })
  );
  const rows = [[vector(), vector()], [vector(), vector()]];
  return {
    code: [
      base.set(digitConstant("BASE")),
      factors.set(f64x2.load(0, panel.get)),
      terms.set(f64x2.load(16, panel.get)),
      pairs.map(([as, swapped], i) => [
        as.code,
        swapped.code,
        rows[0][i].set(i64x2.interleaveLow(as.number.get, swapped.number.get)),
        rows[1][i].set(i64x2.interleaveHigh(swapped.number.get, as.number.get)),
      ]),
    ],
    rows,
  };
}
