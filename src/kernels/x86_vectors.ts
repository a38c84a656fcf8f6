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
  options?: { mask?: number; zeroed?: 0 | 1; prefix?: 0 | 1 | 2; length?: 0 | 2 },
) => Code;

/** The EVEX prefix: 512 bits, or 128; with a mask register, and the older prefix none, 66 or F3. */
const evex: Encode = (map, opcode, wide, reg, second, place, options = {}) => {
  const { mask = 0, zeroed = 0, prefix = 1, length = 2 } = options;
  const [r, x, b] = highBits(reg, place);
  return [
    0x62,
    (r << 7 | x << 6 | b << 5 | (reg >> 4 & 1) << 4) ^ 0xf0 | map,
    wide << 7 | (~second & 15) << 3 | 0x04 | prefix,
    zeroed << 7 | length << 5 | (~second >> 4 & 1) << 3 | mask,
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
  lookUp: (
    to: number,
    from: Memory,
  ): Code => [fresh(to), evex(2, 0x93, 1, to, 0, from, { mask: 1 })],
};

/**
 * Sets mask register 1, which a gathering load clears, to all ones; and the register that it loads
 * to zero, for it would wait for the old value.
 */
const fresh = (to: number): Code => [[0xc5, 0xf4, 0x46, 0xc9], evex(1, 0xef, 0, to, to, to)];

/** What multiplies digits by bytes: AVX-512 with VNNI and VBMI, and parts of vectors by masks. */
export const digitwise = {
  /** To each of 16 integers the sum of four products: of unsigned bytes with signed digits. */
  multiplyAdd: (to: number, bytes: number, digits: number): Code =>
    evex(2, 0x50, 0, to, bytes, digits),
  /** Four bytes, sixteen times. */
  broadcast: (to: number, from: Memory): Code => evex(2, 0x58, 0, to, 0, from),
  /** Adds eight integers of 64 bits. */
  add: (to: number, a: number, b: number): Code => evex(1, 0xd4, 1, to, a, b),
  /** The larger of eight unsigned integers. */
  larger: (to: number, a: number, b: number): Code => evex(2, 0x3f, 1, to, a, b),
  xor: (to: number, a: number, b: number): Code => evex(1, 0xef, 1, to, a, b),
  /** The bytes, or the groups of four, whose indices are in another vector. */
  pickBytes: (to: number, from: number, indices: number): Code =>
    evex(2, 0x8d, 0, to, indices, from),
  pickFours: (to: number, from: Memory, indices: number): Code =>
    evex(2, 0x36, 0, to, indices, from),
  /** Groups of four of a, and of b from index 16 on; `to` holds the indices before. */
  pickOfTwo: (to: number, a: number, b: number): Code => evex(2, 0x76, 0, to, a, b),
  /** Within each quarter, bytes or pairs of a and b in turn, of the lower half or the upper. */
  interleaveLow: (to: number, a: number, b: number, size: 1 | 2): Code =>
    evex(1, 0x5f + size, 0, to, a, b),
  interleaveHigh: (to: number, a: number, b: number, size: 1 | 2): Code =>
    evex(1, 0x67 + size, 0, to, a, b),
  /** Eight integers of 32 bits, or of 64, as numbers. */
  fromShort: (to: number, from: Memory): Code => evex(1, 0xe6, 0, to, 0, from, { prefix: 2 }),
  fromLong: (to: number, from: number): Code => evex(1, 0xe6, 1, to, 0, from, { prefix: 2 }),
  setMask: (mask: number, from: number): Code => [0xc5, 0xf8, 0x92, 0xc0 | mask << 3 | from],
  /** Numbers where the mask has ones, and zeros elsewhere. */
  loadMasked: (to: number, from: Memory, mask: number): Code =>
    evex(1, 0x10, 1, to, 0, from, { mask, zeroed: 1 }),
  storeMasked: (to: Memory, from: number, mask: number): Code =>
    evex(1, 0x11, 1, from, 0, to, { mask }),
  /** A quarter of a vector, to the first quarter of another. */
  quarter: (to: number, from: number, quarter: number): Code => [
    evex(3, 0x39, 0, from, 0, to),
    quarter,
  ],
  /** Quarters 0 and 2, or 1 and 3, of a and of b. */
  evenQuarters: (to: number, a: number, b: number): Code => [evex(3, 0x43, 1, to, a, b), 0x88],
  oddQuarters: (to: number, a: number, b: number): Code => [evex(3, 0x43, 1, to, a, b), 0xdd],
  /** The first eight bytes, or the second. */
  storeFirst: (to: Memory, from: number): Code => evex(1, 0x13, 1, from, 0, to, { length: 0 }),
  storeSecond: (to: Memory, from: number): Code => evex(1, 0x17, 1, from, 0, to, { length: 0 }),
};

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
/** The same where digits can be multiplied by bytes. */
export const avx512Vnni: VectorUnit = { ...avx512, name: "AVX-512 VNNI" };
export const avx2: VectorUnit = vectorUnit("AVX2", 4, vex, 0);

/** ReLU on vectors of four, which every processor with AVX2 has. */
export const relu = {
  /** The larger of a and b; b where one is NaN. */
  larger: (to: number, a: number, b: number | Memory): Code => vex(1, 0x5f, 1, to, a, b),
  /** All bits where a and b differ, else none. */
  differ: (to: number, a: number, b: number | Memory): Code => [vex(1, 0xc2, 1, to, a, b), 4],
  and: (to: number, a: number, b: number | Memory): Code => vex(1, 0x54, 1, to, a, b),
};
