/**
 * The memory of the portable backend: arrays that live in it, and copies of arrays that do not.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import { MAXIMUM_PAGES } from "./wasm_layout.ts";

const PAGE = 65536;

/** Arrays start at multiples of a cache line. */
const LINE = 64;

/** A WebAssembly memory from which arrays are taken and never given back. */
export interface WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** A zeroed array inside the memory; it stays valid when the memory grows. */
  allocate(length: number): Float64Array;
  /** Room for so many bytes, the same for each call with the same name; returns its address. */
  room(name: string, bytes: number): number;
  /** The address of the array's data: its own if it lies inside, else that of a copy. */
  addressOf(name: string, array: Float64Array | Uint8Array, length: number): number;
  /** Where to write `length` results for the array; `copyBack` brings them there. */
  addressFor(name: string, array: Float64Array, length: number): number;
  copyBack(address: number, array: Float64Array, length: number): void;
}

/** A fresh memory whose first `reserved` bytes are the program's own. */
export function createWasmMemory(reserved: number): WasmMemory {
  // Shared, because growing detaches the arrays of a memory that is not.
  const memory = new WebAssembly.Memory({
    initial: Math.ceil(reserved / PAGE),
    maximum: MAXIMUM_PAGES,
    shared: true,
  });
  // Every growth makes a new buffer object for the same bytes; arrays keep the one they began with.
  const buffers = new Set([memory.buffer as ArrayBufferLike]);
  const rooms = new Map<string, { address: number; bytes: number }>();
  let end = reserved;

  function take(bytes: number): number {
    const address = Math.ceil(end / LINE) * LINE;
    // A line more than asked for: packing may read a few numbers beyond the end of an operand.
    end = address + bytes + LINE;
    const pages = Math.ceil((end - memory.buffer.byteLength) / PAGE);
    if (pages > 0) {
      try {
        memory.grow(pages);
      } catch {
        throw new InputError(
          `Found no room for ${bytes} bytes beside ${address} bytes in use, expected at most 4 GiB ` +
            `in one WebAssembly memory: use smaller batches, or another backend.`,
        );
      }
      buffers.add(memory.buffer);
    }
    return address;
  }

  function room(name: string, bytes: number): number {
    const old = rooms.get(name);
    if (old && old.bytes >= bytes) return old.address;
    const address = take(bytes);
    rooms.set(name, { address, bytes });
    return address;
  }

  function addressFor(name: string, array: Float64Array, length: number): number {
    return buffers.has(array.buffer) ? array.byteOffset : room(name, length * 8);
  }

  function addressOf(name: string, array: Float64Array | Uint8Array, length: number): number {
    if (buffers.has(array.buffer)) return array.byteOffset;
    const address = room(name, length * array.BYTES_PER_ELEMENT);
    const copy = array instanceof Uint8Array
      ? new Uint8Array(memory.buffer, address, length)
      : new Float64Array(memory.buffer, address, length);
    copy.set(array.subarray(0, length));
    return address;
  }

  return {
    memory,
    allocate: (length) => {
      const address = take(length * 8);
      return new Float64Array(memory.buffer, address, length);
    },
    room,
    addressOf,
    addressFor,
    copyBack: (address, array, length) => {
      if (buffers.has(array.buffer)) return;
      array.set(new Float64Array(memory.buffer, address, length));
    },
  };
}
