/**
 * Reads the run that a folder holds (run_folder.ts).
 *
 * @module
 */

import { statOrNull } from "./stat.ts";
import type { Dataset, SourceFile } from "./dataset.ts";
import { InputError } from "./errors.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { readNpz } from "./npz.ts";
import { FILES } from "./run_folder.ts";
import type { RunOrigin } from "./run_record.ts";
import { stateFrom } from "./state_arrays.ts";
import type { TestAccuracies } from "./test_accuracy.ts";
import type { TrainState } from "./train_state.ts";

/** More than any network for CIFAR-10 that this library trains in a day. */
const LARGEST = 2 ** 30;

const TESTS = ["asTrained", "movingAverage", "batchStatistics", "throughBatchNorm"] as const;

/** A run as it was saved. */
export interface SavedRun extends RunOrigin {
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: TrainState;
  /** Of the best network; nothing where the run was broken off. */
  readonly test: TestAccuracies;
}

/**
 * Reads a saved run.
 *
 * @param kernels of its networks
 * @throws {InputError} where there is none, or a damaged one
 *
 * @example
 * ```ts
 * import { readRun } from "klayer/saved_run.ts";
 * import { referenceKernels } from "klayer/kernels/reference.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => readRun("runs/nowhere", referenceKernels()), InputError, "no saved run");
 * ```
 */
export function readRun(folder: string, kernels: Kernels): SavedRun {
  const [recordPath, statePath] = [`${folder}/${FILES.record}`, `${folder}/${FILES.state}`];
  for (const path of [recordPath, statePath]) {
    if (statOrNull(path)?.isFile) continue;
    throw new InputError(
      `Found no saved run in ${folder} (no ${path}), expected a folder that ` +
        "`deno task train --save` has made and at least one epoch in it.",
    );
  }
  const { reason, ...record } = readRecord(recordPath);
  const arrays = readNpz(readBytes(statePath), { name: statePath });
  const state = stateFrom(arrays, kernels, reason);
  return { folder, ...record, state };
}

function readBytes(path: string): Uint8Array {
  const { size } = Deno.statSync(path);
  if (size > LARGEST) {
    throw new InputError(
      `Found ${path} of ${size} bytes, expected at most ${LARGEST}; use another one.`,
    );
  }
  return Deno.readFileSync(path);
}

function readRecord(path: string) {
  const { config, dataset, backend, stopped, test } = parse(path);
  if (!isRecord(config)) throw notARecord(path, "no config");
  if (typeof backend !== "string") throw notARecord(path, "no backend");
  const data = isRecord(dataset) ? readData(dataset) : null;
  if (data === null) throw notARecord(path, "no dataset");
  return {
    ...{ config, backend, data },
    reason: isRecord(stopped) ? String(stopped.reason) : undefined,
    test: isRecord(test) ? readTest(test) : {},
  };
}

function parse(path: string): Record<string, unknown> {
  try {
    const value = JSON.parse(new TextDecoder().decode(readBytes(path)));
    if (isRecord(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notARecord(path, "no JSON object");
}

function readData(found: Record<string, unknown>): Pick<Dataset, "name" | "provenance"> | null {
  const { name, kind, files, seed } = found;
  if (typeof name !== "string" || (kind !== "cifar-10" && kind !== "synthetic")) return null;
  if (!Array.isArray(files) || !files.every(isFile)) return null;
  return { name, provenance: { kind, files, ...typeof seed === "number" && { seed } } };
}

function isFile(file: unknown): file is SourceFile {
  return isRecord(file) && typeof file.name === "string" && typeof file.md5 === "string" &&
    typeof file.official === "boolean";
}

function readTest(test: Record<string, unknown>): TestAccuracies {
  const known = TESTS.filter((name) => typeof test[name] === "number");
  return Object.fromEntries(known.map((name) => [name, test[name]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notARecord(path: string, found: string): InputError {
  return new InputError(
    `Found ${found} in ${path}, expected what \`deno task train --save\` writes there; ` +
      "use another copy of the run.",
  );
}
