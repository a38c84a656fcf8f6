/**
 * Unpacks a .tar.gz archive that is not trusted.
 *
 * @module
 */

import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { InputError } from "../errors.ts";
import { reasonOf } from "./reason.ts";

/** A file that an archive must hold: its path inside the archive and its exact size in bytes. */
export interface Member {
  readonly path: string;
  readonly size: number;
}

/** Members that nobody asked for are skipped, but not without end. */
const SKIPPED_BYTES = 1 << 20;

/**
 * Unpacks the members asked for into a directory, which is there and empty: each under the last part
 * of its path. Other plain files are skipped; `onBytes` is told the bytes written so far.
 *
 * Throws an `InputError` when the archive is damaged, misses a member, holds one with another size,
 * or holds anything suspect: a link or device, an absolute path, a path with "..", the same member
 * twice.
 *
 * @example
 * ```ts
 * import { extract } from "klayer/cifar10/extract.ts";
 * import { packTar } from "modern-tar";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = Deno.makeTempDirSync();
 * const tar = await packTar([{ header: { name: "a/b.txt", size: 2 }, body: "hi" }]);
 * const gzip = new Response(tar).body!.pipeThrough(new CompressionStream("gzip"));
 * await extract(gzip, [{ path: "a/b.txt", size: 2 }], directory);
 * assertEquals(Deno.readTextFileSync(`${directory}/b.txt`), "hi");
 * Deno.removeSync(directory, { recursive: true });
 * ```
 */
export async function extract(
  archive: ReadableStream<Uint8Array<ArrayBuffer>>,
  members: readonly Member[],
  directory: string,
  { onBytes, signal }: { onBytes?: (bytes: number) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const missing = new Map(members.map((member) => [member.path, member]));
  let [written, skipped] = [0, 0];
  const entries = archive
    .pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(createTarDecoder({ strict: true }));
  try {
    for await (const entry of entries) {
      signal?.throwIfAborted();
      const path = safePath(entry.header);
      const member = missing.get(path);
      if (entry.header.type === "directory" || member === undefined) {
        if (members.some((known) => known.path === path)) {
          throw new Error(`member "${path}" is there twice or is no file`);
        }
        skipped += entry.header.size;
        if (skipped > SKIPPED_BYTES) throw new Error(`unexpected large member "${path}"`);
        await entry.body.cancel();
        continue;
      }
      if (entry.header.size !== member.size) {
        throw new Error(
          `member "${path}" has ${entry.header.size} bytes instead of ${member.size}`,
        );
      }
      missing.delete(path);
      const name = path.slice(path.lastIndexOf("/") + 1);
      const file = await Deno.open(`${directory}/${name}`, { write: true, createNew: true });
      const count = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          onBytes?.(written += chunk.length);
          controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
        },
      });
      await entry.body.pipeThrough(count).pipeTo(file.writable, { signal });
    }
    if (missing.size > 0) throw new Error(`member "${[...missing.keys()][0]}" is missing`);
  } catch (error) {
    signal?.throwIfAborted();
    throw new InputError(
      `Found an archive that cannot be unpacked (${reasonOf(error)}), ` +
        "expected the official one; delete it and fetch it again.",
    );
  }
}

/** The path of a member without a leading "./" or a trailing "/"; throws when it is suspect. */
function safePath({ name, type }: ParsedTarEntry["header"]): string {
  if (type !== undefined && type !== "file" && type !== "directory") {
    throw new Error(`member "${name}" is a ${type}`);
  }
  if (/^([/\\]|[A-Za-z]:)/.test(name)) throw new Error(`member "${name}" has an absolute path`);
  if (name.split(/[/\\]/).includes("..")) throw new Error(`member "${name}" leads outside`);
  return name.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
}
