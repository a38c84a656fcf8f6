/**
 * Many runs on all processor cores, each tested once, that a journal protects.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Dataset } from "../dataset.ts";
import { evaluate } from "../evaluate.ts";
import { type Json, openJournal } from "../journal.ts";
import { openKernels } from "../kernels/mod.ts";
import { projectRoot } from "../locate.ts";
import { resume, type ResumeProgress } from "../resume.ts";
import { checkOptions, ON_REQUEST } from "../run.ts";
import { sourcesDigest } from "../sources.ts";
import { trainInPool } from "./run_pool.ts";
import { type RunSpec, trainOptions } from "./spec.ts";

/** What came of a run. */
export interface StudyResult {
  /** Which run it is, see {@linkcode keyOfSpec}. */
  readonly key: string;
  /** The highest after any epoch, in percent; null where no epoch was finished. */
  readonly validationAccuracy: number | null;
  /** Of the network of that epoch, in percent; batch normalisation uses its moving averages. */
  readonly testAccuracy: number | null;
  /** That epoch, from 1. */
  readonly epoch: number | null;
  /** Why the run ended before its last epoch. */
  readonly stopped: string | null;
  /** What training and validation took. */
  readonly seconds: number;
}

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
 * import { syntheticCifar } from "klayer/synthetic.ts";
 * import { limitDataset } from "klayer/cifar10.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const data = limitDataset(syntheticCifar("10k"), 200);
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
    : openJournal(path, configurationOf(data, backend), readStudyResult);
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
  data: Pick<Dataset, "name" | "provenance">,
  folder: string = `${projectRoot() ?? "."}/runs`,
): string {
  const configuration = JSON.stringify(configurationOf(data));
  const digest = createHash("md5").update(configuration).digest("hex").slice(0, 8);
  return `${folder}/study-${data.name.replaceAll(/[^0-9a-z]+/gi, "-")}-${digest}.jsonl`;
}

/** All that a result depends on, besides its spec. */
function configurationOf(
  { name: set, provenance }: Pick<Dataset, "name" | "provenance">,
  backend?: string,
): { readonly [name: string]: Json } {
  const { kind, files, seed = null } = provenance;
  const md5 = Object.fromEntries(files.map((file) => [file.name, file.md5]));
  return {
    plan: "study",
    dataset: { name: set, kind, seed, md5 },
    backend: openKernels(backend, { threads: 1 }).name,
    version: { klayer: sourcesDigest(), deno: Deno.version.deno },
  };
}

function resultOf(
  spec: RunSpec,
  { best, stopped, seconds }: Awaited<ReturnType<typeof trainInPool>>,
  { test }: Pick<Dataset, "test">,
): StudyResult {
  return {
    key: keyOfSpec(spec),
    validationAccuracy: best?.validationAccuracy ?? null,
    testAccuracy: best && evaluate(best.network, test).accuracy,
    epoch: best?.epoch ?? null,
    stopped: stopped && `in epoch ${stopped.epoch}: ${stopped.reason}`,
    seconds: seconds.training + seconds.evaluation,
  };
}

/** Checks a result that was found in a journal; throws an `Error` that says what is wrong. */
export function readStudyResult(value: unknown): StudyResult {
  const result = value as StudyResult;
  const number = (low: number, high: number) => (found: unknown) =>
    typeof found === "number" && low <= found && found <= high;
  const orNull = (check: (found: unknown) => boolean) => (found: unknown) =>
    found === null || check(found);
  const text = (found: unknown) => typeof found === "string";
  const checks: Record<keyof StudyResult, (found: unknown) => boolean> = {
    key: text,
    validationAccuracy: orNull(number(0, 100)),
    testAccuracy: orNull(number(0, 100)),
    epoch: orNull(number(1, Number.MAX_SAFE_INTEGER)),
    stopped: orNull(text),
    seconds: number(0, Number.MAX_VALUE),
  };
  for (const [name, check] of Object.entries(checks)) {
    const found = result?.[name as keyof StudyResult];
    if (!check(found)) throw new Error(`${name} is ${JSON.stringify(found) ?? "missing"}`);
  }
  return result;
}
