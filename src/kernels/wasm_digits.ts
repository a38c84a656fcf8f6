/**
 * The portable backend's rows of digits, see `digits.ts`: code that splits the rows of a matrix.
 *
 * Two rows a and b at a time make a panel: what their sums are multiplied by, what is added to them
 * before, and then 48 bytes for every four numbers of both. Their digits i lie in 32 bits each:
 *
 *     a0 b0 a1 b1   a2 b2 a3 b3   a4 b4 a5 b5
 *
 * where the four numbers come in the order 0, 2, 1, 3, which spares moving them.
 *
 * @module
 */

import { LARGEST, MAGIC, SMALLEST, UNIT } from "./digits.ts";
import {
  bits,
  type Code,
  defineFunction,
  f64x2,
  type FunctionCode,
  i32,
  type Local,
  loopWhile,
  smaller,
  type,
} from "./wasm_assembler.ts";
import { i16x8, i32x4, i64x2, i8x16 } from "./wasm_lanes.ts";
import { DIGIT_VECTORS, type Instructions, LINEAR } from "./wasm_layout.ts";

/** Bytes of a panel before its digits: the pair of factors, and the pair of terms. */
export const PANEL_HEAD = 32;

/** Bytes of four numbers of both rows. */
export const PANEL_STEP = 48;

/** Constants, both lanes alike. */
const constants = { LARGEST, MAGIC, SMALLEST, UNIT, MOST: 255, BASE: 256 };
const names = Object.keys(constants);
const FLIP = DIGIT_VECTORS + 16 * names.length;
const MAGNITUDE = FLIP + 16;

/** A vector of constants. They are loaded, since an engine may build one anew at each use. */
export function digitConstant(name: keyof typeof constants): Code {
  return f64x2.load(DIGIT_VECTORS + 16 * names.indexOf(name), i32.value(0));
}

/** Writes down what the code reads. */
export function writeDigitVectors(buffer: ArrayBufferLike): void {
  const pairs = Object.values(constants).flatMap((value) => [value, value]);
  new Float64Array(buffer, DIGIT_VECTORS, pairs.length).set(pairs);
  new Uint8Array(buffer, FLIP, 16).fill(0x80);
  // All bits but the sign.
  new BigUint64Array(buffer, MAGNITUDE, 2).fill(2n ** 63n - 1n);
}

/** Splits rows of `count` numbers, a multiple of four, into panels; an odd last row is its own neighbour. */
export function splitRows({ multiplyAdd }: Instructions): FunctionCode {
  return defineFunction("splitRows", 5, (parameters, declare) => {
    const [to, from, stride, rows, count] = parameters;
    const vector = () => declare(type.v128);
    const lines = [declare(type.i32), declare(type.i32)];
    const next = lines.map(() => declare(type.i32));
    const [left, head] = [declare(type.i32), declare(type.i32)];
    const values = [0, 1, 2, 3].map(vector);

    /** Four numbers of each row, then `code`, along the rows. */
    const alongRows = (code: Code): Code => [
      next.map((address, r) => address.set(lines[r].get)),
      left.set(i32.shr(count.get, i32.value(2))),
      loopWhile(
        left.get,
        values.map((value, i) => value.set(f64x2.load(16 * (i & 1), next[i >> 1].get))),
        code,
        next.map((address) => address.increase(i32.value(32))),
        left.increase(i32.value(-1)),
      ),
    ];

    const [largest, spoilt] = [0, 1].map(() => values.map(vector));
    const [both, most, zero, magnitude] = [0, 1, 2, 3].map(vector);
    /** Of the lanes of four vectors, two of each row, those of a row in one. */
    const ofRows = (operation: (a: Code, b: Code) => Code, of: readonly Local[]): Code => [
      of[0].set(operation(of[0].get, of[1].get)),
      of[2].set(operation(of[2].get, of[3].get)),
      both.set(i64x2.interleaveHigh(of[0].get, of[2].get)),
      operation(i64x2.interleaveLow(of[0].get, of[2].get), both.get),
    ];
    const findMost: Code = [
      zero.set(f64x2.zero),
      magnitude.set(f64x2.load(MAGNITUDE, i32.value(0))),
      largest.map((local) => local.set(digitConstant("SMALLEST"))),
      spoilt.map((local) => local.set(f64x2.zero)),
      alongRows(values.map((value, i) => [
        largest[i].set(f64x2.larger(largest[i].get, f64x2.and(value.get, magnitude.get))),
        // The comparison passes over NaN; times zero, it and infinity are NaN.
        spoilt[i].set(multiplyAdd(value.get, zero.get, spoilt[i].get)),
      ])),
      most.set(ofRows(f64x2.larger, largest)),
      f64x2.store(
        0,
        head.get,
        f64x2.add(f64x2.mul(most.get, digitConstant("UNIT")), ofRows(f64x2.add, spoilt)),
      ),
    ];

    const [magic, flip, scale, sumOfQ] = [0, 1, 2, 3].map(vector);
    const scales = [vector(), vector()];
    const sums = values.map(vector);
    const [low, high] = [0, 1].map(() => [vector(), vector()]);
    const store = (place: number, digits: Code) =>
      f64x2.store(16 * place, to.get, bits.xor(digits, flip.get));
    const split: Code = [
      magic.set(digitConstant("MAGIC")),
      flip.set(f64x2.load(FLIP, i32.value(0))),
      scale.set(f64x2.div(digitConstant("LARGEST"), most.get)),
      scales.map((local, r) => local.set(f64x2.repeatLane(r, scale.get))),
      sums.map((sum) => sum.set(f64x2.zero)),
      alongRows([
        values.map((value, i) => [
          value.set(f64x2.add(f64x2.mul(value.get, scales[i >> 1].get), magic.get)),
          sums[i].set(i64x2.add(sums[i].get, value.get)),
        ]),
        [0, 1].map((r) => [
          low[r].set(i8x16.interleaveLow(values[2 * r].get, values[2 * r + 1].get)),
          high[r].set(i8x16.interleaveHigh(values[2 * r].get, values[2 * r + 1].get)),
          values[r].set(i16x8.interleaveLow(low[r].get, high[r].get)),
          high[r].set(i16x8.interleaveHigh(low[r].get, high[r].get)),
        ]),
        store(0, i32x4.interleaveLow(values[0].get, values[1].get)),
        store(1, i32x4.interleaveHigh(values[0].get, values[1].get)),
        store(2, i32x4.interleaveLow(high[0].get, high[1].get)),
        to.increase(i32.value(PANEL_STEP)),
      ]),
      // What the magic number itself has added to the sums of the bits.
      sumOfQ.set(i64x2.sub(ofRows(i64x2.add, sums), i64x2.mul(magic.get, i64x2.splat(count.get)))),
      f64x2.store(
        16,
        head.get,
        f64x2.mul(
          f64x2.mul(digitConstant("MOST"), f64x2.load(LINEAR, i32.value(0))),
          i64x2.toNumbers(sumOfQ.get),
        ),
      ),
    ];

    return loopWhile(
      rows.get,
      head.set(to.get),
      to.increase(i32.value(PANEL_HEAD)),
      lines[0].set(from.get),
      lines[1].set(
        i32.add(
          from.get,
          i32.mul(stride.get, smaller(i32.sub(rows.get, i32.value(1)), i32.value(1))),
        ),
      ),
      findMost,
      split,
      from.increase(i32.shl(stride.get, i32.value(1))),
      rows.set(i32.sub(rows.get, smaller(rows.get, i32.value(2)))),
    );
  });
}
