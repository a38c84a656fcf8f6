/**
 * Giving up a lock on a file.
 *
 * @module
 */

/**
 * Unlocks a file and closes it. To close it would not be enough: a child process that another thread is
 * just starting holds a copy of every open file, and with it the lock, until its own program runs.
 *
 * @example
 * ```ts
 * import { closeLocked } from "klayer/unlock.ts";
 * import { assert } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const [first, second] = [Deno.openSync(path), Deno.openSync(path)];
 * first.lockSync(true);
 * closeLocked(first);
 * assert(second.tryLockSync(true));
 * closeLocked(second);
 * ```
 */
export function closeLocked(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}
