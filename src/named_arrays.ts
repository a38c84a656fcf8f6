/**
 * Arrays by name, as a .npz file has them: made, and taken with the shape that they must have.
 *
 * @module
 */

import { InputError } from "./errors.ts";
import type { NpyArray } from "./npy.ts";

/** Arrays by name. */
export type Arrays = ReadonlyMap<string, NpyArray>;

/** An array with its name. */
export type Named = [name: string, array: NpyArray];

/**
 * Numbers in a row, as a named array; they are copied.
 *
 * @example
 * ```ts
 * import { numbers } from "klayer/named_arrays.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(numbers("b1", [1, 2]), ["b1", { shape: [2], data: new Float64Array([1, 2]) }]);
 * ```
 */
export function numbers(name: string, values: ArrayLike<number>): Named {
  return [name, { shape: [values.length], data: Float64Array.from(values) }];
}

/**
 * A single number, as a named array without dimensions.
 *
 * @example
 * ```ts
 * import { scalar, takeScalar } from "klayer/named_arrays.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(takeScalar(new Map([scalar("eta", 0.1)]), "eta"), 0.1);
 * ```
 */
export function scalar(name: string, value: number): Named {
  return [name, { shape: [], data: new Float64Array([value]) }];
}

/**
 * The numbers of an array of a known shape.
 *
 * @param shape none: any number of dimensions and numbers
 * @throws {InputError} where there is no such array of float64
 *
 * @example
 * ```ts
 * import { numbers, take } from "klayer/named_arrays.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const arrays = new Map([numbers("b1", [1, 2])]);
 * assertEquals(take(arrays, "b1", [2]), new Float64Array([1, 2]));
 * assertThrows(() => take(arrays, "b1", [3]), InputError, "expected 3");
 * ```
 */
export function take(arrays: Arrays, name: string, shape?: readonly number[]): Float64Array {
  const array = arrays.get(name);
  const expected = shape?.join(" x ") || "numbers";
  if (!(array?.data instanceof Float64Array)) throw missing(name, expected, array?.shape);
  if (shape && array.shape.join() !== shape.join()) throw missing(name, expected, array.shape);
  return array.data;
}

/** A single number; throws an {@linkcode InputError} where there is none of that name. */
export function takeScalar(arrays: Arrays, name: string): number {
  return take(arrays, name, [])[0];
}

/** The error for an array that is not there, or is not what it must be. */
export function missing(name: string, expected: string, shape?: readonly number[]): InputError {
  const found = shape === undefined ? "no array" : `another array (${shape.join(" x ")})`;
  return new InputError(
    `Found ${found} ${name} in a saved run, expected ${expected} as 64-bit numbers; use a whole file.`,
  );
}
