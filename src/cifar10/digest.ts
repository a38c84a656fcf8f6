/**
 * Checksums of files.
 *
 * @module
 */

import { createHash } from "node:crypto";

/**
 * The checksum of a file, as hexadecimal digits; `onBytes` is told the bytes read so far.
 *
 * Throws what `Deno.open` throws, and the signal's reason when it is aborted.
 *
 * @example
 * ```ts
 * import { fileDigest } from "klayer/cifar10/digest.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * assertEquals(await fileDigest(path, "md5"), "d41d8cd98f00b204e9800998ecf8427e");
 * Deno.removeSync(path);
 * ```
 */
export async function fileDigest(
  path: string,
  algorithm: "md5" | "sha256",
  { onBytes, signal }: { onBytes?: (bytes: number) => void; signal?: AbortSignal } = {},
): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash(algorithm);
  const chunk = new Uint8Array(1 << 20);
  let bytes = 0;
  for (let n; (n = await file.read(chunk)) !== null;) {
    signal?.throwIfAborted();
    hash.update(chunk.subarray(0, n));
    onBytes?.(bytes += n);
  }
  return hash.digest("hex");
}
