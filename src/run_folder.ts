/**
 * A folder of its own for a run: run.json for people and programs, run.npz (state_arrays.ts) to go on.
 *
 * Both are written after every epoch, run.json first. So a stop between the two leaves an epoch more in
 * run.json than in run.npz, and whoever reads takes the history from run.npz.
 *
 * @module
 */

import { UNFINISHED, writeAtomic } from "./atomic_write.ts";
import { reasonOf } from "./reason.ts";
import { statOrNull } from "./stat.ts";
import { InputError } from "./errors.ts";
import { writeNpz } from "./npz.ts";
import { type RunOrigin, runRecord } from "./run_record.ts";
import { stateArrays } from "./state_arrays.ts";
import type { TestAccuracies } from "./test_accuracy.ts";
import type { TrainState } from "./train_state.ts";
import { closeLocked } from "./unlock.ts";

/** The files of a saved run; the page is made by the command line. */
export const FILES = { record: "run.json", state: "run.npz", page: "index.html", lock: ".lock" };

/** A folder that no other process saves a run in meanwhile. */
export interface RunFolder {
  readonly folder: string;
  /** Saves the run as it is; `test` at its end. */
  save(origin: RunOrigin, state: TrainState, test?: TestAccuracies): void;
  /** Writes another file of the folder, such as its page. */
  write(name: string, text: string): void;
  close(): void;
}

/**
 * Opens a folder to save a run in, and locks it. It is made where there is none.
 *
 * @param isNew whether a run begins, which needs an empty folder, or goes on
 * @throws {InputError} where the folder cannot be used; the message says why
 *
 * @example
 * ```ts
 * import { openRunFolder } from "klayer/run_folder.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const folder = `${Deno.makeTempDirSync()}/a`;
 * using run = openRunFolder(folder, true);
 * assertThrows(() => openRunFolder(folder, true), InputError, "in use");
 * run.write("index.html", "<!doctype html>");
 * ```
 */
export function openRunFolder(folder: string, isNew: boolean): RunFolder & Disposable {
  if (isNew) checkUnused(folder);
  const lock = lockFolder(folder);
  const write = (name: string, content: string | Uint8Array) => {
    // A folder that was deleted meanwhile is made again: every save has the whole run.
    if (statOrNull(folder) === null) Deno.mkdirSync(folder, { recursive: true });
    writeAtomic(`${folder}/${name}`, content);
  };
  const close = () => closeLocked(lock);
  return {
    folder,
    save: (origin, state, test = {}) => {
      const run = { ...state.history, ...state };
      write(FILES.record, `${jsonText(runRecord(origin, run, test))}\n`);
      write(FILES.state, writeNpz(stateArrays(state)));
    },
    write,
    close,
    [Symbol.dispose]: close,
  };
}

/** Refuses a folder with anything in it but what a run leaves that had not finished an epoch. */
function checkUnused(folder: string): void {
  const found = statOrNull(folder);
  if (found === null) return;
  const names = found.isDirectory ? [...Deno.readDirSync(folder)].map(({ name }) => name) : [];
  if (names.includes(FILES.state)) {
    throw new InputError(
      `Found a run in ${folder}, expected a new folder: go on with that run by --resume ${folder}, ` +
        "or choose another name.",
    );
  }
  const own = (name: string) => name.endsWith(UNFINISHED) || Object.values(FILES).includes(name);
  const foreign = found.isDirectory ? names.find((name) => !own(name)) : folder;
  if (foreign === undefined) return;
  throw new InputError(
    `Found ${
      JSON.stringify(foreign)
    } where the run is to be saved, expected a new or empty folder; ` +
      "choose another name, such as runs/a.",
  );
}

function lockFolder(folder: string): Deno.FsFile {
  let file;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    file = Deno.openSync(`${folder}/${FILES.lock}`, { write: true, create: true });
  } catch (error) {
    throw new InputError(
      `Could not save a run in ${folder}: ${reasonOf(error)}; ` +
        "give permission there, or choose another folder.",
    );
  }
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new InputError(
    `Found ${folder} in use by another process, expected it free; wait, or choose another folder.`,
  );
}

/** JSON has no Infinity; a diverged run has. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
  });
}
