/**
 * The portable backend's panels of bytes, as `wasm_byte_product.ts` reads them: four columns each, and for
 * each four steps of the inner dimension a vector of 32 bits a column. As in the panels of digits, the
 * four steps come in the order 0, 2, 1, 3.
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
} from "./wasm_assembler.ts";
import { i16x8, i32x4, i64x2, i8x16 } from "./wasm_lanes.ts";
import { BYTE_ORDER, type Instructions } from "./wasm_layout.ts";

/** Bytes of a vector of a panel. */
const STEP = 16;

/** Writes down what the code reads. */
export function writeByteOrder(buffer: ArrayBufferLike): void {
  const order = [0, 2, 1, 3];
  const indices = [0, 4, 8, 12].flatMap((dword) => order.map((byte) => dword + byte));
  new Uint8Array(buffer, BYTE_ORDER, 16).set(indices);
}

/** Panels whose columns are lines of memory; a last one that would not be full begins earlier. */
export function packLines({ pick }: Instructions): FunctionCode {
  return defineFunction("packLines", 5, (parameters, declare) => {
    const [to, from, stride, columns, inner] = parameters;
    const { lines, vectors, load, advance } = fourLines(declare);
    const [order, k, last] = [declare(type.v128), declare(type.i32), declare(type.i32)];
    return [
      order.set(f64x2.load(BYTE_ORDER, i32.value(0))),
      last.set(i32.add(from.get, i32.mul(stride.get, i32.sub(columns.get, i32.value(4))))),
      loopWhile(
        columns.get,
        lines.map((line, r) =>
          line.set(r === 0 ? from.get : i32.add(lines[r - 1].get, stride.get))
        ),
        k.set(inner.get),
        loopWhile(
          k.get,
          load,
          vectors.map((vector) => vector.set(pick(vector.get, order.get))),
          transpose(
            vectors,
            i32x4,
            i64x2,
            declare,
            (i, vector) => f64x2.store(STEP * i, to.get, vector),
          ),
          advance,
          to.increase(i32.value(4 * STEP)),
          k.increase(i32.value(-16)),
        ),
        from.set(smaller(i32.add(from.get, i32.shl(stride.get, i32.value(2))), last.get)),
        columns.set(i32.sub(columns.get, smaller(columns.get, i32.value(4)))),
      ),
    ];
  });
}

/** Panels whose columns lie side by side, sixteen at a time; steps beyond the last line repeat it. */
export function packAcross(): FunctionCode {
  return defineFunction("packAcross", 5, (parameters, declare) => {
    const [to, from, stride, columns, inner] = parameters;
    const { lines, vectors, load, advance } = fourLines(declare);
    const [panel, k, left, at] = [0, 1, 2, 3].map(() => declare(type.i32));
    const places = vectors.map(() => declare(type.i32));
    const rest = i32.sub(left.get, i32.value(1));
    return [
      // From panel to panel: all steps, by fours.
      panel.set(
        i32.shl(i32.shr(i32.add(inner.get, i32.value(3)), i32.value(2)), i32.value(4)),
      ),
      left.set(inner.get),
      loopWhile(
        left.get,
        lines.map((line, r) =>
          line.set(i32.add(from.get, i32.mul(stride.get, smaller(i32.value(r), rest))))
        ),
        at.set(to.get),
        k.set(columns.get),
        loopWhile(
          k.get,
          places.map((place, i) =>
            place.set(i === 0 ? at.get : i32.add(places[i - 1].get, panel.get))
          ),
          load,
          transpose(
            [0, 2, 1, 3].map((r) => vectors[r]),
            i8x16,
            i16x8,
            declare,
            (i, vector) => f64x2.store(0, places[i].get, vector),
          ),
          advance,
          at.increase(i32.shl(panel.get, i32.value(2))),
          k.increase(i32.value(-16)),
        ),
        from.increase(i32.shl(stride.get, i32.value(2))),
        to.increase(i32.value(STEP)),
        left.set(i32.sub(left.get, smaller(left.get, i32.value(4)))),
      ),
    ];
  });
}

/** Four lines of memory, and sixteen bytes of each. */
function fourLines(declare: (type: number) => Local) {
  const lines = [0, 1, 2, 3].map(() => declare(type.i32));
  const vectors = lines.map(() => declare(type.v128));
  return {
    lines,
    vectors,
    load: vectors.map((vector, r) => vector.set(f64x2.load(0, lines[r].get))),
    advance: lines.map((line) => line.increase(i32.value(16))),
  };
}

/** Two ways to interleave the lanes of two vectors. */
interface Interleaving {
  readonly interleaveLow: (a: Code, b: Code) => Code;
  readonly interleaveHigh: (a: Code, b: Code) => Code;
}

/** Lanes of four vectors, first by the narrow, then by the wide interleaving; stores each of four results. */
function transpose(
  [a, b, c, d]: readonly Local[],
  narrow: Interleaving,
  wide: Interleaving,
  declare: (type: number) => Local,
  store: (index: number, vector: Code) => Code,
): Code {
  const [ab, cd] = [declare(type.v128), declare(type.v128)];
  return (["interleaveLow", "interleaveHigh"] as const).map((half, h) => [
    ab.set(narrow[half](a.get, b.get)),
    cd.set(narrow[half](c.get, d.get)),
    store(2 * h, wide.interleaveLow(ab.get, cd.get)),
    store(2 * h + 1, wide.interleaveHigh(ab.get, cd.get)),
  ]);
}
