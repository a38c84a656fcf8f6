/**
 * The machine code of `columns.ts`.
 *
 * A row of m numbers is seldom a whole number of vectors, but some rows together are. What belongs to the
 * columns is repeated as often: so the rows are one long array, beside which a short one is read again and
 * again.
 *
 * @module
 */

import {
  addNumber,
  type Code,
  compare,
  type Memory,
  move,
  moveIfAbove,
  moveNumber,
  register,
  repeat,
  returns,
  subtract,
  whileNotZero,
} from "./x86_assembler.ts";
import { type VectorUnit } from "./x86_vectors.ts";
import { argument } from "./x86_tasks.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13 } = register;

/** The loops by name, with how many long and how many short arrays they have. */
export const columnLoops = {
  addRow: [1, 1],
  sumRows: [1, 1],
  sumProducts: [2, 1],
  sumSquares: [1, 2],
  normalise: [2, 4],
  normaliseGradient: [2, 3],
} as const;

/** The code of one of the loops. */
export function columnLoop(unit: VectorUnit, name: keyof typeof columnLoops): Code {
  const [longCount, shortCount] = columnLoops[name];
  const bases = [rdi, rsi, rdx, r8, r9, r10];
  const [along, within, left, counter, now, period] = [r11, r12, rcx, rax, r13, rbp];
  const places = bases.slice(0, longCount + shortCount).map((base, i): Memory => ({
    base,
    index: i < longCount ? along : within,
  }));
  return [
    places.map(({ base }, i) => move(base, argument(i))),
    move(left, argument(places.length)),
    move(period, argument(places.length + 1)),
    moveNumber(along, 0),
    whileNotZero(
      left,
      moveNumber(within, 0),
      move(now, period),
      compare(now, left),
      moveIfAbove(now, left),
      move(counter, now),
      repeat(
        counter,
        bodies(unit)[name](places),
        addNumber(along, 8 * unit.lanes),
        addNumber(within, 8 * unit.lanes),
      ),
      subtract(left, now),
    ),
    returns,
  ];
}

/** What each loop does with one vector. All but the sums round as the plain loops do. */
function bodies(
  { load, store, add, subtract, multiply, divide, multiplyAdd }: VectorUnit,
): Record<keyof typeof columnLoops, (places: Memory[]) => Code> {
  return {
    addRow: ([s, b]) => [load(0, s), add(0, 0, b), store(s, 0)],
    sumRows: ([g, sum]) => [load(0, sum), add(0, 0, g), store(sum, 0)],
    sumProducts: ([g, z, sum]) => [
      [load(0, sum), load(1, g), multiplyAdd(0, 1, z)],
      store(sum, 0),
    ],
    sumSquares: ([s, mean, sum]) => [
      [load(1, s), subtract(1, 1, mean)],
      [load(0, sum), multiplyAdd(0, 1, 1), store(sum, 0)],
    ],
    normalise: ([s, z, mean, deviation, scale, shift]) => [
      [load(0, s), subtract(0, 0, mean), divide(0, 0, deviation), store(z, 0)],
      [multiply(0, 0, scale), add(0, 0, shift), store(s, 0)],
    ],
    normaliseGradient: ([g, z, mean, slope, scale]) => [
      [load(0, g), subtract(0, 0, mean)],
      [load(1, z), multiply(1, 1, slope), subtract(0, 0, 1)],
      [multiply(0, 0, scale), store(g, 0)],
    ],
  };
}
