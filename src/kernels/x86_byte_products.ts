/**
 * The machine code that multiplies digits by bytes: see `digits.ts`.
 *
 * The sums of a tile stay in registers for all of the inner dimension, four products at a time. What
 * comes of a unit's six digits is put together at once.
 *
 * @module
 */

import { DIGITS } from "./digits.ts";
import {
  add,
  addNumber,
  addressOf,
  and,
  type Code,
  compareNumber,
  type Memory,
  move,
  moveIfAbove,
  moveNumber,
  multiply,
  or,
  prefetch,
  register,
  repeat,
  returns,
  shiftRight,
  unless,
  whileNotZero,
} from "./x86_assembler.ts";
import { constant } from "./x86_digit_constants.ts";
import { QUAD } from "./x86_digits.ts";
import { argument, countDown } from "./x86_tasks.ts";
import { avx512, digitwise } from "./x86_vectors.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = register;

/** A vector of sums of 32 bits; half of it makes a vector of numbers. */
export const VECTOR = 64;
const HALF = VECTOR / 2;

/** How many samples, and how many vectors of pixels, are in registers at a time. */
export const SAMPLES = 8;
const PIXEL_VECTORS = 4;
export const PIXELS = PIXEL_VECTORS * VECTOR / 4;

/** Bytes for the sums of a tile, before they are put together. */
export const ROOM = SAMPLES * DIGITS * HALF;

/** Four inputs each: what is written out in a row reads a cache line of each sample. */
const UNROLLED = 16;

const each = (count: number, code: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, index) => code(index));

/** Horner's rule for sums in memory, `stride` bytes apart: exact up to the last addition, or nearly so. */
function joinDigits(to: number, next: number, base: number, { sums, stride }: {
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

/** The scores of at most eight units, whose digits fill so many vectors. */
export function scoresByDigits(vectors: number): Code {
  const [samples, left, out, room, factors] = [r8, r9, r10, r13, r14];
  const [near, far, stride, threeStrides] = [rdi, rsi, r15, r12];
  const [digits, counter, constants, nextNear, nextFar] = [rdx, rax, rbp, rcx, r11];
  const sum = (sample: number, v: number) => sample * vectors + v;
  const [digitsNow, bytesNow] = [24, 27];
  const ofUnits = 1;
  const rowsFrom = (near: number, far: number): Memory[] => [
    { base: near },
    { base: near, index: stride },
    { base: near, index: stride, scale: 2 },
    { base: far },
    { base: near, index: stride, scale: 4 },
    { base: far, index: stride, scale: 2 },
    { base: near, index: threeStrides, scale: 2 },
    { base: far, index: stride, scale: 4 },
  ];

  const step = (k: number): Code => [
    each(
      vectors,
      (v) => avx512.load(digitsNow + v, { base: digits, offset: VECTOR * (vectors * k + v) }),
    ),
    rowsFrom(near, far).map((row, sample) => {
      const bytes = bytesNow + sample % 5;
      return [
        digitwise.broadcast(bytes, { ...row, offset: 4 * k }),
        each(vectors, (v) => digitwise.multiplyAdd(sum(sample, v), bytes, digitsNow + v)),
      ];
    }),
  ];
  const product: Code = [
    each(SAMPLES * vectors, avx512.zero),
    move(near, samples),
    addressOf(far, { base: samples, index: threeStrides }),
    addressOf(nextNear, { base: near, index: stride, scale: 8 }),
    addressOf(nextFar, { base: far, index: stride, scale: 8 }),
    move(digits, argument(0)),
    move(counter, argument(5)),
    shiftRight(counter, Math.log2(UNROLLED)),
    repeat(
      counter,
      // The next samples are asked for meanwhile.
      rowsFrom(nextNear, nextFar).map(prefetch),
      each(UNROLLED, step),
      [near, far, nextNear, nextFar].map((row) => addNumber(row, 4 * UNROLLED)),
      addNumber(digits, VECTOR * vectors * UNROLLED),
    ),
  ];

  /** In a panel two digits of a unit lie side by side; their sums are sorted by digits. */
  const [base, joined, next] = [27, 28, 29];
  const store = (sample: number): Code => {
    const sums = { base: room, offset: sample * DIGITS * HALF };
    const inVectors = each(DIGITS / 2, (pair) => {
      const sorted = 24 + pair;
      const offset = constant.sums + VECTOR * (3 * (vectors - 1) + pair);
      const [a, b] = vectors === 3 ? [pair, pair] : [0, vectors - 1];
      return [
        avx512.load(sorted, { base: constants, offset }),
        digitwise.pickOfTwo(sorted, sum(sample, a), sum(sample, b)),
        avx512.store({ ...sums, offset: sums.offset + VECTOR * pair }, sorted),
      ];
    });
    return [
      inVectors,
      joinDigits(joined, next, base, { sums, stride: HALF }),
      avx512.add(joined, joined, { base: factors, offset: VECTOR }),
      avx512.multiply(joined, joined, { base: factors }),
      digitwise.storeMasked({ base: out }, joined, ofUnits),
      add(out, argument(7)),
    ];
  };
  /** The last samples are taken once more, if they are fewer: what is stored is the same. */
  const stepBack: Code = [
    move(rcx, rax),
    multiply(rcx, stride),
    add(samples, rcx),
    multiply(rax, argument(7)),
    add(out, rax),
    moveNumber(left, SAMPLES),
  ];

  return [
    [samples, stride, left, out, factors, room, constants].map((to, i) =>
      move(to, argument([1, 3, 4, 6, 8, 10, 11][i]))
    ),
    move(rax, argument(2)),
    add(samples, { base: rax }),
    addressOf(threeStrides, { base: stride, index: stride, scale: 2 }),
    move(rax, argument(9)),
    move(rax, { base: constants, index: rax, scale: 8, offset: constant.masks }),
    digitwise.setMask(ofUnits, rax),
    whileNotZero(
      left,
      addressOf(rax, { base: left, offset: -SAMPLES }),
      or(rax, rax),
      unless("negative", [], stepBack),
      product,
      avx512.broadcast(base, { base: constants, offset: constant.base }),
      each(SAMPLES, store),
      addressOf(samples, { base: samples, index: stride, scale: 8 }),
      countDown(left, SAMPLES),
    ),
    returns,
  ];
}

/**
 * 64 columns of the gradient of the weights, unit by unit: stored, or used at once for a step with
 * momentum, as `momentum` in `x86_loops.ts` does it.
 */
export function gradientByDigits(use: "store" | "step"): Code {
  const [packed, digits, units, factor, summand] = [rdi, rsi, r8, r9, r10];
  const [out, outStride, room, counter, next, constants] = [rdx, r11, r12, rcx, rax, rbp];
  const v = r13;
  const [mu, eta, ofLoss, ofWeights, weights, velocity] = [0, 1, 2, 3, 4, 5];
  const sum = (digit: number, v: number) => digit * PIXEL_VECTORS + v;
  const [bytesNow, digitNow] = [24, 28];
  const [joined, lower, ofUnit, added, base] = [24, 25, 29, 30, 31];

  const step: Code = [
    each(PIXEL_VECTORS, (v) => avx512.load(bytesNow + v, { base: next, offset: VECTOR * v })),
    each(DIGITS, (digit) => [
      digitwise.broadcast(digitNow, { base: digits, offset: 4 * digit }),
      each(
        PIXEL_VECTORS,
        (v) => digitwise.multiplyAdd(sum(digit, v), bytesNow + v, digitNow),
      ),
    ]),
    addNumber(digits, QUAD),
    addNumber(next, VECTOR * PIXEL_VECTORS),
  ];
  const lines = each(
    2 * PIXEL_VECTORS,
    (half) => [out, v].map((base) => prefetch({ base, offset: VECTOR * half })),
  );
  const momentum = (offset: number): Code => [
    avx512.load(weights, { base: out, offset }),
    avx512.multiply(joined, ofLoss, joined),
    avx512.multiply(velocity, ofWeights, weights),
    avx512.add(joined, joined, velocity),
    avx512.multiply(joined, joined, eta),
    avx512.multiply(velocity, mu, { base: v, offset }),
    avx512.add(velocity, velocity, joined),
    avx512.store({ base: v, offset }, velocity),
    avx512.subtract(joined, weights, velocity),
  ];
  const useSums: Code = [
    each(
      PIXEL_VECTORS,
      (v) =>
        each(
          DIGITS,
          (digit) =>
            avx512.store({ base: room, offset: VECTOR * (v * DIGITS + digit) }, sum(digit, v)),
        ),
    ),
    use === "step"
      ? [
        move(next, argument(11)),
        [mu, eta, ofLoss, ofWeights].map((to, i) =>
          avx512.broadcast(to, { base: next, offset: 8 * i })
        ),
      ]
      : [],
    each(2 * PIXEL_VECTORS, (half) => {
      const offset = VECTOR * DIGITS * (half >> 1) + HALF * (half % 2);
      return [
        joinDigits(joined, lower, base, { sums: { base: room, offset }, stride: VECTOR }),
        avx512.add(joined, joined, added),
        avx512.multiply(joined, joined, ofUnit),
        use === "step" ? momentum(VECTOR * half) : [],
        avx512.store({ base: out, offset: VECTOR * half }, joined),
      ];
    }),
  ];
  return [
    [packed, digits, units, factor, summand, out, outStride, room, constants].map((to, i) =>
      move(to, argument([0, 1, 3, 4, 5, 6, 7, 8, 9][i]))
    ),
    use === "step" ? move(v, argument(10)) : [],
    avx512.broadcast(base, { base: constants, offset: constant.base }),
    repeat(
      units,
      use === "step" ? lines : [],
      each(DIGITS * PIXEL_VECTORS, avx512.zero),
      avx512.broadcast(ofUnit, { base: factor }),
      avx512.broadcast(added, { base: summand }),
      move(next, packed),
      move(counter, argument(2)),
      repeat(counter, step),
      useSums,
      add(out, outStride),
      use === "step" ? add(v, outStride) : [],
      [addNumber(factor, 8), addNumber(summand, 8)],
    ),
    returns,
  ];
}

/** 64 pixels of each sample: one pixel of four samples in four bytes. */
export function packBytes(): Code {
  const [to, from, stride, threeStrides, counter, rest, constants] = [
    rdi,
    rsi,
    r9,
    r10,
    r11,
    r8,
    rbp,
  ];
  const [second, third] = [rcx, rdx];
  const order = 16;
  const fill = (rows: Memory[]): Code => [
    rows.map((row, i) => digitwise.pickFours(i, row, order)),
    [0, 2].map((i) => [
      digitwise.interleaveLow(4 + i, i, i + 1, 1),
      digitwise.interleaveHigh(5 + i, i, i + 1, 1),
    ]),
    [0, 1].map((half) => [
      digitwise.interleaveLow(8 + 2 * half, 4 + half, 6 + half, 2),
      digitwise.interleaveHigh(9 + 2 * half, 4 + half, 6 + half, 2),
    ]),
    each(PIXEL_VECTORS, (v) => avx512.store({ base: to, offset: VECTOR * v }, 8 + v)),
    addNumber(to, VECTOR * PIXEL_VECTORS),
  ];
  /** The pointer to a sample, or to the first one where there are so few. */
  const sampleOr = (register: number, place: Memory, index: number): Code => [
    move(register, from),
    addressOf(rax, place),
    compareNumber(rest, index),
    moveIfAbove(register, rax),
  ];
  return [
    [to, from, stride, counter, rest, constants].map((register, i) =>
      move(register, argument([0, 1, 3, 4, 4, 5][i]))
    ),
    move(rax, argument(2)),
    add(from, { base: rax }),
    addressOf(threeStrides, { base: stride, index: stride, scale: 2 }),
    avx512.load(order, { base: constants, offset: constant.fours }),
    and(rest, 3),
    shiftRight(counter, 2),
    repeat(
      counter,
      fill([
        { base: from },
        { base: from, index: stride },
        { base: from, index: stride, scale: 2 },
        { base: from, index: threeStrides },
      ]),
      addressOf(from, { base: from, index: stride, scale: 4 }),
    ),
    compareNumber(rest, 0),
    unless("zero", [
      sampleOr(second, { base: from, index: stride }, 1),
      sampleOr(third, { base: from, index: stride, scale: 2 }, 2),
      fill([{ base: from }, { base: second }, { base: third }, { base: from }]),
    ]),
    returns,
  ];
}
