/**
 * The machine code of the gradient of the weights by digits: see `digits.ts`.
 *
 * The sums of a unit and 64 pixels stay in registers for all samples, of which each instruction multiplies
 * four.
 *
 * @module
 */

import {
  add,
  addNumber,
  type Code,
  move,
  prefetch,
  register,
  repeat,
  returns,
} from "./x86_assembler.ts";
import { DIGITS } from "./digits.ts";
import { constant } from "./x86_digit_constants.ts";
import { QUAD } from "./x86_digit_rows.ts";
import { each, HALF, joinDigits, PIXEL_VECTORS, VECTOR } from "./x86_digit_sums.ts";
import { loadCoefficients, stepOfVector } from "./x86_loops.ts";
import { argument } from "./x86_tasks.ts";
import { avx512, digitwise } from "./x86_vectors.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13 } = register;

/**
 * 64 columns of the gradient of the weights, unit by unit: stored, or used at once for a step with
 * momentum, as `momentum` in `x86_loops.ts` does it.
 */
export function gradientByDigits(use: "store" | "step"): Code {
  const [packed, digits, units, factor, summand] = [rdi, rsi, r8, r9, r10];
  const [out, outStride, room, counter, next, constants] = [rdx, r11, r12, rcx, rax, rbp];
  const v = r13;
  const isStep = use === "step";
  const at = (base: number, half: number) => ({ base, offset: VECTOR * half });
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
    isStep ? [move(next, argument(11)), loadCoefficients(avx512, next)] : [],
    each(2 * PIXEL_VECTORS, (half) => {
      const offset = VECTOR * DIGITS * (half >> 1) + HALF * (half % 2);
      return [
        joinDigits(joined, lower, base, { sums: { base: room, offset }, stride: VECTOR }),
        avx512.add(joined, joined, added),
        avx512.multiply(joined, joined, ofUnit),
        isStep ? stepOfVector(avx512, [at(out, half), at(v, half)], joined) : [],
        isStep ? [] : avx512.store(at(out, half), joined),
      ];
    }),
  ];
  return [
    [packed, digits, units, factor, summand, out, outStride, room, constants].map((to, i) =>
      move(to, argument([0, 1, 3, 4, 5, 6, 7, 8, 9][i]))
    ),
    isStep ? move(v, argument(10)) : [],
    avx512.broadcast(base, { base: constants, offset: constant.base }),
    repeat(
      units,
      isStep
        ? each(2 * PIXEL_VECTORS, (half) => [prefetch(at(out, half)), prefetch(at(v, half))])
        : [],
      each(DIGITS * PIXEL_VECTORS, avx512.zero),
      avx512.broadcast(ofUnit, { base: factor }),
      avx512.broadcast(added, { base: summand }),
      move(next, packed),
      move(counter, argument(2)),
      repeat(counter, step),
      useSums,
      add(out, outStride),
      isStep ? add(v, outStride) : [],
      [addNumber(factor, 8), addNumber(summand, 8)],
    ),
    returns,
  ];
}
