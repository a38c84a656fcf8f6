/**
 * `deno task data`: have the official CIFAR-10 files at hand, and say what was verified.
 *
 * @module
 */

import { FILE_BYTES, FILE_NAMES, IMAGE_BYTES, IMAGES_PER_FILE } from "klayer/cifar10/files.ts";
import { readBatch } from "klayer/cifar10/read_batch.ts";
import type { SourceFile } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { fetchCifar10, type FetchOptions } from "klayer/fetch.ts";
import { findDirectory, type LocateOptions, projectRoot } from "klayer/locate.ts";
import { readOptions, runCommand } from "./command.ts";
import { fetchProgress } from "./fetch_progress.ts";

const USAGE = `deno task data

Finds the CIFAR-10 files ($CIFAR10_DIR, data/cifar-10-batches-bin, ../shared/cifar-10-batches-bin)
and verifies them; where there are none, or not the official ones, fetches the official archive
(170 MB) into data/. A download that broke off goes on where it stopped.`;

/** What a test may put in the place of the official archive and the project's own directories. */
export type DataOptions = Pick<LocateOptions, "env" | "root"> & Omit<FetchOptions, "target">;

/** Runs the command; `print` receives the lines for standard output. */
export async function data(
  args: readonly string[],
  options: DataOptions = {},
  print: (line: string) => void = console.log,
): Promise<void> {
  readOptions(args, USAGE, {});
  const { env = (name) => Deno.env.get(name), root = projectRoot() ?? "." } = options;
  const found = findDirectory({ env, root });
  if (found !== null) {
    const official = await verify(found, print);
    if (official) return print("The official files are here and verified; nothing to download.");
    if (env("CIFAR10_DIR")) return print("CIFAR10_DIR names these files; nothing is downloaded.");
    if (found.startsWith(`${root}/data/`)) {
      throw new InputError(
        `Found files in ${found} that are not official, expected the official ones; move that ` +
          "directory away and run `deno task data` again.",
      );
    }
    print("Not all of these files are official: fetching the official archive.");
  }
  const onProgress = fetchProgress();
  const directory = await fetchCifar10({ onProgress, ...options, target: `${root}/data` });
  if (await verify(directory, print)) print("The official files are in place and verified.");
}

/** Reads all six files of a directory, prints a line for each, and tells whether all are official. */
async function verify(directory: string, print: (line: string) => void): Promise<boolean> {
  print(`${directory}:`);
  const pixels = new Uint8Array(IMAGES_PER_FILE * IMAGE_BYTES);
  const labels = new Uint8Array(IMAGES_PER_FILE);
  const files: SourceFile[] = [];
  for (const name of FILE_NAMES) {
    const file = await readBatch(directory, name, pixels, labels);
    files.push(file);
    const verdict = file.official ? "official" : "NOT the official file";
    print(`  ${name.padEnd(16)}  ${FILE_BYTES} bytes  md5 ${file.md5}  ${verdict}`);
  }
  return files.every(({ official }) => official);
}

if (import.meta.main) await runCommand(() => data(Deno.args));
