/**
 * The machine code that turns bytes into numbers, eight at a time: see `linear_pixels.ts` for those
 * that need no table.
 *
 * @module
 */

import { copiesOf, SIXTEEN, TINY } from "./linear_pixels.ts";
import { alignedArray } from "./native_memory.ts";
import { type Code, type Memory, register } from "./x86_assembler.ts";
import { avx512, bytewise } from "./x86_vectors.ts";

const { rdx } = register;

/** How the bytes of a data set become numbers: looked up in a table, or u / 255 plus a constant. */
export type Conversion = "table" | "linear";

/** Code for registers 0 to 9 and what `load` puts into others; rdx stays the address of the constants. */
interface Converter {
  /** Comes once, before the others. */
  readonly load: Code;
  /** Byte k of each eighth of register `from`, as numbers in register v, which is 0 or 1. */
  readonly across: (v: number, from: number, k: number) => Code;
  /** 16 bytes that lie side by side, as numbers in the registers 0 and 1. */
  readonly along: (from: Memory) => Code;
}

/** The code for one conversion; its constants are the table, or {@linkcode linearConstants}. */
export function converter(conversion: Conversion): Converter {
  return conversion === "table" ? fromTable() : fromCopies();
}

function fromTable(): Converter {
  const lowByte = 16;
  /** In place. */
  const lookUp = (v: number): Code => [
    bytewise.lookUp(v + 8, { base: rdx, index: v, scale: 8 }),
    bytewise.or(v, v + 8, v + 8),
  ];
  return {
    load: bytewise.lowBytes(lowByte),
    across: (v, from, k) => [
      bytewise.shiftRight(v, from, 8 * k),
      bytewise.and(v, v, lowByte),
      lookUp(v),
    ],
    along: ({ offset = 0, ...from }) =>
      [0, 1].map((v) => [
        bytewise.widen(v, { ...from, offset: offset + 8 * v }),
        lookUp(v),
      ]),
  };
}

/** Where the constants lie: four numbers, then indices for `across`, by k, and for `along`, by half. */
const MASKS = 8;
const ACROSS = Array.from({ length: 8 }, (_, k) => each((eighth) => 8 * (eighth % 2) + k));
const ALONG = [0, 8].map((half) => each((eighth) => half + eighth));

/** Bytes that are picked within quarters of a vector, one for each eighth of it. */
function each(pick: (eighth: number) => number): number[] {
  return Array.from({ length: 8 }, (_, eighth) => copiesOf(pick(eighth))).flat();
}

/** The constants of `linear` pixels; `setShift` says what is added to u / 255. */
export function linearConstants(): { array: Float64Array; setShift: (shift: number) => void } {
  const masks = [...ACROSS, ...ALONG].flat();
  const array = alignedArray(MASKS + masks.length / 8);
  // h + h TINY in one step, from 16 + h: (16 + h)(1 + TINY) - (16 + 16 TINY), rounded once.
  array.set([SIXTEEN, 1 + TINY, -SIXTEEN * (1 + TINY)]);
  new Uint8Array(array.buffer, array.byteOffset + 8 * MASKS).set(masks);
  return { array, setShift: (shift) => void (array[3] = shift) };
}

function fromCopies(): Converter {
  const [sixteen, factor, summand, shift] = [16, 17, 18, 19];
  const across = [10, 11, 12, 13, 14, 15, 26, 27];
  const along = [28, 29];
  const number = (v: number, from: number, mask: number): Code => [
    bytewise.pick(v, from, mask),
    bytewise.or(v, v, sixteen),
    avx512.scaleAndAdd(v, factor, summand),
    avx512.add(v, v, shift),
  ];
  return {
    load: [
      [sixteen, factor, summand, shift].map((to, i) =>
        avx512.broadcast(to, { base: rdx, offset: 8 * i })
      ),
      [...across, ...along].map((to, i) =>
        avx512.load(to, { base: rdx, offset: 8 * MASKS + 64 * i })
      ),
    ],
    across: (v, from, k) => number(v, from, across[k]),
    along: (from) => [
      bytewise.insertQuarter(2, from, 0),
      [0, 1].map((v) => number(v, 2, along[v])),
    ],
  };
}
