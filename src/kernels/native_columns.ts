/**
 * The loops of `columns.ts` by machine code.
 *
 * @module
 */

import { checkAtLeast } from "./check_lengths.ts";
import { type Columns, plainColumns } from "./columns.ts";
import { addressOf, alignedArray } from "./native_memory.ts";
import { type columnLoops } from "./x86_columns.ts";

/** A loop over the columns of arrays. */
interface Loop {
  readonly name: keyof typeof columnLoops;
  /** n rows of m numbers each, which are worked on in place. */
  readonly long: readonly Float64Array[];
  /** m numbers each, which are read. */
  readonly short: readonly Float64Array[];
  /** m numbers, which are set to sums over rows. */
  readonly sum?: Float64Array;
}

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

  /** Runs a loop on as many rows as are whole periods, and returns how many rows that are. */
  function runLoop(n: number, m: number, { name, long, short, sum }: Loop): number {
    const rows = lanes / commonDivisor(m, lanes);
    const whole = n - n % rows;
    const length = rows * m;
    const stride = Math.ceil(length / 8) * 8;
    const sums = short.length * stride;
    if (room.length < sums + stride) room = alignedArray(sums + stride);
    for (let a = 0; a < short.length; a++) repeat(short[a], a * stride, length);
    if (sum) room.fill(0, sums, sums + length);
    const args = long.map(addressOf);
    const from = addressOf(room);
    for (let at = 0; at < (sum ? sums + stride : sums); at += stride) args.push(from + 8 * at);
    args.push(whole * m / lanes, length / lanes);
    run(name, args);
    if (sum) addPeriod(room.subarray(sums, sums + length), sum);
    return whole;
  }

  function repeat(array: Float64Array, to: number, length: number): void {
    for (let at = to; at < to + length; at += array.length) room.set(array, at);
  }

  /** Adds up the sums of the rows of a period. */
  function addPeriod(sums: Float64Array, sum: Float64Array): void {
    const m = sum.length;
    for (let j = 0; j < m; j++) {
      sum[j] = 0;
      for (let at = j; at < sums.length; at += m) sum[j] += sums[at];
    }
  }

  /** Adds what the plain loop finds in the rows that fill no period. */
  function addRest(sum: Float64Array, plain: (sum: Float64Array) => void): void {
    const others = new Float64Array(sum.length);
    plain(others);
    for (let j = 0; j < sum.length; j++) sum[j] += others[j];
  }

  /** The rows from `from` on. */
  const rest = (array: Float64Array, from: number, m: number) => array.subarray(from * m);

  return {
    addRow(n, s, b) {
      const m = b.length;
      checkAtLeast(n * m, { s });
      const done = runLoop(n, m, { name: "addRow", long: [s], short: [b] });
      if (done < n) plainColumns.addRow(n - done, rest(s, done, m), b);
    },

    sumRows(n, g, sum) {
      const m = sum.length;
      checkAtLeast(n * m, { g });
      const done = runLoop(n, m, { name: "sumRows", long: [g], short: [], sum });
      if (done === n) return;
      addRest(sum, (others) => plainColumns.sumRows(n - done, rest(g, done, m), others));
    },

    sumProducts(n, g, z, sum) {
      const m = sum.length;
      checkAtLeast(n * m, { g, z });
      const done = runLoop(n, m, { name: "sumProducts", long: [g, z], short: [], sum });
      if (done === n) return;
      const [ofG, ofZ] = [rest(g, done, m), rest(z, done, m)];
      addRest(sum, (others) => plainColumns.sumProducts(n - done, ofG, ofZ, others));
    },

    sumSquares(n, s, mean, sum) {
      const m = sum.length;
      checkAtLeast(n * m, { s });
      checkAtLeast(m, { mean });
      const done = runLoop(n, m, { name: "sumSquares", long: [s], short: [mean], sum });
      if (done === n) return;
      addRest(sum, (others) => plainColumns.sumSquares(n - done, rest(s, done, m), mean, others));
    },

    normalise(n, s, z, by) {
      const { mean, deviation, scale, shift } = by;
      const m = mean.length;
      checkAtLeast(n * m, { s, z });
      checkAtLeast(m, { deviation, scale, shift });
      const short = [mean, deviation, scale, shift];
      const done = runLoop(n, m, { name: "normalise", long: [s, z], short });
      if (done < n) plainColumns.normalise(n - done, rest(s, done, m), rest(z, done, m), by);
    },

    normaliseGradient(n, g, z, by) {
      const { mean, slope, scale } = by;
      const m = mean.length;
      checkAtLeast(n * m, { g, z });
      checkAtLeast(m, { slope, scale });
      const short = [mean, slope, scale];
      const done = runLoop(n, m, { name: "normaliseGradient", long: [g, z], short });
      if (done < n) {
        plainColumns.normaliseGradient(n - done, rest(g, done, m), rest(z, done, m), by);
      }
    },
  };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
