/**
 * The CIFAR-10 images as the report's data sets "10k" and "49k".
 *
 * `load` is the front door; the steps behind it, in the order of reading: locate.ts (where are the
 * files?), fetch.ts (if nowhere, get them), cifar10/splits.ts (which images are which), and
 * cifar10/read_batch.ts (read and check a file). synthetic.ts makes the stand-in.
 *
 * @module
 */

import { checkLimit, limitDataset } from "./cifar10/limit.ts";
import { CLASSES } from "./cifar10/files.ts";
import { readBatch } from "./cifar10/read_batch.ts";
import { filesOf, layOut, type SetName, trainingImages } from "./cifar10/splits.ts";
import type { Dataset, SourceFile } from "./dataset.ts";
import { InputError } from "./errors.ts";
import { fetchCifar10, type FetchOptions, type FetchProgress } from "./fetch.ts";
import { defaultDirectories, findDirectory, type LocateOptions, projectRoot } from "./locate.ts";
import { syntheticCifar } from "./synthetic.ts";

export { CLASSES, limitDataset, type SetName };
export { provenanceLine } from "./provenance.ts";

/** What `load` reports while it works: bytes fetched, or why the stand-in is used. */
export type LoadProgress = FetchProgress | {
  readonly stage: "stand-in";
  readonly reason: string;
};

/** How `load` shall go about it. */
export interface LoadOptions extends Pick<LocateOptions, "env" | "root"> {
  /** Where the files are; without it they are looked for (see locate.ts). */
  readonly directory?: string;
  /** Keep the first n training and the first n validation images only. */
  readonly limit?: number;
  /** Rather fail than use the stand-in. */
  readonly requireCifar10?: boolean;
  /** Whether to try the official archive when the files are nowhere, or another copy of it. */
  readonly download?: boolean | Omit<FetchOptions, "target" | "onProgress" | "signal">;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads a data set: from the CIFAR-10 files where they are found, else from the official archive,
 * which is fetched into `data/`, else, unless `requireCifar10` is set, the synthetic stand-in. Its
 * `provenance` says which.
 *
 * Throws an `InputError` for an unknown name, a bad limit, damaged files, or when CIFAR-10 is
 * required and cannot be had, and the signal's reason when it is aborted.
 *
 * @example
 * ```ts
 * import { cifar10 } from "klayer/mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const data = await cifar10.load("10k", { download: false });
 * assertEquals(data.training.pixels.length, 10_000 * 3072);
 * ```
 */
export async function load(name: SetName, options: LoadOptions = {}): Promise<Dataset> {
  const { limit, signal } = options;
  if (limit !== undefined) checkLimit(limit, trainingImages(name));
  const dataset = await loadWhole(name, options);
  signal?.throwIfAborted();
  return limit === undefined ? dataset : limitDataset(dataset, limit);
}

async function loadWhole(name: SetName, options: LoadOptions): Promise<Dataset> {
  const found = options.directory ?? findDirectory({ ...options, files: filesOf(name) });
  const fetched = found ?? await fetchInto(options);
  if (typeof fetched === "string") return await loadCifar10(name, fetched);
  if (options.requireCifar10) {
    const tried = defaultDirectories(options.root).join(", ");
    throw new InputError(
      `Found no CIFAR-10 (CIFAR10_DIR is not set; no directory ${tried}), expected its six files ` +
        `because CIFAR-10 is required; ${fetched.message}`,
    );
  }
  options.onProgress?.({ stage: "stand-in", reason: fetched.message });
  return syntheticCifar(name);
}

/** Fetches the archive into `data/` below the root: its directory, or why there is none. */
async function fetchInto(options: LoadOptions): Promise<string | InputError> {
  const { download = true, root = projectRoot(), onProgress, signal } = options;
  if (download === false || root === null) {
    return new InputError("No download was tried; run `deno task data`.");
  }
  const archive = download === true ? {} : download;
  try {
    return await fetchCifar10({ ...archive, target: `${root}/data`, onProgress, signal });
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/**
 * Reads a data set from a directory with the CIFAR-10 files; only the files needed are read.
 *
 * Throws an `InputError` when a file is missing or damaged. Files that are well formed but not the
 * official ones are read, and said so in the `provenance`.
 *
 * @example
 * ```ts
 * import { loadCifar10 } from "klayer/cifar10.ts";
 * import { findDirectory } from "klayer/locate.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = findDirectory();
 * if (directory !== null) {
 *   const { training } = await loadCifar10("10k", directory);
 *   assertEquals(training.mean, 0.47467072329452736);
 * }
 * ```
 */
export async function loadCifar10(name: SetName, directory: string): Promise<Dataset> {
  const layout = layOut(name);
  const files: SourceFile[] = [];
  for (const { name, pixels, labels } of layout.files) {
    files.push(await readBatch(directory, name, pixels, labels));
  }
  return {
    name,
    ...layout.splits(),
    classes: CLASSES,
    provenance: { kind: "cifar-10", files },
  };
}
