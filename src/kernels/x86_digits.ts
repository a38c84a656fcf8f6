/**
 * The machine code that writes numbers as digits: see `digits.ts`.
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
  moveNumber,
  moveTo,
  multiply,
  multiplyNumber,
  or,
  register,
  repeat,
  returns,
  shiftRight,
  subtract,
  unless,
  whileNotZero,
} from "./x86_assembler.ts";
import { constant } from "./x86_digit_constants.ts";
import { argument } from "./x86_tasks.ts";
import { avx512, bytewise, digitwise } from "./x86_vectors.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = register;

/** Bytes of the digits of four numbers; and of eight numbers in a register. */
export const QUAD = 24;
const VECTOR = 64;

/** How many vectors are compared side by side: one comparison waits for the last. */
const SIDE_BY_SIDE = 4;

/** How many vectors of a row are split before the next row: the rows' digits lie in the same cache lines. */
const BLOCK = 32;

/** What is noted of a row: a vector of sums, then its scale. Bytes. */
export const NOTES = 128;
const SCALE = 64;

/**
 * Each row's largest magnitude gives its scale and the factor of its results; then come the digits, eight
 * numbers at a time, and the sum of what they stand for.
 */
export function split(): Code {
  const [constants, pairStep, step, counter, rows, notes] = [rdx, rdx, r14, rcx, r8, r15];
  const [from, to, place, toPlace, row, toRow] = [rdi, rsi, r12, r13, r9, r10];
  const [vectorsLeft, vectors] = [r11, rbp];
  const ofRest = 1;
  const [now, max, scale, result, sum] = [0, 1, 2, 3, 4];
  const [magnitude, largest, magic, unit, shift, bias, order] = [16, 17, 18, 19, 20, 21, 22];
  const at = (offset: number) => ({ base: constants, offset });
  const loadRest = digitwise.loadMasked(now, { base: place }, ofRest);
  const ifRest = (body: Code): Code => [
    move(rax, argument(3)),
    and(rax, 7),
    compareNumber(rax, 0),
    unless("zero", body),
  ];
  const eachRow = (...body: Code[]): Code => [
    move(rows, argument(2)),
    move(notes, argument(11)),
    repeat(rows, body, addNumber(notes, NOTES)),
  ];
  /** The first lane of a vector goes to an array of one number a row. */
  const storeNote = (index: number, vector: number): Code => [
    avx512.store({ base: notes }, vector),
    move(counter, argument(2)),
    subtract(counter, rows),
    move(rax, argument(index)),
    addressOf(counter, { base: rax, index: counter, scale: 8 }),
    move(rax, { base: notes }),
    moveTo({ base: counter }, rax),
  ];

  /** Magnitudes are compared as integers, in which infinity is larger than numbers and NaN than it. */
  const compareTo = (most: number): Code => [
    bytewise.and(now, now, magnitude),
    digitwise.larger(most, most, now),
  ];
  const mosts = Array.from({ length: SIDE_BY_SIDE }, (_, i) => 24 + i);
  const findLargest: Code = [
    mosts.map(avx512.zero),
    move(place, row),
    move(counter, vectorsLeft),
    shiftRight(counter, Math.log2(SIDE_BY_SIDE)),
    repeat(
      counter,
      mosts.map((most, i) => [
        avx512.load(now, { base: place, offset: VECTOR * i }),
        compareTo(most),
      ]),
      addNumber(place, VECTOR * SIDE_BY_SIDE),
    ),
    move(counter, vectorsLeft),
    and(counter, SIDE_BY_SIDE - 1),
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
  ];
  const setScale: Code = [
    avx512.divide(scale, largest, max),
    avx512.store({ base: notes, offset: SCALE }, scale),
    avx512.multiply(result, max, unit),
    // NaN if the largest magnitude is no number.
    avx512.subtract(max, max, max),
    avx512.add(result, result, max),
    storeNote(8, result),
    avx512.zero(sum),
    avx512.store({ base: notes }, sum),
  ];

  const writeDigits: Code = [
    avx512.multiply(now, now, scale),
    avx512.add(now, now, magic),
    digitwise.add(sum, sum, now),
    digitwise.pickBytes(now, now, order),
    digitwise.xor(now, now, bias),
    [1, 2].map((quarter) => digitwise.quarter(5 + quarter, now, quarter)),
  ];
  /** Pairs of digits, of the first four numbers and of the others, as they lie in the quarters. */
  const pairs = (base: number): Memory[] => [
    { base },
    { base, index: pairStep },
    { base, index: pairStep, scale: 2 },
  ];
  const storeFirstQuad: Code = [
    digitwise.storeFirst(pairs(toPlace)[0], now),
    digitwise.storeSecond(pairs(toPlace)[1], now),
    digitwise.storeFirst(pairs(toPlace)[2], 6),
  ];
  const storeSecondQuad: Code = [
    add(toPlace, step),
    digitwise.storeSecond(pairs(toPlace)[0], 6),
    digitwise.storeFirst(pairs(toPlace)[1], 7),
    digitwise.storeSecond(pairs(toPlace)[2], 7),
  ];
  const splitRows = (...body: Code[]): Code => [
    [move(row, from), move(toRow, to)],
    eachRow(
      [move(place, row), move(toPlace, toRow)],
      avx512.load(sum, { base: notes }),
      avx512.load(scale, { base: notes, offset: SCALE }),
      body,
      avx512.store({ base: notes }, sum),
      [add(row, argument(1)), add(toRow, argument(5))],
    ),
  ];

  /** The numbers were added with their share of `MAGIC`. */
  const setSummand: Code = [
    move(rax, { base: notes }),
    [1, 2, 3, 4, 5, 6, 7].map((lane) => add(rax, { base: notes, offset: 8 * lane })),
    move(counter, argument(3)),
    addNumber(counter, 7),
    and(counter, -8),
    multiply(counter, at(constant.magic)),
    subtract(rax, counter),
    moveTo({ base: notes }, rax),
    avx512.broadcast(sum, { base: notes }),
    digitwise.fromLong(sum, sum),
    avx512.multiply(sum, sum, shift),
    storeNote(9, sum),
  ];

  return [
    [move(constants, argument(10)), move(step, argument(6))],
    [magnitude, largest, magic, unit, shift, bias].map((to, i) =>
      avx512.broadcast(to, at(constant.first + 8 * i))
    ),
    avx512.load(order, at(constant.order)),
    move(rax, argument(3)),
    and(rax, 7),
    move(rax, { base: constants, index: rax, scale: 8, offset: constant.masks }),
    digitwise.setMask(ofRest, rax),
    [move(vectorsLeft, argument(3)), shiftRight(vectorsLeft, 3)],
    move(row, argument(0)),
    eachRow(findLargest, setScale, add(row, argument(1))),
    [move(from, argument(0)), move(to, argument(4)), move(pairStep, argument(7))],
    whileNotZero(
      vectorsLeft,
      moveNumber(vectors, BLOCK),
      compare(vectors, vectorsLeft),
      moveIfAbove(vectors, vectorsLeft),
      splitRows(
        move(counter, vectors),
        repeat(
          counter,
          [avx512.load(now, { base: place }), writeDigits, addNumber(place, VECTOR)],
          [storeFirstQuad, storeSecondQuad, add(toPlace, step)],
        ),
      ),
      multiplyNumber(rax, vectors, VECTOR),
      add(from, rax),
      multiplyNumber(rax, vectors, 2),
      multiply(rax, step),
      add(to, rax),
      subtract(vectorsLeft, vectors),
    ),
    ifRest(splitRows(
      [loadRest, writeDigits, storeFirstQuad],
      // At most four numbers have no second group of four.
      [
        move(rax, argument(3)),
        and(rax, 7),
        addressOf(rax, { base: rax, offset: -5 }),
        or(rax, rax),
      ],
      unless("negative", storeSecondQuad),
    )),
    move(constants, argument(10)),
    eachRow(setSummand),
    returns,
  ];
}
