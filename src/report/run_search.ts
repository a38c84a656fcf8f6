/**
 * A search on all processor cores that a journal protects: what the command and the notebook share.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { openJournal } from "../journal.ts";
import { projectRoot } from "../locate.ts";
import { checkOptions } from "../run.ts";
import {
  readResult,
  search,
  type SearchOptions,
  type SearchPlan,
  type Trial,
  type TrialResult,
} from "../search.ts";
import { type DatasetName, journalFile, type JournalHead, journalHead } from "./journal_file.ts";
import { trainInPool } from "./run_pool.ts";
import type { SearchSettings } from "./search_plan.ts";
import { trainOptions } from "./spec.ts";

/** What is searched. */
export interface SearchRequest {
  /** Where the trials come from: a plan, or a name where they were not drawn. */
  readonly plan: Pick<SearchPlan, "name"> & Partial<SearchPlan>;
  readonly trials: readonly Trial[];
  readonly settings: SearchSettings;
  /** Of the dense products; the best one found by default. */
  readonly backend?: string;
}

/** What {@linkcode runSearch} may be told. */
export interface RunSearchOptions extends Omit<SearchOptions, "journal"> {
  /** The journal's file; see {@linkcode journalPath} for a good one. Without it nothing is kept. */
  readonly journal?: string;
}

/**
 * Runs the trials of a search, one on each core, and returns their results in the order of the trials.
 * With a journal, those that finished earlier are taken from it.
 *
 * @throws {InputError} where a setting is impossible or the journal cannot be used
 *
 * @example
 * ```ts
 * import { runSearch } from "klayer/report/run_search.ts";
 * import { closeRunPool } from "klayer/report/run_pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = Uint8Array.from({ length: 200 * 4 }, (_, i) => 37 * i % 256);
 * const split = { pixels, labels: new Uint8Array(200), mean: 0.5 };
 * const splits = { training: split, validation: split, test: split, classes: ["a", "b"] };
 * const provenance = { kind: "synthetic" as const, files: [] };
 * const data = { name: "toy", ...splits, provenance };
 * const request = {
 *   plan: { name: "mine" },
 *   trials: [{ eta: 0.01, lambda: 0, seed: 1 }],
 *   settings: { hidden: [5], epochs: 1 },
 * };
 * const journal = `${Deno.makeTempDirSync()}/mine.jsonl`;
 * const results = await runSearch(data, request, { journal });
 * assertEquals(await runSearch(data, request, { journal }), results);
 * await closeRunPool();
 * ```
 */
export async function runSearch(
  data: Dataset,
  request: SearchRequest,
  { journal: path, ...options }: RunSearchOptions = {},
): Promise<TrialResult[]> {
  const { trials, settings, backend } = request;
  for (const trial of trials) {
    checkOptions(trainOptions({ ...settings, ...trial }), data.training.labels.length);
  }
  const journal = path === undefined
    ? undefined
    : openJournal(path, headOf(data, request), readResult);
  try {
    const run: Parameters<typeof search>[1] = (trial, job) =>
      // A trial is scored on the validation samples; which saves an eighth of its time.
      trainInPool(data, { ...settings, ...trial, recordTraining: false }, { ...job, backend });
    return await search(trials, run, { ...options, journal });
  } finally {
    journal?.close();
  }
}

/**
 * A path for the journal of a search below `folder`: another configuration has another file, so that
 * results of different settings, data or versions of this library never meet.
 *
 * @example
 * ```ts
 * import { journalPath } from "klayer/report/run_search.ts";
 * import { coarse, searchSettings } from "klayer/report/search_plan.ts";
 * import { assertMatch } from "@std/assert";
 *
 * const provenance = { kind: "synthetic", files: [], seed: 1 } as const;
 * const path = journalPath({ name: "10k", provenance }, { plan: coarse, settings: searchSettings }, "/home/me/runs");
 * assertMatch(path, /^\/home\/me\/runs\/coarse-10k-[0-9a-f]{8}\.jsonl$/);
 * ```
 */
export function journalPath(
  data: DatasetName,
  request: Omit<SearchRequest, "trials">,
  folder: string = `${projectRoot() ?? "."}/runs`,
): string {
  return journalFile(folder, request.plan.name, data.name, headOf(data, request));
}

function headOf(
  data: DatasetName,
  { plan, settings, backend }: Omit<SearchRequest, "trials">,
): JournalHead {
  // How many trials a plan has is not in it, so that a longer search goes on from a shorter one.
  const ranges = (plan.ranges ?? []).map(({ lambda, eta }) => ({ lambda, eta }));
  const planned = { name: plan.name, seed: plan.seed ?? null, ranges };
  return journalHead(data, { plan: planned, settings: { ...settings } }, backend);
}
