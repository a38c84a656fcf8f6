/**
 * Whether a shared library of Linux is whole.
 *
 * @module
 */

import { statOrNull } from "../stat.ts";

/** The type of a program header whose bytes are mapped into memory. */
const PT_LOAD = 1;

/**
 * How many bytes a shared library (64-bit little-endian ELF) must have at least, so that all of its
 * segments can be mapped; null where the bytes are not the beginning of one.
 *
 * The system's loader maps a file that was cut off, as an interrupted installation leaves it, and the
 * process dies at the first touch of what is missing.
 *
 * Source: System V Application Binary Interface, chapter 4, with the 64-bit layout of elf(5).
 *
 * @param head the first bytes of the file: its header and its program headers
 *
 * @example
 * ```ts
 * import { neededBytes } from "klayer/kernels/elf.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(neededBytes(new TextEncoder().encode("no library")), null);
 * ```
 */
export function neededBytes(head: Uint8Array): number | null {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const isElf = head.length >= 64 && view.getUint32(0) === 0x7f454c46 && head[4] === 2 &&
    head[5] === 1;
  if (!isElf) return null;
  const place = (at: number) => Number(view.getBigUint64(at, true));
  const [first, size, count] = [place(32), view.getUint16(54, true), view.getUint16(56, true)];
  let needed = first + size * count;
  for (let i = 0, header = first; i < count && header + 56 <= head.length; i++, header += size) {
    if (view.getUint32(header, true) !== PT_LOAD) continue;
    needed = Math.max(needed, place(header + 8) + place(header + 32));
  }
  return needed;
}

/**
 * How a library file was cut off, such as "it ends after 4096 of 37123456 bytes"; null where it is
 * whole, no ELF file, or not there.
 *
 * @throws {InputError} where it may not be looked at
 *
 * @example
 * ```ts
 * import { cutOff } from "klayer/kernels/elf.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(cutOff("/no/such/library.so"), null);
 * ```
 */
export function cutOff(path: string): string | null {
  const found = statOrNull(path);
  if (!found?.isFile) return null;
  using file = Deno.openSync(path);
  const head = new Uint8Array(4096);
  const needed = neededBytes(head.subarray(0, file.readSync(head) ?? 0));
  if (needed === null || found.size >= needed) return null;
  return `it ends after ${found.size} of ${needed} bytes`;
}
