/**
 * The loops of `columns.ts` by machine code.
 *
 * @module
 */

import { checkAtLeast } from "./check_lengths.ts";
import { type Columns, plainColumns } from "./columns.ts";
import { addressOf, alignedArray } from "./native_memory.ts";
import { type columnLoops } from "./x86_columns.ts";

type Arrays = Record<string, Float64Array>;

/**
 * @param lanes numbers in a vector
 * @param run calls the code of a task with its arguments
 */
export function nativeColumns(
  lanes: number,
  run: (name: keyof typeof columnLoops, args: number[]) => void,
): Columns {
  /** Short arrays, repeated until they are whole vectors; used again by every call. */
  let room = alignedArray(0);

  /**
   * Runs a loop on as many rows as are whole periods, and returns how many rows that are. `sum` is
   * set to the sums over these rows; the other arrays of one number a column are read.
   */
  function runLoop(
    name: keyof typeof columnLoops,
    n: number,
    long: Arrays,
    short: Arrays,
    sum: Float64Array | null,
  ): number {
    const m = (sum ?? Object.values(short)[0]).length;
    checkAtLeast(n * m, long);
    checkAtLeast(m, short);
    const rows = lanes / commonDivisor(m, lanes);
    const whole = n - n % rows;
    const shorts = Object.values(short);
    const count = shorts.length + (sum === null ? 0 : 1);
    const length = rows * m;
    const stride = Math.ceil(length / 8) * 8;
    if (room.length < count * stride) room = alignedArray(count * stride);
    shorts.forEach((array, a) => {
      for (let at = 0; at < length; at += m) {
        for (let j = 0; j < m; j++) room[a * stride + at + j] = array[j];
      }
    });
    const sums = (count - 1) * stride;
    if (sum !== null) room.fill(0, sums, sums + length);
    const start = addressOf(room);
    run(name, [
      ...Object.values(long).map(addressOf),
      ...Array.from({ length: count }, (_, a) => start + 8 * a * stride),
      whole * m / lanes,
      length / lanes,
    ]);
    if (sum !== null) {
      sum.fill(0);
      for (let at = 0; at < length; at += m) {
        for (let j = 0; j < m; j++) sum[j] += room[sums + at + j];
      }
    }
    return whole;
  }

  /** The rows from `from` on. */
  const rest = (array: Float64Array, from: number, m: number) => array.subarray(from * m);

  /** Adds what the plain loop finds in the rows that fill no period. */
  function addRest(
    sum: Float64Array,
    isRest: boolean,
    plain: (sum: Float64Array) => void,
  ): void {
    if (!isRest) return;
    const others = new Float64Array(sum.length);
    plain(others);
    for (let j = 0; j < sum.length; j++) sum[j] += others[j];
  }

  return {
    addRow(n, s, b) {
      const done = runLoop("addRow", n, { s }, { b }, null);
      plainColumns.addRow(n - done, rest(s, done, b.length), b);
    },

    sumRows(n, g, sum) {
      const done = runLoop("sumRows", n, { g }, {}, sum);
      addRest(sum, done < n, (others) => {
        plainColumns.sumRows(n - done, rest(g, done, sum.length), others);
      });
    },

    sumProducts(n, g, z, sum) {
      const [done, m] = [runLoop("sumProducts", n, { g, z }, {}, sum), sum.length];
      addRest(sum, done < n, (others) => {
        plainColumns.sumProducts(n - done, rest(g, done, m), rest(z, done, m), others);
      });
    },

    sumSquares(n, s, mean, sum) {
      const done = runLoop("sumSquares", n, { s }, { mean }, sum);
      addRest(sum, done < n, (others) => {
        plainColumns.sumSquares(n - done, rest(s, done, sum.length), mean, others);
      });
    },

    normalise(n, s, z, { mean, deviation, scale, shift }) {
      const by = { mean, deviation, scale, shift };
      const [done, m] = [runLoop("normalise", n, { s, z }, by, null), mean.length];
      plainColumns.normalise(n - done, rest(s, done, m), rest(z, done, m), by);
    },

    normaliseGradient(n, g, z, { mean, slope, scale }) {
      const by = { mean, slope, scale };
      const [done, m] = [runLoop("normaliseGradient", n, { g, z }, by, null), mean.length];
      plainColumns.normaliseGradient(n - done, rest(g, done, m), rest(z, done, m), by);
    },
  };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
