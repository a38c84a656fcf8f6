/**
 * Where the CIFAR-10 files are looked for.
 *
 * @module
 */

import { resolve } from "node:path";
import { checkBatch } from "./cifar10/read_batch.ts";
import { statOrNull } from "./stat.ts";
import { DIRECTORY, FILE_NAMES, type FileName } from "./cifar10/files.ts";
import { InputError } from "./errors.ts";

/** What a search for the files may be told. */
export interface LocateOptions {
  /** Reads an environment variable. */
  readonly env?: (name: string) => string | undefined;
  /** The project's root; the default is the one that this module lies in. */
  readonly root?: string;
  /** The files needed; the default is all six. */
  readonly files?: readonly FileName[];
}

/**
 * The project's root, or null when the library was not loaded from a local file.
 *
 * @example
 * ```ts
 * import { projectRoot } from "klayer/locate.ts";
 * import { assert } from "@std/assert";
 *
 * assert(Deno.statSync(`${projectRoot()}/deno.json`).isFile);
 * ```
 */
export function projectRoot(): string | null {
  return import.meta.dirname === undefined ? null : resolve(import.meta.dirname, "..");
}

/**
 * The directories that are looked into when `CIFAR10_DIR` is not set, in this order.
 *
 * @example
 * ```ts
 * import { defaultDirectories } from "klayer/locate.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultDirectories("/home/me/klayer"), [
 *   "/home/me/klayer/data/cifar-10-batches-bin",
 *   "/home/me/shared/cifar-10-batches-bin",
 * ]);
 * ```
 */
export function defaultDirectories(root: string | null = projectRoot()): string[] {
  if (root === null) return [];
  return [resolve(root, "data", DIRECTORY), resolve(root, "..", "shared", DIRECTORY)];
}

/**
 * The directory that holds the CIFAR-10 files: `$CIFAR10_DIR`, else `data/cifar-10-batches-bin`,
 * else `../shared/cifar-10-batches-bin`; null when none of them exists.
 *
 * Throws an `InputError` when `CIFAR10_DIR` names no directory, or when a directory is there whose
 * files are missing or not 30,730,000 bytes long: a damaged copy is never passed over in silence.
 *
 * @example
 * ```ts
 * import { findDirectory } from "klayer/locate.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => findDirectory({ env: () => "/nowhere" }), InputError, "CIFAR10_DIR");
 * ```
 */
export function findDirectory(options: LocateOptions = {}): string | null {
  const { env = (name) => Deno.env.get(name), root = projectRoot(), files = FILE_NAMES } = options;
  const chosen = env("CIFAR10_DIR");
  if (chosen) {
    const directory = resolve(chosen);
    if (!isDirectory(directory)) {
      throw new InputError(
        `Found no directory ${directory}, which CIFAR10_DIR names, expected one with the ` +
          "CIFAR-10 files; correct CIFAR10_DIR (an absolute path is safest) or unset it.",
      );
    }
    checkFiles(directory, files, " CIFAR10_DIR names this directory.");
    return directory;
  }
  const directory = defaultDirectories(root).find(isDirectory);
  if (directory === undefined) return null;
  checkFiles(directory, files, "");
  return directory;
}

function checkFiles(directory: string, files: readonly FileName[], remark: string): void {
  try {
    for (const name of files) checkBatch(directory, name);
  } catch (error) {
    if (remark === "" || !(error instanceof InputError)) throw error;
    throw new InputError(error.message + remark);
  }
}

function isDirectory(path: string): boolean {
  return statOrNull(path)?.isDirectory ?? false;
}
