/**
 * The instructions of the WebAssembly assembler that see vectors as bytes and whole numbers: those of the
 * products by digits.
 *
 * @module
 */

import { type Code, operation } from "./wasm_assembler.ts";

/** Units of that many bytes of two vectors, in turn: from their lower or their upper halves. */
const interleave = (size: number, from: number) => {
  const units = Array.from({ length: 8 / size }, (_, u) => from + u * size);
  const bytes = (start: number) => Array.from({ length: size }, (_, i) => start + i);
  const indices = units.flatMap((unit) => [...bytes(unit), ...bytes(16 + unit)]);
  return (a: Code, b: Code): Code => [a, b, 0xfd, 0x0d, indices];
};

/** The four 32-bit lanes of a vector in another order. */
const reorder = (...lanes: number[]) => {
  const indices = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
  return (a: Code): Code => [a, a, 0xfd, 0x0d, indices];
};

/** Sixteen bytes. */
export const i8x16 = {
  interleaveLow: interleave(1, 0),
  interleaveHigh: interleave(1, 8),
};

/** Eight integers of 16 bits. */
export const i16x8 = {
  interleaveLow: interleave(2, 0),
  interleaveHigh: interleave(2, 8),
};

/** Four integers of 32 bits. */
export const i32x4 = {
  interleaveLow: interleave(4, 0),
  interleaveHigh: interleave(4, 8),
  /** Lanes 1, 0, 3, 2. */
  swapNeighbours: reorder(1, 0, 3, 2),
  /** Lanes 2, 3, 0, 1. */
  swapHalves: reorder(2, 3, 0, 1),
  /**
   * c plus, in each lane, four signed bytes of a times those of b. Where a byte of b is 128 or more,
   * engines differ: see `wasm_probe.ts`.
   */
  relaxedDot: operation(0xfd, 0x93, 0x02),
  /** Lanes 0 and 1 as numbers. */
  toNumbers: operation(0xfd, 0xfe, 0x01),
};

/** Two integers of 64 bits. */
export const i64x2 = {
  /** An unsigned i32 in both lanes. */
  splat: (value: Code): Code => [value, 0xad, 0xfd, 0x12],
  interleaveLow: interleave(8, 0),
  interleaveHigh: interleave(8, 8),
  add: operation(0xfd, 0xce, 0x01),
  sub: operation(0xfd, 0xd1, 0x01),
  mul: operation(0xfd, 0xd5, 0x01),
  /** Both as numbers, rounded; of an integer that is cheap to compute twice. */
  toNumbers: (a: Code): Code => {
    const lane = (index: number): Code => [a, 0xfd, 0x1d, index, 0xb9];
    return [lane(0), 0xfd, 0x14, lane(1), 0xfd, 0x22, 1];
  },
};
