/**
 * The machine code that lays bytes out for the gradient of the weights: see `x86_gradient.ts`.
 *
 * @module
 */

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
  register,
  repeat,
  returns,
  shiftRight,
  unless,
} from "./x86_assembler.ts";
import { constant } from "./x86_digit_constants.ts";
import { each, PIXEL_VECTORS, VECTOR } from "./x86_digit_sums.ts";
import { argument } from "./x86_tasks.ts";
import { avx512, digitwise } from "./x86_vectors.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11 } = register;

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
