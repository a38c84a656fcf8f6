/**
 * What lies at a path.
 *
 * @module
 */

import { InputError } from "./errors.ts";

/**
 * What lies at a path, or null when nothing does.
 *
 * Throws an `InputError` when the operating system or Deno refuses to tell.
 *
 * @example
 * ```ts
 * import { statOrNull } from "klayer/stat.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(statOrNull("/nowhere/at/all"), null);
 * ```
 */
export function statOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new InputError(
        `Found no right to read ${path}, expected a path that is there, in a folder that --allow-read ` +
          "names; correct the path.",
      );
    }
    const { name, message } = error as Error;
    throw new InputError(
      `Found that ${path} cannot be read (${name}: ${message}), expected a readable path; ` +
        "correct its permissions.",
    );
  }
}
