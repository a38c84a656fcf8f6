/**
 * The cutting of a product into blocks.
 *
 * @module
 */

/** A range of indices: from, ..., to - 1. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Ranges of nearly equal length, none longer than `most`, that together are the given one; all but
 * the last begin and end at multiples of `unit` from its start. An empty range has no blocks.
 *
 * @example
 * ```ts
 * import { blocks } from "klayer/kernels/blocks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(blocks({ from: 0, to: 10 }, 4).map(({ from, to }) => to - from), [3, 4, 3]);
 * assertEquals(blocks({ from: 1, to: 10 }, 8, 4), [{ from: 1, to: 9 }, { from: 9, to: 10 }]);
 * ```
 */
export function blocks({ from, to }: Range, most: number, unit = 1): Range[] {
  const units = Math.ceil((to - from) / unit);
  if (units === 0) return [];
  const count = Math.ceil(units / Math.floor(most / unit));
  const start = (b: number) => Math.min(to, from + unit * Math.round(units * b / count));
  return Array.from({ length: count }, (_, b) => ({ from: start(b), to: start(b + 1) }));
}

/** The parts of a dimension that two ranks share: one part where it is not `shared`. */
export function halves(length: number, unit: number, shared: boolean): Range[] {
  const units = Math.ceil(length / unit);
  return blocks({ from: 0, to: length }, (shared ? Math.ceil(units / 2) : units) * unit, unit);
}
