/**
 * The error for what a user can put right: wrong options, missing or damaged data.
 *
 * @module
 */

/**
 * An error whose message says, in one line, what was found, what was expected and what to do. The
 * command line prints it without a stack trace and exits with code 2.
 *
 * @example
 * ```ts
 * import { InputError } from "klayer/errors.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new InputError("Found eta = -1, expected a positive number.").name, "InputError");
 * ```
 */
export class InputError extends Error {
  override name = "InputError";
}
