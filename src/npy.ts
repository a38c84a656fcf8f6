/**
 * Arrays in NumPy's file format .npy, versions 1.0 and 2.0.
 *
 * Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html. A file is the magic string, the
 * version, the length of the header, the header (a Python dictionary as text) and the numbers. Only what
 * this library keeps is read and written: numbers of float64 and uint32, little-endian, C order.
 *
 * @module
 */

import { InputError } from "./errors.ts";

/** An array of any number of dimensions, the last index fastest. */
export interface NpyArray {
  /** The length of each dimension; none for a single number. */
  readonly shape: readonly number[];
  readonly data: Float64Array | Uint32Array;
}

const MAGIC = [0x93, ..."NUMPY"].map((part) =>
  typeof part === "number" ? part : part.charCodeAt(0)
);

/** Numbers begin at a multiple of this, as NumPy has it. */
const ALIGNMENT = 64;

/** NumPy's own limit; a header of five entries has less than 200 characters. */
const LONGEST_HEADER = 10_000;

/**
 * The bytes of a .npy file of version 1.0.
 *
 * @throws {InputError} where the shape does not hold as many numbers as there are
 *
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy } from "klayer/npy.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const array = { shape: [1, 2], data: new Float64Array([0.5, -0]) };
 * assertEquals(decodeNpy(encodeNpy(array)), array);
 * ```
 */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array<ArrayBuffer> {
  if (countOf(shape) !== data.length) {
    throw new InputError(
      `Found ${data.length} numbers for the shape (${shape.join(", ")}), ` +
        `expected ${countOf(shape)}: give the shape that the numbers have.`,
    );
  }
  const descr = data instanceof Float64Array ? "<f8" : "<u4";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = MAGIC.length + 4;
  const start = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set(MAGIC);
  bytes[MAGIC.length] = 1;
  new DataView(bytes.buffer).setUint16(before - 2, start - before, true);
  bytes.set(new TextEncoder().encode(text.padEnd(start - before - 1) + "\n"), before);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

/**
 * The array of a .npy file. Nothing is allocated before the header is seen to fit the file.
 *
 * @param name what to call the file in an error
 * @throws {InputError} where the file is no such array, or is cut off, or has more than its numbers
 *
 * @example
 * ```ts
 * import { decodeNpy } from "klayer/npy.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => decodeNpy(new Uint8Array(3), "W1.npy"), InputError, "W1.npy");
 * ```
 */
export function decodeNpy(bytes: Uint8Array, name = "an array"): NpyArray {
  const refuse = (found: string, expected: string) => {
    throw new InputError(`Found ${found} in ${name}, expected ${expected}.`);
  };
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) refuse("no NumPy array", "a .npy file");
  const version = `${bytes[6]}.${bytes[7]}`;
  if (version !== "1.0" && version !== "2.0") {
    refuse(`version ${version} of the format`, "1.0 or 2.0: save it with numpy.savez");
  }
  const before = version === "1.0" ? 10 : 12;
  if (bytes.length < before) refuse("a file that is cut off", "a whole one");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === "1.0" ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER || before + length > bytes.length) {
    refuse(`a header of ${length} bytes`, `at most ${LONGEST_HEADER}, all of them in the file`);
  }
  const header = readHeader(
    new TextDecoder("latin1").decode(bytes.subarray(before).subarray(0, length)),
  );
  if (header === null) refuse("an unreadable header", "descr, fortran_order and shape");
  const { descr, fortranOrder, shape } = header!;
  if (descr !== "<f8" && descr !== "<u4") {
    refuse(`numbers of type ${descr}`, "'<f8' or '<u4': convert them with .astype('<f8')");
  }
  if (fortranOrder) refuse("Fortran order", "C order: use numpy.ascontiguousarray");
  const count = countOf(shape);
  const size = descr === "<f8" ? 8 : 4;
  const rest = bytes.length - before - length;
  if (rest !== count * size) {
    refuse(
      `${rest} bytes of numbers`,
      `${count * size} for the shape (${shape.join(", ")}): the file is cut off or damaged`,
    );
  }
  const { buffer } = bytes.slice(before + length);
  return { shape, data: descr === "<f8" ? new Float64Array(buffer) : new Uint32Array(buffer) };
}

/** How many numbers a shape holds. */
function countOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The three entries of a header in any order; null where it is not just these. */
function readHeader(text: string) {
  let rest = text.trim();
  const take = (pattern: RegExp) => {
    const match = rest.match(pattern);
    if (match !== null) rest = rest.replace(match[0], "");
    return match?.[1] ?? null;
  };
  const descr = take(/'descr': ('[^']*'|\[[^[\]]*\])/)?.replaceAll("'", "") ?? null;
  const order = take(/'fortran_order': (True|False)/);
  const tuple = take(/'shape': \(((?:\d{1,15}, )*(?:\d{1,15},?)?)\)/);
  if (descr === null || order === null || tuple === null) return null;
  if (!/^\{(, ?){2,3}\}$/.test(rest)) return null;
  const shape = tuple.split(",").filter((length) => length.trim() !== "").map(Number);
  return { descr, fortranOrder: order === "True", shape };
}
