/**
 * The instructions of `x86_assembler.ts` that work on vectors: those of AVX2 and AVX-512.
 *
 * @module
 */

import { type Code, highBits, type Memory, modRM } from "./x86_assembler.ts";

/** Vectors of float64: 8 in AVX-512 and 4 in AVX2, which encode the same instructions differently. */
export interface VectorUnit {
  readonly name: string;
  /** Numbers in a vector. */
  readonly lanes: number;
  readonly zero: (to: number) => Code;
  readonly load: (to: number, from: Memory) => Code;
  readonly store: (to: Memory, from: number) => Code;
  readonly broadcast: (to: number, from: Memory) => Code;
  readonly add: (to: number, a: number, b: number | Memory) => Code;
  readonly subtract: (to: number, a: number, b: number | Memory) => Code;
  readonly multiply: (to: number, a: number, b: number | Memory) => Code;
  readonly divide: (to: number, a: number, b: number | Memory) => Code;
  /** to += a b, rounded once. */
  readonly multiplyAdd: (to: number, a: number, b: number | Memory) => Code;
  /** to = to a + b, rounded once. */
  readonly scaleAndAdd: (to: number, a: number, b: number | Memory) => Code;
}

/** Ends the use of vectors: what follows may be code for older vector units. */
export const vectorsDone: Code = [0xc5, 0xf8, 0x77];

type Encode = (
  map: number,
  opcode: number,
  wide: number,
  reg: number,
  second: number,
  place: number | Memory,
  mask?: number,
) => Code;

/** The EVEX prefix: 512 bits. */
const evex: Encode = (map, opcode, wide, reg, second, place, mask = 0) => {
  const [r, x, b] = highBits(reg, place);
  return [
    0x62,
    (r << 7 | x << 6 | b << 5 | (reg >> 4 & 1) << 4) ^ 0xf0 | map,
    wide << 7 | (~second & 15) << 3 | 0x05,
    0x40 | (~second >> 4 & 1) << 3 | mask,
    opcode,
    modRM(reg, place),
  ];
};

/** The VEX prefix: 256 bits. */
const vex: Encode = (map, opcode, wide, reg, second, place) => {
  const [r, x, b] = highBits(reg, place);
  return [
    0xc4,
    (r << 7 | x << 6 | b << 5) ^ 0xe0 | map,
    wide << 7 | (~second & 15) << 3 | 0x05,
    opcode,
    modRM(reg, place),
  ];
};

/** What AVX-512 has to make numbers of bytes: vectors of 16 integers of 32 bits, or of 8 of 64. */
export const bytewise = {
  /** 255 in each of eight: all ones, shifted. */
  lowBytes: (to: number): Code => [
    [evex(3, 0x25, 1, to, to, to), 0xff],
    bytewise.shiftRight(to, to, 56),
  ],
  and: (to: number, a: number, b: number): Code => evex(1, 0xdb, 1, to, a, b),
  or: (to: number, a: number, b: number): Code => evex(1, 0xeb, 1, to, a, b),
  shiftRight: (
    to: number,
    from: number,
    bits: number,
  ): Code => [evex(1, 0x73, 1, 2, to, from), bits],
  /** Within each quarter, the bytes whose indices are in another vector: 128 and more for nothing. */
  pick: (to: number, from: number, indices: number): Code => evex(2, 0x00, 0, to, from, indices),
  /** Eight bytes as eight integers. */
  widen: (to: number, from: Memory): Code => evex(2, 0x32, 0, to, 0, from),
  /** 16 bytes as a quarter of the 64; as the first one, in each quarter. */
  insertQuarter: (to: number, from: Memory, quarter: number): Code =>
    quarter === 0 ? evex(2, 0x5a, 0, to, 0, from) : [evex(3, 0x38, 0, to, to, from), quarter],
  /** Of each quarter of a and b the lower half, or the upper. */
  interleaveLow: (to: number, a: number, b: number): Code => evex(1, 0x6c, 1, to, a, b),
  interleaveHigh: (to: number, a: number, b: number): Code => evex(1, 0x6d, 1, to, a, b),
  /** Numbers of a table at base, where `index` is a vector of eight places in it. */
  lookUp: (to: number, from: Memory): Code => [fresh(to), evex(2, 0x93, 1, to, 0, from, 1)],
};

/**
 * Sets mask register 1, which a gathering load clears, to all ones; and the register that it loads
 * to zero, for it would wait for the old value.
 */
const fresh = (to: number): Code => [[0xc5, 0xf4, 0x46, 0xc9], evex(1, 0xef, 0, to, to, to)];

function vectorUnit(
  name: string,
  lanes: number,
  encode: Encode,
  wideBroadcast: number,
): VectorUnit {
  return {
    name,
    lanes,
    zero: (to) => encode(1, 0xef, 0, to, to, to),
    load: (to, from) => encode(1, 0x10, 1, to, 0, from),
    store: (to, from) => encode(1, 0x11, 1, from, 0, to),
    broadcast: (to, from) => encode(2, 0x19, wideBroadcast, to, 0, from),
    add: (to, a, b) => encode(1, 0x58, 1, to, a, b),
    subtract: (to, a, b) => encode(1, 0x5c, 1, to, a, b),
    multiply: (to, a, b) => encode(1, 0x59, 1, to, a, b),
    divide: (to, a, b) => encode(1, 0x5e, 1, to, a, b),
    multiplyAdd: (to, a, b) => encode(2, 0xb8, 1, to, a, b),
    scaleAndAdd: (to, a, b) => encode(2, 0xa8, 1, to, a, b),
  };
}

export const avx512: VectorUnit = vectorUnit("AVX-512", 8, evex, 1);
export const avx2: VectorUnit = vectorUnit("AVX2", 4, vex, 0);

/** ReLU on vectors of four, which every processor with AVX2 has. */
export const relu = {
  /** The larger of a and b; b where one is NaN. */
  larger: (to: number, a: number, b: number | Memory): Code => vex(1, 0x5f, 1, to, a, b),
  /** All bits where a and b differ, else none. */
  differ: (to: number, a: number, b: number | Memory): Code => [vex(1, 0xc2, 1, to, a, b), 4],
  and: (to: number, a: number, b: number | Memory): Code => vex(1, 0x54, 1, to, a, b),
};
