/**
 * Printed against reproduced: how many digits agree.
 *
 * @module
 */

/** What a double can show: equal numbers agree to so many digits, and no more is ever claimed. */
export const ALL_DIGITS = 16;

/**
 * To how many significant digits two numbers agree: -log10 of their relative difference, from 0 to
 * {@linkcode ALL_DIGITS}.
 *
 * @param printed what the report says
 * @param found what a run gave; NaN agrees with nothing
 *
 * @example
 * ```ts
 * import { digitsAgreed } from "klayer/report/compare.ts";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals(digitsAgreed(2.302, 2.302), 16);
 * assertAlmostEquals(digitsAgreed(1, 1.001), 3, 1e-9);
 * assertEquals(digitsAgreed(1, NaN), 0);
 * ```
 */
export function digitsAgreed(printed: number, found: number): number {
  if (printed === found) return ALL_DIGITS;
  const digits = -Math.log10(Math.abs(found - printed) / Math.abs(printed));
  return digits > 0 ? Math.min(digits, ALL_DIGITS) : 0;
}

/** A column of printed numbers beside what a run gave. */
export interface Agreement {
  readonly rows: readonly {
    readonly printed: number;
    readonly found: number;
    readonly digits: number;
  }[];
  /** The fewest digits of any row. */
  readonly least: number;
  readonly median: number;
}

/**
 * Compares a printed table with a run, row by row. A row that the run did not reach is NaN and
 * agrees to 0 digits.
 *
 * @example
 * ```ts
 * import { compareTable } from "klayer/report/compare.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { least, median } = compareTable([2.5, 3, 4], [2.5, 3]);
 * assertEquals([least, median], [0, 16]);
 * ```
 */
export function compareTable(printed: readonly number[], found: readonly number[]): Agreement {
  const rows = printed.map((value, i) => {
    const other = found[i] ?? NaN;
    return { printed: value, found: other, digits: digitsAgreed(value, other) };
  });
  const sorted = rows.map(({ digits }) => digits).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
  return { rows, least: sorted[0], median };
}
