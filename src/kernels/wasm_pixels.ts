/**
 * How the portable backend turns the bytes of linear pixels into numbers: u / 255 + shift, two at a time.
 * See `linear_pixels.ts`.
 *
 * @module
 */

import { copiesOf, SIXTEEN, TINY } from "./linear_pixels.ts";
import { bits, type Code, f64x2, i32, type Local, type } from "./wasm_assembler.ts";
import { type Instructions, LINEAR } from "./wasm_layout.ts";

/** Which two bytes of a vector become numbers. */
const PAIRS = { apart: [0, 8], first: [0, 1], second: [2, 3] } as const;

/** A pair of bytes, by the name of a mask. */
export type Pair = keyof typeof PAIRS;

/** Writes down what the code of `linearNumbers` reads; the shift comes with each table. */
export function writeLinearVectors(buffer: ArrayBufferLike): void {
  const pairs = Object.values(PAIRS);
  new Float64Array(buffer, LINEAR + 16, 4).set([SIXTEEN, SIXTEEN, TINY, TINY]);
  new Uint8Array(buffer, LINEAR + 48, 16 * pairs.length).set(pairs.flat().flatMap(copiesOf));
}

/** What is added to u / 255. */
export function writeShift(buffer: ArrayBufferLike, shift: number): void {
  new Float64Array(buffer, LINEAR, 2).fill(shift);
}

/**
 * The code: `load` comes once, before `numbers` turns two bytes of a vector into numbers. Constants are
 * loaded, since an engine may build one that is written in the code anew at each use.
 */
export function linearNumbers(
  { multiplyAdd, pick }: Instructions,
  declare: (type: number) => Local,
): { load: Code; numbers: (bytes: Code, pair: Pair) => Code } {
  const names = Object.keys(PAIRS);
  const vectors = Array.from({ length: 3 + names.length }, () => declare(type.v128));
  const [shift, sixteen, tiny, ...masks] = vectors;
  const high = declare(type.v128);
  return {
    load: vectors.map((vector, i) => vector.set(f64x2.load(LINEAR + 16 * i, i32.value(0)))),
    numbers: (bytes, pair) => {
      const copies = pick(bytes, masks[names.indexOf(pair)].get);
      return f64x2.add(
        [
          high.set(f64x2.sub(bits.or(copies, sixteen.get), sixteen.get)),
          multiplyAdd(high.get, tiny.get, high.get),
        ],
        shift.get,
      );
    },
  };
}
