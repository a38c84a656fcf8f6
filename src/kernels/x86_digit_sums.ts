/**
 * Sums of products of digits and bytes: how they lie, and how they become a number.
 *
 * @module
 */

import { DIGITS } from "./digits.ts";
import type { Code, Memory } from "./x86_assembler.ts";
import { avx512, digitwise } from "./x86_vectors.ts";

/** A vector of 16 sums; half of it makes a vector of numbers. Bytes. */
export const VECTOR = 64;
export const HALF = VECTOR / 2;

/** How many samples of a score, and how many pixels of a gradient, are in registers at a time. */
export const SAMPLES = 8;
export const PIXEL_VECTORS = 4;
export const PIXELS = PIXEL_VECTORS * VECTOR / 4;

/** Bytes for the sums of a tile, before they are joined. */
export const ROOM = SAMPLES * DIGITS * HALF;

/** The same code with the numbers from 0 to count - 1. */
export const each = (count: number, code: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, index) => code(index));

/** Eight lines from two registers, the first and the fourth line, and two multiples of their distance. */
export function eightLines(
  near: number,
  far: number,
  stride: number,
  threeStrides: number,
): Memory[] {
  return [
    { base: near },
    { base: near, index: stride },
    { base: near, index: stride, scale: 2 },
    { base: far },
    { base: near, index: stride, scale: 4 },
    { base: far, index: stride, scale: 2 },
    { base: near, index: threeStrides, scale: 2 },
    { base: far, index: stride, scale: 4 },
  ];
}

/** One number from the sums of all digits, `stride` bytes apart: Horner's rule, from the highest digit on. */
export function joinDigits(to: number, next: number, base: number, { sums, stride }: {
  readonly sums: Memory;
  readonly stride: number;
}): Code {
  const sum = (digit: number) => ({ ...sums, offset: (sums.offset ?? 0) + stride * digit });
  return [
    digitwise.fromShort(to, sum(DIGITS - 1)),
    each(DIGITS - 1, (i) => [
      digitwise.fromShort(next, sum(DIGITS - 2 - i)),
      avx512.scaleAndAdd(to, base, next),
    ]),
  ];
}
