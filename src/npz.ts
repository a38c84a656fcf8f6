/**
 * Several arrays in one file of NumPy's format .npz: a zip archive of .npy files.
 *
 * `numpy.load("run.npz")["W1"]` reads what is written here, and `numpy.savez` and
 * `numpy.savez_compressed` write what is read here. Archives may come from anywhere, so nothing in one
 * is believed before it is checked: names, sizes, checksums, shapes.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { unzipSync, Zip, type ZipInputFile } from "fflate";
import { InputError } from "./errors.ts";
import { reasonOf } from "./reason.ts";
import { decodeNpy, encodeNpy, type NpyArray } from "./npy.ts";

/** What reading an archive can be told. */
export interface ReadNpzOptions {
  /** What to call the archive in an error. */
  readonly name?: string;
  /** How many bytes its arrays may take; 1 GiB by default. */
  readonly limit?: number;
}

const GIBIBYTE = 2 ** 30;

/** What can be a name of an array: one that Python and JavaScript would take for a variable. */
const NAME = /^[A-Za-z]\w{0,99}$/;

/** The same arrays shall give the same bytes at any time; zip archives begin in 1980. */
const DATE = new Date(1980, 0, 1);

/**
 * The bytes of a .npz file, not compressed: weights hardly are compressible.
 *
 * @param arrays by name: a letter, then letters, digits and underscores
 * @throws {InputError} where a name is none
 *
 * @example
 * ```ts
 * import { readNpz, writeNpz } from "klayer/npz.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const arrays = new Map([["W1", { shape: [2, 1], data: new Float64Array([1, 2]) }]]);
 * assertEquals(readNpz(writeNpz(arrays)), arrays);
 * ```
 */
export function writeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [name, array] of arrays) {
    if (!NAME.test(name)) throw badName(JSON.stringify(name), "the arrays to write");
    const content = encodeNpy(array);
    // The system's checksum takes a hundredth of the time of fflate's own.
    const file: ZipInputFile = {
      ...{ filename: `${name}.npy`, size: content.length, crc: crc32(content) },
      ...{ compression: 0, mtime: DATE },
    };
    zip.add(file);
    file.ondata!(null, content, true);
  }
  zip.end();
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * The arrays of a .npz file, by name.
 *
 * @throws {InputError} where it is no such archive, is damaged, or asks for more memory than the limit
 *
 * @example
 * ```ts
 * import { readNpz } from "klayer/npz.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const text = new TextEncoder().encode("W1 = 0.5");
 * assertThrows(() => readNpz(text, { name: "run.npz" }), InputError, "run.npz");
 * ```
 */
export function readNpz(
  zip: Uint8Array,
  { name = "the archive", limit = GIBIBYTE }: ReadNpzOptions = {},
): Map<string, NpyArray> {
  const members = readDirectory(zip, name);
  const bytes = members.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limit) {
    throw new InputError(
      `Found ${name} of ${bytes} bytes when unpacked, expected at most ${limit}; use a smaller one.`,
    );
  }
  const files = unzip(zip, name);
  return new Map(members.map(({ file, array, size, checksum }) => {
    const content = files[file];
    if (content?.length !== size || crc32(content) !== checksum) {
      throw damaged(name, `${file} has not the checksum that the archive states`);
    }
    return [array, decodeNpy(content, `${file} of ${name}`)];
  }));
}

/** What an archive says about one of its files. */
interface Member {
  readonly file: string;
  readonly array: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** CRC-32; fflate does not look at it. */
  readonly checksum: number;
}

/**
 * The directory at the end of a zip archive (PKWARE's APPNOTE.TXT, 4.3.12 and 4.3.16), as NumPy and this
 * library write it: no comment, no encryption, and small enough to do without zip64.
 */
function readDirectory(zip: Uint8Array, name: string): Member[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - 22;
  const isArchive = end >= 0 && view.getUint32(end, true) === 0x06054b50 &&
    !(end >= 20 && view.getUint32(end - 20, true) === 0x07064b50);
  if (!isArchive) {
    throw damaged(name, "it does not end as an archive of numpy.savez does");
  }
  const members = new Map<string, Member>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) {
      throw damaged(name, "its directory is broken");
    }
    const [length, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const file = latin1(zip.subarray(at + 46, at + 46 + length));
    const array = file.replace(/\.npy$/, "");
    if (array === file || !NAME.test(array)) throw badName(JSON.stringify(file), name);
    if (members.has(file)) throw damaged(name, `it has ${file} twice`);
    if (localName(view, view.getUint32(at + 42, true), end) !== file) {
      throw damaged(name, `its directory has ${file} where there is none`);
    }
    const size = view.getUint32(at + 24, true);
    members.set(file, { file, array, size, checksum: view.getUint32(at + 16, true) });
    at += 46 + length + extra + comment;
  }
  if (at !== end) throw damaged(name, "its directory is broken");
  return [...members.values()];
}

/** The name before the content of a file (4.3.7); null where there is no file. */
function localName(view: DataView, at: number, end: number): string | null {
  if (at + 30 > end || view.getUint32(at, true) !== 0x04034b50) return null;
  const length = view.getUint16(at + 26, true);
  if (at + 30 + length > end) return null;
  return latin1(new Uint8Array(view.buffer, view.byteOffset + at + 30, length));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** fflate gives a file no more memory than the size in the directory, which was checked. */
function unzip(zip: Uint8Array, name: string): Record<string, Uint8Array> {
  try {
    return unzipSync(zip);
  } catch (error) {
    throw damaged(name, reasonOf(error));
  }
}

function badName(found: string, place: string): InputError {
  return new InputError(
    `Found the name ${found} in ${place}, expected arrays with names such as W1: letters and digits.`,
  );
}

function damaged(name: string, reason: string): InputError {
  return new InputError(
    `Found that ${name} is damaged or no .npz file (${reason}), expected one of numpy.savez or of ` +
      "this program; use another copy.",
  );
}
