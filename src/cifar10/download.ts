/**
 * Downloads a file of known size, and takes up again where an earlier download broke off.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import { reasonOf } from "../reason.ts";
import { writeFull } from "./write_full.ts";

/** How often a broken connection is taken up again, as long as each brings some bytes. */
const ATTEMPTS = 10;

/** What to download. */
export interface DownloadOptions {
  readonly url: string;
  /** The exact number of bytes. */
  readonly size: number;
  /** Seconds without a byte after which the server is given up. */
  readonly stallSeconds?: number;
  /** Told the bytes that the file holds so far. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Completes a file, open for reading and writing, to `size` bytes from `url`. What the file already
 * holds is kept and only the rest asked for (HTTP Range); a server that sends everything again is
 * taken at its word.
 *
 * Throws an `InputError` when the server cannot be reached, is silent for too long, refuses, or
 * sends another number of bytes, and the signal's reason when it is aborted. The bytes received
 * stay in the file, so that the next call goes on from there.
 *
 * @example
 * ```ts
 * import { download } from "klayer/cifar10/download.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response("abc"));
 * const path = Deno.makeTempFileSync();
 * const file = Deno.openSync(path, { read: true, write: true });
 * await download(file, { url: `http://127.0.0.1:${server.addr.port}/`, size: 3 });
 * file.close();
 * assertEquals(Deno.readTextFileSync(path), "abc");
 * Deno.removeSync(path);
 * await server.shutdown();
 * ```
 */
export async function download(file: Deno.FsFile, options: DownloadOptions): Promise<void> {
  const { url, size } = options;
  if ((await file.stat()).size > size) await file.truncate(0);
  for (let attempt = 1;; attempt++) {
    const before = (await file.stat()).size;
    if (before === size) return;
    try {
      await receive(file, before, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof DiskError) throw error;
      const gained = (await file.stat()).size > before;
      if (gained && attempt < ATTEMPTS && !(error instanceof InputError)) continue;
      throw new InputError(
        `Found no archive at ${url} (${
          reasonOf(error)
        }), expected ${size} bytes; check the connection.`,
      );
    }
  }
}

/** One request: asks for the bytes from `offset` on and writes them to the file. */
async function receive(
  file: Deno.FsFile,
  offset: number,
  { url, size, stallSeconds = 15, onBytes, signal }: DownloadOptions,
): Promise<void> {
  const stall = new AbortController();
  const giveUp = () => stall.abort(new InputError(`no byte for ${stallSeconds} s`));
  let timer = setTimeout(giveUp, stallSeconds * 1000);
  const signals = signal === undefined ? [stall.signal] : [stall.signal, signal];
  try {
    // "identity": the bytes of the archive, not of what a server may think a gzip file means.
    const headers = { "accept-encoding": "identity", ...range(offset) };
    const response = await fetch(url, { headers, signal: AbortSignal.any(signals) });
    const start = startOf(response, offset);
    if (start === null || response.body === null) {
      await response.body?.cancel();
      if (offset === 0 || ![206, 416].includes(response.status)) {
        throw new InputError(`the server answers ${response.status} ${response.statusText}`.trim());
      }
      await file.truncate(0);
      clearTimeout(timer);
      return await receive(file, 0, { url, size, stallSeconds, onBytes, signal });
    }
    await file.truncate(start);
    await file.seek(start, Deno.SeekMode.Start);
    let received = start;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallSeconds * 1000);
      received += chunk.length;
      if (received > size) throw new InputError("the server sends more bytes");
      await writeFull(file, chunk).catch((error) => refuse(error, size));
      onBytes?.(received);
    }
    if (received < size) throw new Error(`the server stopped after ${received} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

/** Raised where the bytes arrive and cannot be kept: another attempt would not help. */
class DiskError extends InputError {}

function refuse(error: unknown, size: number): never {
  throw new DiskError(
    `Found that the archive cannot be written (${
      reasonOf(error)
    }), expected room for ${size} bytes; ` +
      "make room",
  );
}

function range(offset: number): Record<string, string> {
  return offset > 0 ? { range: `bytes=${offset}-` } : {};
}

/** The position of the first byte that a response holds, or null when it is not what was asked. */
function startOf(response: Response, offset: number): number | null {
  if (response.status === 200) return 0;
  const start = response.headers.get("content-range")?.match(/^bytes (\d+)-/)?.[1];
  return response.status === 206 && start === String(offset) ? offset : null;
}
