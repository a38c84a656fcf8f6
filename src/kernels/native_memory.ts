/**
 * Addresses of arrays, for machine code that works on them where they are.
 *
 * @module
 */

/** Vectors that cross the end of a cache line cost double. */
const LINE = 64;

const starts = new WeakMap<ArrayBufferLike, number>();

/** The address of an array's first element; valid as long as the array is reachable. */
export function addressOf(array: Float64Array | Uint8Array | Uint32Array): number {
  const { buffer, byteOffset } = array;
  let start = starts.get(buffer);
  if (start === undefined) {
    const pointer = Deno.UnsafePointer.of(new Uint8Array(buffer));
    start = Number(Deno.UnsafePointer.value(pointer));
    starts.set(buffer, start);
  }
  return start + byteOffset;
}

/** A zeroed array that starts at a cache line. */
export function alignedArray(length: number): Float64Array {
  const buffer = new ArrayBuffer(length * 8 + LINE);
  const start = addressOf(new Uint8Array(buffer));
  return new Float64Array(buffer, (LINE - start % LINE) % LINE, length);
}
