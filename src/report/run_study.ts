/**
 * Many runs on all processor cores, each tested once, that a journal protects.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { evaluate } from "../evaluate.ts";
import { openJournal } from "../journal.ts";
import { projectRoot } from "../locate.ts";
import {
  checkFields,
  isNullOr,
  isNumber,
  isText,
  type Outcome,
  outcomeChecks,
  outcomeOf,
} from "../outcome.ts";
import { resume, type ResumeProgress } from "../resume.ts";
import { checkOptions, ON_REQUEST } from "../run.ts";
import { type DatasetName, journalFile, journalHead } from "./journal_file.ts";
import { trainInPool } from "./run_pool.ts";
import { type RunSpec, trainOptions } from "./spec.ts";

/** What came of a run. */
export interface StudyResult extends Outcome {
  /** Which run it is, see {@linkcode keyOfSpec}. */
  readonly key: string;
  /** Of the network of the best epoch, in percent; batch normalisation uses its moving averages. */
  readonly testAccuracy: number | null;
}

/** Settings are in each entry of a study's journal, so that more runs go on from fewer. */
const PLAN = { plan: "study" };

/** What {@linkcode runStudy} may be told. */
export interface StudyOptions {
  /** The journal's file; see {@linkcode studyJournal} for a good one. Without it nothing is kept. */
  readonly journal?: string;
  /** Of the dense products; the best one found by default. */
  readonly backend?: string;
  readonly onProgress?: (progress: ResumeProgress) => void;
  /** Ends the study; the results so far are returned, and are in the journal. */
  readonly signal?: AbortSignal;
}

/**
 * Trains networks, one on each core, tests the best epoch of each once, and returns the results in the
 * order of the specs. With a journal, runs that finished earlier are taken from it.
 *
 * @throws {InputError} where a setting is impossible or the journal cannot be used
 *
 * @example
 * ```ts
 * import { runStudy } from "klayer/report/run_study.ts";
 * import { closeRunPool } from "klayer/report/run_pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = Uint8Array.from({ length: 200 * 4 }, (_, i) => 37 * i % 256);
 * const split = { pixels, labels: new Uint8Array(200), mean: 0.5 };
 * const splits = { training: split, validation: split, test: split, classes: ["a", "b"] };
 * const provenance = { kind: "synthetic" as const, files: [] };
 * const data = { name: "toy", ...splits, provenance };
 * const runs = [1, 2].map((seed) => ({ hidden: [5], eta: 0.01, epochs: 1, seed }));
 * const journal = `${Deno.makeTempDirSync()}/mine.jsonl`;
 * const results = await runStudy(data, runs, { journal });
 * assertEquals(await runStudy(data, runs, { journal }), results);
 * await closeRunPool();
 * ```
 */
export async function runStudy(
  data: Dataset,
  specs: readonly RunSpec[],
  { journal: path, backend, onProgress, signal }: StudyOptions = {},
): Promise<StudyResult[]> {
  for (const spec of specs) checkOptions(trainOptions(spec), data.training.labels.length);
  const journal = path === undefined
    ? undefined
    : openJournal(path, journalHead(data, PLAN, backend), readStudyResult);
  try {
    return await resume(specs, {
      keyOf: keyOfSpec,
      keyOfResult: ({ key }) => key,
      journal,
      onProgress,
      signal,
      run: async (spec, { place, onProgress, signal }) => {
        // Only validation decides, so the training samples need no evaluation.
        const run = await trainInPool(data, { ...spec, recordTraining: false }, {
          name: `run ${place} (eta = ${spec.eta}, seed ${spec.seed})`,
          backend,
          signal,
          onProgress: ({ epoch, epochs, fraction }) => onProgress((epoch - 1 + fraction) / epochs),
        });
        return run.stopped?.reason === ON_REQUEST ? null : resultOf(spec, run, data);
      },
    });
  } finally {
    journal?.close();
  }
}

/**
 * One text for one run: two specs have the same if and only if they say the same.
 *
 * @example
 * ```ts
 * import { keyOfSpec } from "klayer/report/run_study.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const key = keyOfSpec({ eta: 0.1, hidden: [50], epochs: 10, seed: 1 });
 * assertEquals(key, keyOfSpec({ hidden: [50], seed: 1, epochs: 10, eta: 0.1, lambda: undefined }));
 * ```
 */
export function keyOfSpec(spec: RunSpec): string {
  const said = Object.entries(spec).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(said.sort(([a], [b]) => a < b ? -1 : 1)));
}

/**
 * A path for the journal of a study on a data set below `folder`: other images or another version of
 * this library have another file. Settings are in each entry, so that more runs go on from fewer.
 *
 * @example
 * ```ts
 * import { studyJournal } from "klayer/report/run_study.ts";
 * import { assertMatch } from "@std/assert";
 *
 * const provenance = { kind: "synthetic", files: [], seed: 1 } as const;
 * const path = studyJournal({ name: "10k", provenance }, "/home/me/runs");
 * assertMatch(path, /^\/home\/me\/runs\/study-10k-[0-9a-f]{8}\.jsonl$/);
 * ```
 */
export function studyJournal(
  data: DatasetName,
  folder: string = `${projectRoot() ?? "."}/runs`,
): string {
  return journalFile(folder, PLAN.plan, data.name, journalHead(data, PLAN));
}

function resultOf(
  spec: RunSpec,
  run: Awaited<ReturnType<typeof trainInPool>>,
  { test }: Pick<Dataset, "test">,
): StudyResult {
  const testAccuracy = run.best && evaluate(run.best.network, test).accuracy;
  return { key: keyOfSpec(spec), ...outcomeOf(run), testAccuracy };
}

/** Checks a result that was found in a journal; throws an `Error` that says what is wrong. */
export function readStudyResult(value: unknown): StudyResult {
  return checkFields<StudyResult>(value, {
    key: isText,
    ...outcomeChecks,
    testAccuracy: isNullOr(isNumber(0, 100)),
  });
}
