/**
 * Fetches the official CIFAR-10 archive: download, verify, unpack, put into place.
 *
 * @module
 */

import { download } from "./cifar10/download.ts";
import { fileDigest } from "./cifar10/digest.ts";
import { extract } from "./cifar10/extract.ts";
import { ARCHIVE, DIRECTORY, FILE_BYTES, FILE_NAMES } from "./cifar10/files.ts";
import { reasonOf } from "./reason.ts";
import { statOrNull } from "./stat.ts";
import { InputError } from "./errors.ts";

/** How far the fetching has come, in bytes. */
export interface FetchProgress {
  readonly stage: "download" | "verify" | "extract";
  readonly done: number;
  readonly total: number;
}

/** The archive to fetch and how; everything but the target has the official value as its default. */
export interface FetchOptions {
  /** The directory, made if need be, in which `cifar-10-batches-bin` shall appear. */
  readonly target: string;
  readonly url?: string;
  /** Of the archive, in bytes. */
  readonly size?: number;
  readonly sha256?: string;
  /** The size of each of the six files. */
  readonly fileBytes?: number;
  /** Seconds without a byte after which the server is given up. */
  readonly stallSeconds?: number;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
}

/** The options with their defaults filled in. */
type Settings = ReturnType<typeof settings>;

/**
 * Fetches the archive and returns the directory with its six files. Nothing is put into place
 * before the whole archive was verified by its SHA-256 and unpacked. A download that broke off goes
 * on from `cifar-10-binary.tar.gz.part`; an archive that was put into the target by hand, as
 * `cifar-10-binary.tar.gz`, is used instead. A second process waits for the first one. When the
 * directory is there already, nothing is done.
 *
 * Throws an `InputError` when this fails, and the signal's reason when it is aborted.
 *
 * @example
 * ```ts
 * import { fetchCifar10 } from "klayer/fetch.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertRejects } from "@std/assert";
 *
 * const target = Deno.makeTempDirSync();
 * await assertRejects(() => fetchCifar10({ target, url: "http://127.0.0.1:1/" }), InputError);
 * Deno.removeSync(target, { recursive: true });
 * ```
 */
export async function fetchCifar10(options: FetchOptions): Promise<string> {
  const set = settings(options);
  try {
    await Deno.mkdir(set.target, { recursive: true });
    await putIntoPlace(set);
    await removeIfThere(set.part);
    return set.directory;
  } catch (error) {
    if (statOrNull(set.part)?.size === 0) await Deno.remove(set.part);
    set.signal?.throwIfAborted();
    const reason = reasonOf(error);
    throw new InputError(
      `${reason}. To go on, run \`deno task data\` again, or download ${set.url} by hand to ` +
        `${set.byHand} and run it then.`,
    );
  }
}

function settings(options: FetchOptions) {
  const { target } = options;
  return {
    ...ARCHIVE,
    fileBytes: FILE_BYTES,
    ...options,
    directory: `${target}/${DIRECTORY}`,
    byHand: `${target}/cifar-10-binary.tar.gz`,
    part: `${target}/cifar-10-binary.tar.gz.part`,
    unpacking: `${target}/${DIRECTORY}.part`,
  };
}

async function putIntoPlace(set: Settings): Promise<void> {
  using file = await openAlone(set.part, set.signal);
  if (statOrNull(set.directory) !== null) return;
  const archive = statOrNull(set.byHand) === null ? set.part : set.byHand;
  if (archive === set.byHand) await checkByHand(set);
  else await downloadVerified(file, set);
  await unpack(archive, set);
}

/** Opens a file, made if need be, that no other process of this library has open. */
async function openAlone(path: string, signal?: AbortSignal): Promise<Deno.FsFile> {
  for (;;) {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    // The process before may have removed the file while this one waited for it.
    const same = async () => statOrNull(path)?.ino === (await file.stat()).ino;
    if (await file.tryLock(true) && await same()) return file;
    file.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    signal?.throwIfAborted();
  }
}

async function checkByHand(set: Settings): Promise<void> {
  const found = await digest(set.byHand, set);
  if (found !== set.sha256) {
    throw new InputError(
      `Found sha256 ${found} for ${set.byHand}, expected ${set.sha256}; delete that file`,
    );
  }
}

/** Downloads the archive; when an earlier, broken-off part proves bad, once more from the start. */
async function downloadVerified(file: Deno.FsFile, set: Settings): Promise<void> {
  const resumed = (await file.stat()).size > 0;
  const onBytes = (done: number) => set.onProgress?.({ stage: "download", done, total: set.size });
  await download(file, { ...set, onBytes });
  await file.sync();
  const found = await digest(set.part, set);
  if (found === set.sha256) return;
  await file.truncate(0);
  if (resumed) return await downloadVerified(file, set);
  throw new InputError(`Found sha256 ${found} for ${set.url}, expected ${set.sha256}`);
}

function digest(path: string, { onProgress, signal, size }: Settings): Promise<string> {
  const onBytes = (done: number) => onProgress?.({ stage: "verify", done, total: size });
  return fileDigest(path, "sha256", { onBytes, signal });
}

/** Unpacks into a directory beside the final one, and renames it when all is there. */
async function unpack(archive: string, set: Settings): Promise<void> {
  const { directory, unpacking, fileBytes, onProgress, signal } = set;
  const members = FILE_NAMES.map((name) => ({ path: `${DIRECTORY}/${name}`, size: fileBytes }));
  const total = members.length * fileBytes;
  const onBytes = (done: number) => onProgress?.({ stage: "extract", done, total });
  await removeIfThere(unpacking);
  await Deno.mkdir(unpacking);
  try {
    const file = await Deno.open(archive);
    await extract(file.readable, members, unpacking, { onBytes, signal });
    await Deno.rename(unpacking, directory);
  } finally {
    await removeIfThere(unpacking);
  }
}

async function removeIfThere(path: string): Promise<void> {
  if (statOrNull(path) !== null) await Deno.remove(path, { recursive: true });
}
