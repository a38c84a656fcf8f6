/**
 * The machine code of the loops beside the products.
 *
 * @module
 */

import {
  add,
  addNumber,
  type Code,
  type Memory,
  move,
  moveNumber,
  moveTo,
  register,
  repeat,
  returns,
} from "./x86_assembler.ts";
import { avx2, relu, type VectorUnit } from "./x86_vectors.ts";
import { argument } from "./x86_tasks.ts";

const { rax, rcx, rdx, rsi, rdi, r8, r9, r10 } = register;

/** to += from. */
export function sum(unit: VectorUnit): Code {
  const [to, from, counter] = [rdi, rsi, rcx];
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    move(counter, argument(2)),
    repeat(
      counter,
      unit.load(0, { base: to }),
      unit.add(0, 0, { base: from }),
      unit.store({ base: to }, 0),
      addNumber(to, 8 * unit.lanes),
      addNumber(from, 8 * unit.lanes),
    ),
    returns,
  ];
}

/** to = fromᵀ. */
export function transpose(): Code {
  const [to, column, from, stride, rowsLeft, columnsLeft] = [rdi, rdx, rsi, r8, r9, r10];
  return [
    move(to, argument(0)),
    move(column, argument(1)),
    move(stride, argument(2)),
    move(rowsLeft, argument(3)),
    repeat(
      rowsLeft,
      move(from, column),
      move(columnsLeft, argument(4)),
      repeat(
        columnsLeft,
        move(rax, { base: from }),
        moveTo({ base: to }, rax),
        add(from, stride),
        addNumber(to, 8),
      ),
      addNumber(column, 8),
    ),
    returns,
  ];
}

/** The registers of a step with momentum: its coefficients, in their order, and what it works with. */
export const stepRegisters = [0, 1, 2, 3, 4, 5, 6];

/**
 * A step with momentum for one vector of w and v, whose gradient is in memory or in another register. Each
 * operation is rounded on its own, as in the reference, so that the bits are the same.
 */
export function stepOfVector(
  unit: VectorUnit,
  [w, v]: readonly [Memory, Memory],
  dw: number | Memory,
): Code {
  const [mu, eta, ofLoss, ofWeights, weights, gradient, velocity] = stepRegisters;
  return [
    unit.load(weights, w),
    unit.multiply(gradient, ofLoss, dw),
    unit.multiply(velocity, ofWeights, weights),
    unit.add(gradient, gradient, velocity),
    unit.multiply(gradient, gradient, eta),
    unit.multiply(velocity, mu, v),
    unit.add(velocity, velocity, gradient),
    unit.store(v, velocity),
    unit.subtract(weights, weights, velocity),
    unit.store(w, weights),
  ];
}

/** Loads the four coefficients of a step. */
export function loadCoefficients(unit: VectorUnit, from: number): Code {
  return stepRegisters.slice(0, 4).map((to, i) =>
    unit.broadcast(to, { base: from, offset: 8 * i })
  );
}

/** Steps for rows of vectors. */
export function momentum(unit: VectorUnit): Code {
  const [w, dw, v, along, counter, rows] = [rdi, rsi, rdx, r8, rcx, r9];
  const at = (base: number) => ({ base, index: along });
  return [
    move(w, argument(0)),
    move(dw, argument(1)),
    move(v, argument(2)),
    move(rax, argument(3)),
    loadCoefficients(unit, rax),
    move(rows, argument(4)),
    repeat(
      rows,
      moveNumber(along, 0),
      move(counter, argument(5)),
      repeat(
        counter,
        stepOfVector(unit, [at(w), at(v)], at(dw)),
        addNumber(along, 8 * unit.lanes),
      ),
      [w, v].map((matrix) => add(matrix, argument(6))),
      add(dw, argument(7)),
    ),
    returns,
  ];
}

/** ReLU, in place. */
export function reluForward(): Code {
  const [s, counter, zero, now] = [rdi, rcx, 0, 1];
  return [
    move(s, argument(0)),
    move(counter, argument(1)),
    avx2.zero(zero),
    repeat(
      counter,
      relu.larger(now, zero, { base: s }),
      avx2.store({ base: s }, now),
      addNumber(s, 8 * avx2.lanes),
    ),
    returns,
  ];
}

/** The derivative of ReLU, in place. */
export function reluBackward(): Code {
  const [h, g, counter, zero, now] = [rdi, rsi, rcx, 0, 1];
  return [
    move(h, argument(0)),
    move(g, argument(1)),
    move(counter, argument(2)),
    avx2.zero(zero),
    repeat(
      counter,
      relu.differ(now, zero, { base: h }),
      relu.and(now, now, { base: g }),
      avx2.store({ base: g }, now),
      addNumber(h, 8 * avx2.lanes),
      addNumber(g, 8 * avx2.lanes),
    ),
    returns,
  ];
}
