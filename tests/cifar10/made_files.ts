/** Files and archives made for the tests: of the right form, and not CIFAR-10. */

import { createHash } from "node:crypto";
import { createTarPacker } from "modern-tar";
import { DIRECTORY, FILE_BYTES, FILE_NAMES } from "klayer/cifar10/files.ts";

/** Runs a test in a directory of its own, which is removed afterwards. */
export function inDirectory(test: (directory: string) => Promise<void> | void) {
  return async () => {
    const directory = await Deno.makeTempDir();
    try {
      await test(directory);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  };
}

/** Writes files of 30,730,000 bytes, or another length: label 0 and black, but they take no space. */
export async function blankFiles(
  directory: string,
  { names = FILE_NAMES as readonly string[], bytes = FILE_BYTES } = {},
): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  for (const name of names) {
    using file = await Deno.open(`${directory}/${name}`, { write: true, create: true });
    await file.truncate(bytes);
  }
  return directory;
}

/** Overwrites one byte of a file. */
export async function putByte(path: string, position: number, value: number): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(position, Deno.SeekMode.Start);
  await file.write(Uint8Array.of(value));
}

/** A member of an archive; `size` zeros by default. */
export interface MadeMember {
  readonly name: string;
  readonly size: number;
  readonly type?: "file" | "directory" | "symlink" | "link";
  readonly linkname?: string;
}

/** The six files of `size` bytes each below `cifar-10-batches-bin/`, as in the official archive. */
export function sixMembers(size: number): MadeMember[] {
  const directory = { name: `${DIRECTORY}/`, size: 0, type: "directory" } as const;
  return [directory, ...FILE_NAMES.map((name) => ({ name: `${DIRECTORY}/${name}`, size }))];
}

/** A .tar.gz archive of zeros, with what is needed to fetch it. */
export async function makeArchive(members: readonly MadeMember[]) {
  const { readable, controller } = createTarPacker();
  const packed = new Response(readable.pipeThrough(new CompressionStream("gzip"))).bytes();
  for (const { size, ...header } of members) {
    const writer = controller.add({ ...header, size }).getWriter();
    for (let left = size; left > 0; left -= 1 << 20) {
      await writer.write(new Uint8Array(Math.min(left, 1 << 20)));
    }
    await writer.close();
  }
  controller.finalize();
  const bytes = await packed;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes, size: bytes.length, sha256 };
}

/** A server on this machine; `url` is where, `ranges` the Range header of each request. */
export function serve(answer: (range: string | null, count: number) => Response) {
  const ranges: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const range = request.headers.get("range");
    ranges.push(range);
    return answer(range, ranges.length);
  });
  const url = `http://127.0.0.1:${server.addr.port}/archive.tar.gz`;
  return { url, ranges, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** What a server that knows Range answers. */
export function answerRange(bytes: Uint8Array<ArrayBuffer>) {
  return (range: string | null): Response => {
    if (range === null) return new Response(bytes);
    const start = Number(range.match(/^bytes=(\d+)-$/)?.[1]);
    if (!(start < bytes.length)) return new Response(null, { status: 416 });
    const headers = { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    return new Response(bytes.subarray(start), { status: 206, headers });
  };
}

/** A server that knows Range and breaks every connection after so many bytes. */
export function serveBreaking(bytes: Uint8Array<ArrayBuffer>, after: number) {
  const ranges: (string | null)[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      const request = new Uint8Array(4096);
      const length = await connection.read(request) ?? 0;
      const head = new TextDecoder().decode(request.subarray(0, length));
      const range = head.match(/^range: (.*)\r$/im)?.[1] ?? null;
      ranges.push(range);
      const start = Number(range?.match(/\d+/)?.[0] ?? 0);
      const status = range === null ? "200 OK" : "206 Partial Content";
      const answer = `HTTP/1.1 ${status}\r\nContent-Length: ${bytes.length - start}\r\n` +
        `Content-Range: bytes ${start}-${bytes.length - 1}/${bytes.length}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(answer));
      const writer = connection.writable.getWriter();
      await writer.write(bytes.slice(start, start + after));
      await writer.close().catch(() => {});
    }
  })();
  const url = `http://127.0.0.1:${listener.addr.port}/archive.tar.gz`;
  const stop = async () => {
    listener.close();
    await serving;
  };
  return { url, ranges, [Symbol.asyncDispose]: stop };
}
