/**
 * The tasks of the machine code, and the conventions that their code shares.
 *
 * A task is a record of `TASK` 64-bit words: the address of its code first, then its arguments. While a
 * task runs, rbx points at its record; it may use every other register but the stack pointer.
 *
 * @module
 */

import {
  type Code,
  compare,
  moveIfAbove,
  moveNumber,
  register,
  subtract,
} from "./x86_assembler.ts";

const { rax, rbx } = register;

/** Words in the record of a task. */
export const TASK = 13;

/** Where argument `index` of the present task lies. */
export const argument = (index: number) => ({ base: rbx, offset: 8 * (1 + index) });

const split = [
  ...["from", "rowStride", "rows", "count", "to", "toStride", "step", "pairStep"],
  ...["factor", "summand", "constants", "room"],
] as const;

const scores = [
  ...["digits", "from", "base", "stride", "samples", "steps"],
  ...["out", "outStride", "factors", "units", "room", "constants"],
] as const;

/** The tasks by name, with their arguments in the order of the record. */
export const tasks = {
  /**
   * Addresses of A, packed B, C and room for a tile; bytes from row to row of C, from row to row and
   * from column to column of A; counts; whether to add to C.
   */
  multiply: [
    ...["a", "b", "c", "corner", "stride", "lineStep", "step"],
    ...["rows", "columns", "inner", "accumulate"],
  ],
  /** Panels as wide as a tile has rows; bytes from line to line and along a line. */
  packRows: ["to", "from", "lineStep", "step", "outer", "inner"],
  /** Panels as wide as a tile has columns. */
  packColumns: ["to", "from", "lineStep", "step", "outer", "inner"],
  /**
   * The same from bytes that stand for the numbers of the table; `from` counts from the address that
   * is at `base`.
   */
  packPixels: ["to", "from", "lineStep", "step", "outer", "inner", "base", "table"],
  /** The same, AVX-512 only, where the step is one byte and `inner` a multiple of 16. */
  packPixelsAcross: ["to", "from", "lineStep", "step", "outer", "inner", "base", "table", "room"],
  /** The same, AVX-512 only, where the line step is one byte and the panels are whole. */
  packPixelsAlong: ["to", "from", "lineStep", "step", "outer", "inner", "base", "table"],
  /** The same where the numbers are u / 255 plus a constant; the address of `linearConstants`. */
  packLinearAcross: [
    ...["to", "from", "lineStep", "step", "outer", "inner"],
    ...["base", "constants", "room"],
  ],
  packLinearAlong: ["to", "from", "lineStep", "step", "outer", "inner", "base", "constants"],
  /**
   * AVX-512 VNNI only, as the rest up to `packBytes`. Rows as digits: bytes from row to row, of `count`
   * numbers each, and of digits from row to row, from four numbers to the next four and from two digits to
   * the next two; where the rows' factors and summands go.
   */
  splitRows: split,
  /** The same for eight rows of whole vectors, as a panel of three vectors for four numbers each. */
  splitPanel: split,
  /**
   * Scores of at most eight units, whose digits fill so many vectors: where digits, pixels, scores and
   * factors are, the bytes from sample to sample, and how many times four inputs there are.
   */
  ...{ scores1: scores, scores2: scores, scores3: scores },
  /** 64 columns of a gradient: `steps` times four samples. */
  gradient: [
    ...["packed", "digits", "steps", "units", "factor", "summand"],
    ...["out", "outStride", "room", "constants"],
  ],
  /** The same, used for a step of W and v, as in `momentum`. */
  gradientStep: [
    ...["packed", "digits", "steps", "units", "factor", "summand"],
    ...["w", "stride", "room", "constants", "v", "coefficients"],
  ],
  /** 64 pixels of each sample. */
  packBytes: ["to", "from", "base", "stride", "samples", "constants"],
  /** to += from, `vectors` vectors of numbers. */
  sum: ["to", "from", "vectors"],
  /** to = fromᵀ: `rows` rows of `columns` numbers from the columns of a matrix. */
  transpose: ["to", "from", "stride", "rows", "columns"],
  /**
   * v = mu v + eta (ofLoss dW + ofWeights W) and W -= v; the addresses of W, dW, v and of the four
   * coefficients in the order of the formula; how many rows of how many whole vectors; the bytes from
   * row to row of W and v, and of dW.
   */
  momentum: ["w", "dw", "v", "coefficients", "rows", "vectors", "stride", "dwStride"],
  /** ReLU in place, and its derivative; vectors of four. */
  relu: ["s", "vectors"],
  reluGradient: ["h", "g", "vectors"],
  /**
   * The loops of `columns.ts`: the long arrays, the short ones that are read, the sum; then how many
   * vectors there are in all, and in a short array.
   */
  addRow: ["s", "b", "vectors", "period"],
  sumRows: ["g", "sum", "vectors", "period"],
  sumProducts: ["g", "z", "sum", "vectors", "period"],
  sumSquares: ["s", "mean", "sum", "vectors", "period"],
  normalise: ["s", "z", "mean", "deviation", "scale", "shift", "vectors", "period"],
  normaliseGradient: ["g", "z", "mean", "slope", "scale", "vectors", "period"],
} as const;

export type TaskName = keyof typeof tasks;

/** left -= min(left, size), as the last instructions of a loop over `left`. */
export const countDown = (left: number, size: number): Code => [
  moveNumber(rax, size),
  compare(rax, left),
  moveIfAbove(rax, left),
  subtract(left, rax),
];
