/**
 * Files that are either old or new, and never half written.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { reasonOf } from "./reason.ts";
import { InputError } from "./errors.ts";

/** What the name of a file ends with that is being written; a stop may leave one. */
export const UNFINISHED = ".unfinished";

/**
 * Writes a file beside its place, then renames it, so that a stop at any moment leaves the file that was
 * there before or the whole new one.
 *
 * @throws {InputError} where the system refuses; the file is as it was before then
 *
 * @example
 * ```ts
 * import { writeAtomic } from "klayer/atomic_write.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${Deno.makeTempDirSync()}/a.txt`;
 * writeAtomic(path, "old");
 * writeAtomic(path, "new");
 * assertEquals(Deno.readTextFileSync(path), "new");
 * ```
 */
export function writeAtomic(path: string, content: string | Uint8Array): void {
  const beside = `${dirname(path)}/.${basename(path)}${UNFINISHED}`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    Deno.writeFileSync(beside, bytes);
    Deno.renameSync(beside, path);
  } catch (error) {
    throw new InputError(
      `Could not write ${path}: ${reasonOf(error)}; ` +
        "make room or give permission there, or choose another folder.",
    );
  }
}
