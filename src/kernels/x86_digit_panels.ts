/**
 * The machine code that writes eight rows of numbers as a panel of digits: whole cache lines at a time,
 * where `splitRows` stores eight bytes here and there.
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
  register,
  repeat,
  returns,
} from "./x86_assembler.ts";
import { loadShared, measureRow, NOTES, SCALE, shared, sumUpRow } from "./x86_digit_rows.ts";
import { each, eightLines, VECTOR } from "./x86_digit_sums.ts";
import { argument } from "./x86_tasks.ts";
import { avx512, bytewise, digitwise } from "./x86_vectors.ts";

const { rsi, rdi, r13, r14, r12 } = register;

const ROWS = 8;

/** Vectors of a panel for eight numbers of each row: six pairs of digits. */
const VECTORS = 6;

/** Eight rows whose lengths are whole vectors. */
export function splitPanel(): Code {
  const { counter, rows, row, vectors, notes, magic, bias, order } = shared;
  const [near, far, to, stride, threeStrides] = [rdi, rsi, r13, r14, r12];
  const numbers = eightLines(near, far, stride, threeStrides);
  const sum = (r: number) => 16 + r;
  const eachRow = (code: Code): Code => [
    [move(row, argument(0)), move(notes, argument(11)), moveNumber(rows, ROWS)],
    repeat(rows, code, add(row, argument(1)), addNumber(notes, NOTES)),
  ];

  const splitVector = (now: number): Code => [
    avx512.load(now, numbers[now]),
    avx512.multiply(now, now, { base: notes, offset: NOTES * now + SCALE }),
    avx512.add(now, now, magic),
    digitwise.add(sum(now), sum(now), now),
    digitwise.pickBytes(now, now, order),
  ];
  /** From rows of pairs to pairs of all rows: pairs 0, 2, 4 of two rows in `low`, 1, 3, 5 in `high`. */
  const [low, high] = [8, 12];
  const transpose: Code = [
    each(4, (two) => [
      bytewise.interleaveLow(low + two, 2 * two, 2 * two + 1),
      bytewise.interleaveHigh(high + two, 2 * two, 2 * two + 1),
    ]),
    // Of four rows each: 0 and 4, then 2, then 1 and 5, then 3.
    [low, high].map((from, i) =>
      each(2, (four) => [
        digitwise.evenQuarters(4 * i + four, from + 2 * four, from + 2 * four + 1),
        digitwise.oddQuarters(4 * i + 2 + four, from + 2 * four, from + 2 * four + 1),
      ])
    ),
    digitwise.evenQuarters(8, 0, 1),
    digitwise.evenQuarters(9, 4, 5),
    digitwise.evenQuarters(10, 2, 3),
    digitwise.evenQuarters(11, 6, 7),
    digitwise.oddQuarters(12, 0, 1),
    digitwise.oddQuarters(13, 4, 5),
  ];
  return [
    loadShared,
    eachRow(measureRow()),
    [move(near, argument(0)), move(stride, argument(1)), move(to, argument(4))],
    addressOf(threeStrides, { base: stride, index: stride, scale: 2 }),
    addressOf(far, { base: near, index: threeStrides }),
    [move(notes, argument(11)), move(counter, vectors)],
    each(ROWS, (r) => avx512.zero(sum(r))),
    repeat(
      counter,
      each(ROWS, splitVector),
      transpose,
      each(VECTORS, (pair) => [
        digitwise.xor(8 + pair, 8 + pair, bias),
        avx512.store({ base: to, offset: VECTOR * pair }, 8 + pair),
      ]),
      [addNumber(near, VECTOR), addNumber(far, VECTOR)],
      addNumber(to, VECTOR * VECTORS),
    ),
    each(ROWS, (r) => avx512.store({ base: notes, offset: NOTES * r }, sum(r))),
    eachRow(sumUpRow()),
    returns,
  ];
}
