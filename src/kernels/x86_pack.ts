/**
 * The machine code that packs operands into panels.
 *
 * @module
 */

import {
  add,
  addNumber,
  addressOf,
  avx512,
  type Code,
  compare,
  lookUp,
  move,
  moveByte,
  moveIfAbove,
  moveNumber,
  moveTo,
  multiply,
  multiplyNumber,
  register,
  repeat,
  returns,
  shiftRight,
  whileNotZero,
} from "./x86_assembler.ts";
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
    pixels ? move(table, argument(6)) : [],
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

/** Panels of 16 samples: reads four bytes of each at a time, and looks the numbers up. */
export function packPixelsAcross(): Code {
  const [to, from, table, outerLeft, counter, room] = [rdi, rsi, rdx, r10, r11, r12];
  const [along, places, bytes, mask, low, high] = [rcx, 0, 1, 2, 3, 4];
  const width = 16;
  const place = (line: number): Code => [
    moveNumber(rax, line),
    addressOf(rcx, { base: outerLeft, offset: -1 }),
    compare(rax, rcx),
    moveIfAbove(rax, rcx),
    multiply(rax, argument(2)),
    moveTo({ base: room, offset: 4 * line }, rax),
  ];
  const step = (k: number): Code => [
    lookUp.and(low, bytes, mask),
    lookUp.shiftRight(bytes, bytes, 8),
    lookUp.upperHalf(high, low),
    [low, high].map((half, v) => [
      lookUp.numbers(5 + v, { base: table, index: half, scale: 8 }),
      avx512.store({ base: to, offset: 8 * (k * width + 8 * v) }, 5 + v),
    ]),
  ];
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    move(outerLeft, argument(4)),
    move(table, argument(6)),
    move(room, argument(7)),
    lookUp.lowBytes(mask),
    whileNotZero(
      outerLeft,
      Array.from({ length: width }, (_, line) => place(line)),
      avx512.load(places, { base: room }),
      move(along, from),
      move(counter, argument(5)),
      shiftRight(counter, 2),
      repeat(
        counter,
        lookUp.integers(bytes, { base: along, index: places }),
        [0, 1, 2, 3].map(step),
        addNumber(along, 4),
        addNumber(to, 4 * width * 8),
      ),
      multiplyNumber(rax, argument(2), width),
      add(from, rax),
      countDown(outerLeft, width),
    ),
    returns,
  ];
}

/** Panels of 16 inputs: widens eight bytes at a time, and looks the numbers up. */
export function packPixelsAlong(): Code {
  const [to, from, along, step, table, outerLeft, counter] = [rdi, rsi, rcx, r9, rdx, r10, r11];
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    move(step, argument(3)),
    move(outerLeft, argument(4)),
    move(table, argument(6)),
    whileNotZero(
      outerLeft,
      move(along, from),
      move(counter, argument(5)),
      repeat(
        counter,
        [0, 1].map((v) => [
          lookUp.widenBytes(2 * v, { base: along, offset: 8 * v }),
          lookUp.numbers(2 * v + 1, { base: table, index: 2 * v, scale: 8 }),
          avx512.store({ base: to, offset: 64 * v }, 2 * v + 1),
        ]),
        add(along, step),
        addNumber(to, 128),
      ),
      addNumber(from, 16),
      countDown(outerLeft, 16),
    ),
    returns,
  ];
}
