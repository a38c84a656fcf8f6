/**
 * Writes all of a chunk to a file.
 *
 * @module
 */

/**
 * Writes a whole chunk at the file's position; `Deno.FsFile.write` may take less at a time.
 *
 * Throws what `Deno.FsFile.write` throws.
 *
 * @example
 * ```ts
 * import { writeFull } from "klayer/cifar10/write_full.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const file = Deno.openSync(path, { write: true });
 * await writeFull(file, Uint8Array.of(1, 2, 3));
 * file.close();
 * assertEquals(Deno.readFileSync(path), Uint8Array.of(1, 2, 3));
 * Deno.removeSync(path);
 * ```
 */
export async function writeFull(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += await file.write(chunk.subarray(written));
  }
}
