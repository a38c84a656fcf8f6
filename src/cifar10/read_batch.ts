/**
 * Reads and checks one CIFAR-10 file.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { FILE_BYTES, type FileName, FILES, IMAGE_BYTES, IMAGES_PER_FILE } from "./files.ts";
import type { SourceFile } from "../dataset.ts";
import { InputError } from "../errors.ts";
import { reasonOf } from "../reason.ts";
import { statOrNull } from "../stat.ts";

/** Records read at a time: small beside a file, large enough to be fast. */
const RECORDS = 500;

/** What to do about a file that is not as it should be. */
const ADVICE = "put the official file there, or move the directory away and run `deno task data`";

/**
 * Reads the 10,000 records of a file into `pixels` (10,000 x 3072) and `labels` (10,000), checks
 * them, and says what was read. A file that is well formed but not the official one is read, and
 * marked `official: false`.
 *
 * Throws an `InputError` when the file is missing, cannot be read, has not 30,730,000 bytes, or holds
 * a label beyond 9.
 *
 * @example
 * ```ts
 * import { readBatch } from "klayer/cifar10/read_batch.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertRejects } from "@std/assert";
 *
 * const [pixels, labels] = [new Uint8Array(10_000 * 3072), new Uint8Array(10_000)];
 * await assertRejects(() => readBatch("nowhere", "test_batch.bin", pixels, labels), InputError);
 * ```
 */
export async function readBatch(
  directory: string,
  name: FileName,
  pixels: Uint8Array,
  labels: Uint8Array,
): Promise<SourceFile> {
  checkBatch(directory, name);
  const path = `${directory}/${name}`;
  using file = await Deno.open(path).catch((error) => refuse(path, error));
  const hash = createHash("md5");
  const chunk = new Uint8Array(RECORDS * (1 + IMAGE_BYTES));
  for (let first = 0; first < IMAGES_PER_FILE; first += RECORDS) {
    await readFull(file, chunk, path);
    hash.update(chunk);
    for (let i = 0; i < RECORDS; i++) {
      const record = i * (1 + IMAGE_BYTES);
      const label = chunk[record];
      if (label > 9) {
        throw new InputError(
          `Found label ${label} at record ${first + i} of ${path}, expected 0 to 9; ${ADVICE}.`,
        );
      }
      labels[first + i] = label;
      pixels.set(chunk.subarray(record + 1, record + 1 + IMAGE_BYTES), (first + i) * IMAGE_BYTES);
    }
  }
  const md5 = hash.digest("hex");
  return { name, md5, official: md5 === FILES[name] };
}

/**
 * Checks, without reading it, that a file is there and has 30,730,000 bytes.
 *
 * Throws an `InputError` otherwise.
 *
 * @example
 * ```ts
 * import { checkBatch } from "klayer/cifar10/read_batch.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkBatch("nowhere", "test_batch.bin"), InputError, "Found no");
 * ```
 */
export function checkBatch(directory: string, name: FileName): void {
  const path = `${directory}/${name}`;
  const found = statOrNull(path);
  if (!found?.isFile) {
    throw new InputError(
      `Found no file ${path}, expected a CIFAR-10 file of ${FILE_BYTES} bytes; ${ADVICE}.`,
    );
  }
  if (found.size !== FILE_BYTES) {
    throw new InputError(
      `Found ${found.size} bytes in ${path}, expected ${FILE_BYTES}; ${ADVICE}.`,
    );
  }
}

/** Fills `chunk` from the file; `read` may give less at a time. */
async function readFull(file: Deno.FsFile, chunk: Uint8Array, path: string): Promise<void> {
  for (let filled = 0; filled < chunk.length;) {
    const n = await file.read(chunk.subarray(filled)).catch((error) => refuse(path, error));
    if (n === null) {
      throw new InputError(`Found the end of ${path} early, expected more bytes; ${ADVICE}.`);
    }
    filled += n;
  }
}

/** The file was there a moment ago, but may be forbidden, gone or on a broken disk. */
function refuse(path: string, error: unknown): never {
  throw new InputError(
    `Found that ${path} cannot be read (${reasonOf(error)}), expected a readable file; ${ADVICE}.`,
  );
}
