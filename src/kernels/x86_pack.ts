/**
 * The machine code that packs operands into panels.
 *
 * @module
 */

import {
  add,
  addNumber,
  addressOf,
  type Code,
  compare,
  move,
  moveByte,
  moveIfAbove,
  moveNumber,
  moveTo,
  multiply,
  multiplyNumber,
  prefetch,
  register,
  repeat,
  returns,
  shiftRight,
  whileNotZero,
} from "./x86_assembler.ts";
import { avx512, bytewise } from "./x86_vectors.ts";
import { type Conversion, converter } from "./x86_pixels.ts";
import { argument, countDown } from "./x86_tasks.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = register;

/**
 * Fills panels of the given width: for each step of the inner dimension, `width` numbers, one from
 * each line. Lines beyond the last repeat it: nothing outside the operand is read.
 */
export function pack(width: number, pixels: boolean): Code {
  const group = width % 5 === 0 ? 5 : 4;
  const lines = [rcx, rbp, r12, r13, r14].slice(0, group);
  const [to, panel, from, along, step, outerLeft, counter] = [r15, rdi, rsi, r8, r9, r10, r11];
  const table = rdx;
  const setLine = (line: number, index: number): Code => [
    moveNumber(rax, index),
    addressOf(along, { base: outerLeft, offset: -1 }),
    compare(rax, along),
    moveIfAbove(rax, along),
    multiply(rax, argument(2)),
    addressOf(line, { base: from, index: rax }),
  ];
  const put = (line: number, index: number): Code => {
    const place = { base: line, index: along };
    return [
      pixels
        ? [moveByte(rax, place), move(rax, { base: table, index: rax, scale: 8 })]
        : move(rax, place),
      moveTo({ base: to, offset: 8 * index }, rax),
    ];
  };
  const fillGroup = (first: number): Code => [
    lines.map((line, index) => setLine(line, first + index)),
    addressOf(to, { base: panel, offset: 8 * first }),
    moveNumber(along, 0),
    move(counter, argument(5)),
    repeat(counter, lines.map(put), add(along, step), addNumber(to, 8 * width)),
  ];
  const groups = Array.from({ length: width / group }, (_, index) => index * group);
  return [
    move(panel, argument(0)),
    move(from, argument(1)),
    move(step, argument(3)),
    move(outerLeft, argument(4)),
    pixels ? [addBase(from), move(table, argument(7))] : [],
    whileNotZero(
      outerLeft,
      groups.map(fillGroup),
      addressOf(panel, { base: to, offset: -8 * (width - group) }),
      multiplyNumber(rax, argument(2), width),
      add(from, rax),
      countDown(outerLeft, width),
    ),
    returns,
  ];
}

/** Adds what is at `base`. */
const addBase = (from: number): Code => [move(rax, argument(6)), add(from, { base: rax })];

/** Panels of 16 samples: reads 16 bytes of each at a time. */
export function packPixelsAcross(conversion: Conversion): Code {
  const [to, from, outerLeft, counter, room, along] = [rdi, rsi, r10, r11, r12, rcx];
  const [lineStep, ahead] = [r13, r14];
  const { load, across } = converter(conversion);
  /** Where each sample begins; samples beyond the last repeat it. */
  const place = (line: number): Code => [
    moveNumber(rax, line),
    addressOf(rcx, { base: outerLeft, offset: -1 }),
    compare(rax, rcx),
    moveIfAbove(rax, rcx),
    multiply(rax, argument(2)),
    add(rax, from),
    moveTo({ base: room, offset: 8 * line }, rax),
  ];
  /**
   * Eight samples from `first` on: the first eight bytes of each come to lie in one register, the other
   * eight in the next.
   */
  const gather = (first: number, to: number): Code => {
    const [even, odd] = [20, 21];
    return [
      [0, 2, 4, 6, 1, 3, 5, 7].map((line, i) => [
        move(rax, { base: room, offset: 8 * (first + line) }),
        bytewise.insertQuarter(i < 4 ? even : odd, { base: rax, index: along }, i % 4),
      ]),
      bytewise.interleaveLow(to, even, odd),
      bytewise.interleaveHigh(to + 1, even, odd),
    ];
  };
  /** A whole block of the inner dimension of one sample of the next panel. */
  const fetch = (sample: number): Code =>
    [0, 64, 128, 192].map((offset) => prefetch({ base: sample, offset }));
  const step = (k: number): Code =>
    [0, 1].map((v) => [
      across(v, 22 + 2 * v + (k >> 3), k % 8),
      avx512.store({ base: to, offset: 8 * (16 * k + 8 * v) }, v),
    ]);
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    addBase(from),
    move(lineStep, argument(2)),
    move(outerLeft, argument(4)),
    move(room, argument(8)),
    move(rdx, argument(7)),
    load,
    whileNotZero(
      outerLeft,
      Array.from({ length: 16 }, (_, line) => place(line)),
      moveNumber(along, 0),
      multiplyNumber(ahead, lineStep, 16),
      add(ahead, from),
      move(counter, argument(5)),
      shiftRight(counter, 4),
      repeat(
        counter,
        fetch(ahead),
        add(ahead, lineStep),
        [gather(0, 22), gather(8, 24)],
        Array.from({ length: 16 }, (_, k) => step(k)),
        addNumber(along, 16),
        addNumber(to, 16 * 16 * 8),
      ),
      multiplyNumber(rax, lineStep, 16),
      add(from, rax),
      countDown(outerLeft, 16),
    ),
    returns,
  ];
}

/** Panels of 16 inputs. */
export function packPixelsAlong(conversion: Conversion): Code {
  const [to, from, place, step, outerLeft, counter] = [rdi, rsi, rcx, r9, r10, r11];
  const { load, along } = converter(conversion);
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    addBase(from),
    move(step, argument(3)),
    move(outerLeft, argument(4)),
    move(rdx, argument(7)),
    load,
    whileNotZero(
      outerLeft,
      move(place, from),
      move(counter, argument(5)),
      repeat(
        counter,
        // Each sample's next inputs are far from those of its neighbours: the processor sees no pattern.
        prefetch({ base: place, offset: 64 }),
        along({ base: place }),
        [0, 1].map((v) => avx512.store({ base: to, offset: 64 * v }, v)),
        add(place, step),
        addNumber(to, 128),
      ),
      addNumber(from, 16),
      countDown(outerLeft, 16),
    ),
    returns,
  ];
}
