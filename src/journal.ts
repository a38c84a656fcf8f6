/**
 * An append-only record of finished work, so that a long computation can be stopped at any moment and
 * taken up again.
 *
 * A journal is a text file of JSON lines. The first line is its configuration: what every entry depends
 * on. Each further line is an entry, and is on the disk before `append` returns. A last line without its
 * end is what a stop in the middle of writing leaves; it is cut off when the journal is opened again.
 *
 * @module
 */

import { dirname } from "node:path";
import { reasonOf } from "./reason.ts";
import { statOrNull } from "./stat.ts";
import { InputError } from "./errors.ts";
import { closeLocked } from "./unlock.ts";

/** Plain data, as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | {
  readonly [name: string]: Json;
};

/** An open journal; no other process can open it meanwhile. */
export interface Journal<Entry> {
  readonly path: string;
  /** The entries found on opening, in the order of writing. */
  readonly entries: readonly Entry[];
  /**
   * Writes an entry and waits until the disk has it; a file that was deleted meanwhile is put back with
   * all that was in it. Throws an `InputError` where that fails.
   */
  append(entry: Entry): void;
  close(): void;
}

/** How a journal begins, whatever its configuration. */
const MARK = { journal: "klayer", format: 1 };

const END_OF_LINE = 10;

/**
 * Opens a journal, or begins one where there is no file.
 *
 * @param path of the file; directories on the way are made
 * @param configuration what the entries depend on
 * @param read checks an entry that was found; it throws, or returns the entry
 * @throws {InputError} where the file is in use, is no journal, is one of another configuration (the
 * message says where they differ), or has an entry that `read` refuses
 *
 * @example
 * ```ts
 * import { openJournal } from "klayer/journal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${Deno.makeTempDirSync()}/squares.jsonl`;
 * const first = openJournal(path, { power: 2 }, Number);
 * first.append(4);
 * first.append(9);
 * first.close();
 * const second = openJournal(path, { power: 2 }, Number);
 * assertEquals(second.entries, [4, 9]);
 * second.close();
 * ```
 */
export function openJournal<Entry>(
  path: string,
  configuration: { readonly [name: string]: Json },
  read: (value: unknown) => Entry,
): Journal<Entry> {
  const header = { ...MARK, ...configuration };
  const file = openLocked(path);
  try {
    const { entries, bytes } = readLines(path, header, read);
    const writer = openWriter(file, path, bytes);
    if (bytes.length === 0) {
      writer.write(header);
      syncDirectory(dirname(path));
    }
    return { path, entries, append: writer.write, close: writer.close };
  } catch (error) {
    closeLocked(file);
    throw error;
  }
}

/**
 * Renames a journal whose work is done, so that the next one begins anew; nothing is deleted but what
 * was set aside under that name before.
 *
 * @throws {InputError} where the file cannot be renamed
 *
 * @example
 * ```ts
 * import { openJournal, setAsideJournal } from "klayer/journal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${Deno.makeTempDirSync()}/squares.jsonl`;
 * openJournal(path, {}, Number).close();
 * assertEquals(setAsideJournal(path), path.replace("squares", "squares.finished"));
 * ```
 */
export function setAsideJournal(path: string): string {
  const other = path.replace(/(\.jsonl)?$/, ".finished.jsonl");
  attempt(`rename the journal ${path}`, () => Deno.renameSync(path, other));
  return other;
}

function openLocked(path: string): Deno.FsFile {
  const file = attempt(`open the journal ${path}`, () => {
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, { read: true, append: true, create: true });
  });
  // Such as /dev/zero, which has no end.
  const isFile = file.statSync().isFile;
  if (isFile && file.tryLockSync(true)) return file;
  file.close();
  if (!isFile) throw notAJournal(path);
  throw new InputError(
    `Found the journal ${path} in use by another process, expected it free; ` +
      "wait until that process ends, or use another file.",
  );
}

/** The entries, and the bytes of the file's whole lines. */
function readLines<Entry>(
  path: string,
  header: Json,
  read: (value: unknown) => Entry,
): { entries: Entry[]; bytes: Uint8Array } {
  const bytes = attempt(`read the journal ${path}`, () => Deno.readFileSync(path));
  const length = bytes.lastIndexOf(END_OF_LINE) + 1;
  const text = (part: Uint8Array) => new TextDecoder().decode(part);
  const torn = text(bytes.subarray(length));
  // A file that somebody named by mistake must not be overwritten.
  if (length === 0 && !JSON.stringify(header).startsWith(torn)) throw notAJournal(path);
  const whole = bytes.subarray(0, length);
  if (length === 0) return { entries: [], bytes: whole };
  const [first, ...lines] = text(bytes.subarray(0, length - 1)).split("\n");
  checkHeader(path, first, header);
  const entries = lines.map((line, i) => {
    try {
      return read(JSON.parse(line));
    } catch (error) {
      const reason = error instanceof SyntaxError ? "it is not JSON" : (error as Error).message;
      throw new InputError(
        `Found a damaged line ${i + 2} in the journal ${path} (${reason}), expected an entry; ` +
          "delete that line, or use another file.",
      );
    }
  });
  return { entries, bytes: whole };
}

function checkHeader(path: string, line: string, expected: Json): void {
  let found: Json;
  try {
    found = JSON.parse(line);
  } catch {
    throw notAJournal(path);
  }
  if (!isRecord(found) || found.journal !== MARK.journal) throw notAJournal(path);
  const difference = differenceOf(found, expected);
  if (difference === null) return;
  const say = (value: Json | undefined) => value === undefined ? "missing" : JSON.stringify(value);
  throw new InputError(
    `Found the journal ${path} of another configuration: ${difference.place} is ` +
      `${say(difference.found)}, expected ${say(difference.expected)}; ` +
      "use another file, or move this one away.",
  );
}

/** The first place where two values differ; null where they are equal. */
function differenceOf(
  found: Json | undefined,
  expected: Json | undefined,
  place = "",
): { place: string; found: Json | undefined; expected: Json | undefined } | null {
  if (!isRecord(found) || !isRecord(expected)) {
    return JSON.stringify(found) === JSON.stringify(expected) ? null : { place, found, expected };
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    // As in JSON, lest a name from a file breaks the line.
    const key = JSON.stringify(name).slice(1, -1);
    const inner = place === "" ? key : `${place}.${key}`;
    const difference = differenceOf(found[name], expected[name], inner);
    if (difference !== null) return difference;
  }
  return null;
}

function isRecord(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes whole lines only: what an attempt leaves that fails is cut off again. `kept` is what the file
 * holds, in memory too, in case somebody deletes or empties the file.
 */
function openWriter(file: Deno.FsFile, path: string, found: Uint8Array) {
  const kept = [found];
  let length = found.length;
  function write(value: unknown): void {
    const line = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
    attempt(`write to the journal ${path}`, () => {
      if (!isAt(path, file)) {
        const other = begin(path, kept);
        closeLocked(file);
        file = other;
      } else if (file.statSync().size < length) {
        file.truncateSync(0);
        writeAll(file, kept);
      }
      // Cuts off a torn line.
      file.truncateSync(length);
      writeAll(file, [line]);
    });
    kept.push(line);
    length += line.length;
  }
  return { write, close: () => closeLocked(file) };
}

/** Whether an open file is still the one at its path, and not deleted, moved or replaced. */
function isAt(path: string, file: Deno.FsFile): boolean {
  const [open, there] = [file.statSync(), statOrNull(path)];
  return there !== null && there.ino === open.ino && there.dev === open.dev;
}

/** A new file, locked, with these bytes. Throws where there is a file already. */
function begin(path: string, bytes: readonly Uint8Array[]): Deno.FsFile {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const file = Deno.openSync(path, { read: true, append: true, createNew: true });
  try {
    file.lockSync(true);
    writeAll(file, bytes);
  } catch (error) {
    file.close();
    Deno.removeSync(path);
    throw error;
  }
  syncDirectory(dirname(path));
  return file;
}

function writeAll(file: Deno.FsFile, parts: readonly Uint8Array[]): void {
  for (const part of parts) {
    for (let done = 0; done < part.length;) done += file.writeSync(part.subarray(done));
  }
  file.syncDataSync();
}

/** A new file is safe when its directory is on the disk, too; where directories cannot be, so be it. */
function syncDirectory(path: string): void {
  try {
    using directory = Deno.openSync(path);
    directory.syncSync();
  } catch { /* not on Windows */ }
}

/** Turns what the system refuses into an error that a user can act on. */
function attempt<Result>(what: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new InputError(
      `Could not ${what}: ${reasonOf(error)}; ` +
        "make room or give permission there, or use another file.",
    );
  }
}

function notAJournal(path: string): InputError {
  return new InputError(
    `Found ${path}, which is not a journal of klayer, expected one or no file; use another file.`,
  );
}
