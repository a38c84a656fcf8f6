/**
 * Machine code emitted at run time, made callable: the memory that holds it is first writable and
 * then executable, never both.
 *
 * @module
 */

import { addressOf } from "./native_memory.ts";
import {
  type Code,
  flatten,
  move,
  moveNumber,
  moveTo,
  pop,
  push,
  register,
  returns,
} from "./x86_assembler.ts";
import { avx2, avx512, avx512Vnni, type VectorUnit } from "./x86_vectors.ts";

const { rax, rcx, rbx, rdi, rsi, r8 } = register;

/** Code in executable memory. */
export interface LoadedCode {
  /** Where its first byte is. */
  readonly address: number;
  /** A function of one address that begins at the given byte of the code. */
  entry(start: number): (argument: number) => void;
}

/** What of POSIX it takes, by operating system: the C library, and mmap's flags for private memory. */
const systems: Partial<Record<typeof Deno.build.os, { library: string; flags: number }>> = {
  linux: { library: "libc.so.6", flags: 0x22 },
  darwin: { library: "libSystem.dylib", flags: 0x1002 },
};

const READ_WRITE = 3;
const READ_EXECUTE = 5;
const MAP_FAILED = 2n ** 64n - 1n;

/** Loads code, or returns null where that is not permitted or the operating system is another. */
export function loadCode(bytes: Uint8Array): LoadedCode | null {
  const system = systems[Deno.build.os];
  const permission = Deno.permissions.querySync({ name: "ffi" }).state;
  if (system === undefined || permission !== "granted") return null;
  const { symbols } = Deno.dlopen(system.library, {
    mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
    mprotect: { parameters: ["pointer", "usize", "i32"], result: "i32" },
  });
  const size = BigInt(bytes.length);
  const place = symbols.mmap(0n, size, READ_WRITE, system.flags, -1, 0n);
  if (place === null || Deno.UnsafePointer.value(place) === MAP_FAILED) return null;
  new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(place, bytes.length)).set(bytes);
  if (symbols.mprotect(place, size, READ_EXECUTE) !== 0) return null;
  const address = Number(Deno.UnsafePointer.value(place));
  return { address, entry: (start) => entryAt(address + start) };
}

/** A function of one address, at an address of loaded code, whichever thread loaded it. */
export function entryAt(address: number): (argument: number) => void {
  // Deno takes 0.8 microseconds for a call of a pointer, but 0.01 for one of a library's function: so
  // the C library calls the code, as the comparison with the only element of a sorted array.
  const { symbols } = Deno.dlopen(systems[Deno.build.os]!.library, {
    bsearch: { parameters: ["usize", "usize", "usize", "usize", "usize"], result: "usize" },
  });
  const [code, one, size] = [BigInt(address), 1n, 8n];
  return (argument) => void symbols.bsearch(BigInt(argument), code, one, size, code);
}

/** The widest vector unit that processor and operating system support; null: neither. */
export function findVectorUnit(): VectorUnit | null {
  if (Deno.build.arch !== "x86_64") return null;
  const [loaded, result] = [loadCode(Uint8Array.from(flatten(identify()))), new Uint32Array(5)];
  if (loaded === null) return null;
  loaded.entry(0)(addressOf(result));
  const [features, extended, enabled, more] = result;
  const has = (word: number, ...bits: number[]) => bits.every((bit) => (word >>> bit) & 1);
  // FMA and OSXSAVE; then AVX2 with xmm and ymm saved, or AVX-512 F and BW with opmask and zmm saved, too.
  if (!has(features, 12, 27) || !has(extended, 5) || !has(enabled, 1, 2)) return null;
  if (!has(extended, 16, 30) || !has(enabled, 5, 6, 7)) return avx2;
  // DQ, VBMI and VNNI.
  return has(extended, 17) && has(more, 1, 11) ? avx512Vnni : avx512;
}

/**
 * Stores ECX of CPUID leaf 1, EBX of leaf 7, XCR0 (where it can be read) and ECX of leaf 7 as words, each
 * over the upper half of the one before; the last has one, too.
 */
function identify(): Code {
  const [cpuid, xgetbv] = [[0x0f, 0xa2], [0x0f, 0x01, 0xd0]];
  return [
    push(rbx),
    move(rsi, rdi),
    moveNumber(rax, 1),
    cpuid,
    moveTo({ base: rsi }, rcx),
    moveNumber(rax, 7),
    moveNumber(rcx, 0),
    cpuid,
    moveTo({ base: rsi, offset: 4 }, rbx),
    move(r8, rcx),
    moveNumber(rcx, 0),
    xgetbv,
    moveTo({ base: rsi, offset: 8 }, rax),
    moveTo({ base: rsi, offset: 12 }, r8),
    pop(rbx),
    returns,
  ];
}
