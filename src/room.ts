/**
 * Memory that may not be there.
 *
 * @module
 */

import { InputError } from "./errors.ts";

/**
 * What `allocate` gives; where the machine has no memory for it, an error that says what it was for.
 *
 * @param what such as "a network of layers of 50, 30 and 10 units"
 * @throws {InputError} instead of the `RangeError` of an array that cannot be made
 *
 * @example
 * ```ts
 * import { inMemory } from "klayer/room.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(inMemory("three numbers", () => new Float64Array(3)).length, 3);
 * assertThrows(() => inMemory("all numbers", () => new Float64Array(1e30)), InputError, "no memory");
 * ```
 */
export function inMemory<Result>(what: string, allocate: () => Result): Result {
  try {
    return allocate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(
      `Found no memory for ${what} (${error.message}), expected fewer or smaller layers or batches.`,
    );
  }
}
