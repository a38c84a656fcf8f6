/**
 * Unpacks a .tar.gz archive that is not trusted.
 *
 * @module
 */

import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { InputError } from "../errors.ts";
import { reasonOf } from "../reason.ts";
import { writeFull } from "./write_full.ts";

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
  const missing = new Set(members);
  let [written, skipped] = [0, 0];
  const expected = members.reduce((sum, { size }) => sum + size, 0);
  const entries = archive
    .pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(atMost(expected + 8 * SKIPPED_BYTES))
    .pipeThrough(createTarDecoder({ strict: true }));
  try {
    for await (const entry of entries) {
      signal?.throwIfAborted();
      const member = memberOf(entry.header, members);
      if (member === null) {
        skipped += entry.header.size;
        if (skipped > SKIPPED_BYTES) throw new Error(`unexpected large "${entry.header.name}"`);
        // Not cancel(): modern-tar 0.8.6 then never ends when the archive is cut off further on.
        await entry.body.pipeTo(new WritableStream());
        continue;
      }
      if (!missing.delete(member)) throw new Error(`member "${member.path}" is there twice`);
      const name = member.path.slice(member.path.lastIndexOf("/") + 1);
      using file = await Deno.open(`${directory}/${name}`, { write: true, createNew: true });
      for await (const chunk of entry.body) {
        signal?.throwIfAborted();
        await writeFull(file, chunk);
        onBytes?.(written += chunk.length);
      }
    }
    for (const { path } of missing) throw new Error(`member "${path}" is missing`);
  } catch (error) {
    signal?.throwIfAborted();
    throw new InputError(
      `Found that the archive cannot be unpacked (${reasonOf(error)}), expected the official one.`,
    );
  }
}

/** Passes bytes on up to a number: a gzip bomb is small, and what it holds need not be a member. */
function atMost(bytes: number): TransformStream<Uint8Array<ArrayBuffer>> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.length;
      if (left < 0) throw new Error(`it holds more than ${bytes} bytes`);
      controller.enqueue(chunk);
    },
  });
}

/** Which of the members a header announces, null for none of them; throws when it is suspect. */
function memberOf(
  { name, type = "file", size }: ParsedTarEntry["header"],
  members: readonly Member[],
): Member | null {
  if (type !== "file" && type !== "directory") throw new Error(`member "${name}" is a ${type}`);
  if (/^([/\\]|[A-Za-z]:)/.test(name)) throw new Error(`member "${name}" has an absolute path`);
  if (name.split(/[/\\]/).includes("..")) throw new Error(`member "${name}" leads outside`);
  const path = name.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  const member = members.find((member) => member.path === path);
  if (member === undefined) return null;
  if (type === "directory") throw new Error(`member "${name}" is a directory`);
  if (size === member.size) return member;
  throw new Error(`member "${name}" has ${size} bytes instead of ${member.size}`);
}
