/**
 * The machine code that writes numbers as digits, row by row: see `digits.ts`.
 *
 * @module
 */

import {
  add,
  addNumber,
  addressOf,
  and,
  type Code,
  compare,
  compareNumber,
  type Memory,
  move,
  moveIfAbove,
  moveTo,
  multiply,
  register,
  repeat,
  returns,
  shiftRight,
  subtract,
  unless,
} from "./x86_assembler.ts";
import { constant } from "./x86_digit_constants.ts";
import { VECTOR } from "./x86_digit_sums.ts";
import { argument } from "./x86_tasks.ts";
import { avx512, bytewise, digitwise } from "./x86_vectors.ts";

const { rax, rcx, rdx, rsi, rdi, r8, r9, r11, r12, r13, r14, r15 } = register;

/** Bytes of the digits of four numbers. */
export const QUAD = 24;

/** What is noted of a row: a vector of sums, then its scale. Bytes. */
export const NOTES = 128;
export const SCALE = 64;

/** How many vectors are compared side by side: one comparison waits for the last. */
const SIDE_BY_SIDE = 4;

/** The registers that the parts of a splitting share. */
export const shared = {
  ...{ constants: rdx, counter: rcx, rows: r8, row: r9, vectors: r11, place: r12, notes: r15 },
  /** Vectors. */
  ...{ now: 0, scale: 1, sum: 2, magnitude: 25, largest: 26, magic: 27, unit: 28, shift: 29 },
  ...{ bias: 30, order: 31 },
} as const;
const { constants, counter, rows, row, vectors, place, notes } = shared;
const { now, scale, sum, magnitude, largest, magic, unit, shift, bias, order } = shared;

const at = (offset: number) => ({ base: constants, offset });
const OF_REST = 1;
const loadRest = digitwise.loadMasked(now, { base: place }, OF_REST);

/** Runs code for the last numbers of a row, if they are no whole vector. */
const ifRest = (body: Code): Code => [
  move(rax, argument(3)),
  and(rax, 7),
  compareNumber(rax, 0),
  unless("zero", body),
];

/** What comes before all else. */
export const loadShared: Code = [
  move(constants, argument(10)),
  [magnitude, largest, magic, unit, shift, bias].map((to, i) =>
    avx512.broadcast(to, at(constant.first + 8 * i))
  ),
  avx512.load(order, at(constant.order)),
  [move(vectors, argument(3)), and(vectors, 7)],
  move(rax, { base: constants, index: vectors, scale: 8, offset: constant.masks }),
  digitwise.setMask(OF_REST, rax),
  [move(vectors, argument(3)), shiftRight(vectors, 3)],
];

/** Puts the first lane of a vector into an array of one number a row. */
function storeNote(index: number, vector: number): Code {
  return [
    avx512.store({ base: notes }, vector),
    [move(counter, argument(2)), subtract(counter, rows)],
    move(rax, argument(index)),
    addressOf(counter, { base: rax, index: counter, scale: 8 }),
    [move(rax, { base: notes }), moveTo({ base: counter }, rax)],
  ];
}

/** Leaves the scale of a row in its notes, and the factor of its results in their array. */
export function measureRow(): Code {
  const [max, factor] = [3, 4];
  const mosts = Array.from({ length: SIDE_BY_SIDE }, (_, i) => 5 + i);
  /** Magnitudes are compared as integers, in which infinity is larger than numbers and NaN than it. */
  const compareTo = (most: number): Code => [
    bytewise.and(now, now, magnitude),
    digitwise.larger(most, most, now),
  ];
  return [
    mosts.map(avx512.zero),
    move(place, row),
    [move(counter, vectors), shiftRight(counter, Math.log2(SIDE_BY_SIDE))],
    repeat(
      counter,
      mosts.map((most, i) => [
        avx512.load(now, { base: place, offset: VECTOR * i }),
        compareTo(most),
      ]),
      addNumber(place, VECTOR * SIDE_BY_SIDE),
    ),
    [move(counter, vectors), and(counter, SIDE_BY_SIDE - 1)],
    repeat(
      counter,
      [avx512.load(now, { base: place }), compareTo(mosts[0])],
      addNumber(place, VECTOR),
    ),
    ifRest([loadRest, compareTo(mosts[0])]),
    mosts.slice(1).map((most) => digitwise.larger(mosts[0], mosts[0], most)),
    avx512.store({ base: notes }, mosts[0]),
    move(rax, at(constant.smallest)),
    [0, 1, 2, 3, 4, 5, 6, 7].map((lane) => [
      move(counter, { base: notes, offset: 8 * lane }),
      compare(counter, rax),
      moveIfAbove(rax, counter),
    ]),
    moveTo({ base: notes }, rax),
    avx512.broadcast(max, { base: notes }),
    avx512.divide(scale, largest, max),
    avx512.store({ base: notes, offset: SCALE }, scale),
    avx512.multiply(factor, max, unit),
    // NaN if the largest magnitude is no number.
    avx512.subtract(max, max, max),
    avx512.add(factor, factor, max),
    storeNote(8, factor),
  ];
}

/** What the digits of a row stand for in all, from the sums of numbers with their share of `MAGIC`. */
export function sumUpRow(): Code {
  return [
    move(rax, { base: notes }),
    [1, 2, 3, 4, 5, 6, 7].map((lane) => add(rax, { base: notes, offset: 8 * lane })),
    [move(counter, argument(3)), addNumber(counter, 7), and(counter, -8)],
    multiply(counter, at(constant.magic)),
    subtract(rax, counter),
    moveTo({ base: notes }, rax),
    avx512.broadcast(sum, { base: notes }),
    digitwise.fromLong(sum, sum),
    avx512.multiply(sum, sum, shift),
    storeNote(9, sum),
  ];
}

/** Any rows. */
export function splitRows(): Code {
  const [toRow, toPlace, step, pairStep] = [rsi, r13, r14, rdi];
  /** Eight bytes each: two digits of the first four numbers, then of the others. */
  const [first, second, third] = [now, 3, 4];
  const pairs: Memory[] = [
    { base: toPlace },
    { base: toPlace, index: pairStep },
    { base: toPlace, index: pairStep, scale: 2 },
  ];
  const splitVector: Code = [
    avx512.multiply(now, now, scale),
    avx512.add(now, now, magic),
    digitwise.add(sum, sum, now),
    digitwise.pickBytes(now, now, order),
    digitwise.xor(now, now, bias),
    [digitwise.quarter(second, now, 1), digitwise.quarter(third, now, 2)],
    digitwise.storeFirst(pairs[0], first),
    digitwise.storeSecond(pairs[1], first),
    digitwise.storeFirst(pairs[2], second),
    add(toPlace, step),
    digitwise.storeSecond(pairs[0], second),
    digitwise.storeFirst(pairs[1], third),
    digitwise.storeSecond(pairs[2], third),
    add(toPlace, step),
  ];
  return [
    loadShared,
    [move(row, argument(0)), move(rows, argument(2)), move(notes, argument(11))],
    [move(toRow, argument(4)), move(step, argument(6)), move(pairStep, argument(7))],
    repeat(
      rows,
      measureRow(),
      avx512.zero(sum),
      [move(place, row), move(toPlace, toRow), move(counter, vectors)],
      repeat(
        counter,
        [avx512.load(now, { base: place }), splitVector],
        addNumber(place, VECTOR),
      ),
      ifRest([loadRest, splitVector]),
      avx512.store({ base: notes }, sum),
      sumUpRow(),
      [add(row, argument(1)), add(toRow, argument(5))],
    ),
    returns,
  ];
}
