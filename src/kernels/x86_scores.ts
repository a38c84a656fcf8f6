/**
 * The machine code of the forward product by digits: see `digits.ts`.
 *
 * The sums of eight samples and eight units stay in registers for all inputs, of which each instruction
 * multiplies four. The pixels are read where they are.
 *
 * @module
 */

import {
  add,
  addNumber,
  addressOf,
  type Code,
  move,
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
import { DIGITS } from "./digits.ts";
import { constant } from "./x86_digit_constants.ts";
import { each, eightLines, HALF, joinDigits, SAMPLES, VECTOR } from "./x86_digit_sums.ts";
import { argument, countDown } from "./x86_tasks.ts";
import { avx512, digitwise } from "./x86_vectors.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = register;

/** Four inputs each: what is written out in a row reads a cache line of each sample. */
const UNROLLED = 16;

/** The scores of at most eight units, whose digits fill so many vectors. */
export function scoresByDigits(vectors: number): Code {
  const [samples, left, out, room, factors] = [r8, r9, r10, r13, r14];
  const [near, far, stride, threeStrides] = [rdi, rsi, r15, r12];
  const [digits, counter, constants, nextNear, nextFar] = [rdx, rax, rbp, rcx, r11];
  const sum = (sample: number, v: number) => sample * vectors + v;
  const [digitsNow, bytesNow] = [24, 27];
  const ofUnits = 1;
  const rowsFrom = (near: number, far: number) => eightLines(near, far, stride, threeStrides);

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
