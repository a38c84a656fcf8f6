/**
 * Many independent jobs whose results a journal keeps, so that a stop loses none that has finished.
 *
 * @module
 */

import type { Journal } from "./journal.ts";

/** Where the jobs are. */
export interface ResumeProgress {
  /** Jobs finished, the parts of those under way included. */
  readonly done: number;
  /** Jobs found in the journal; they are not among those done. */
  readonly resumed: number;
  /** Jobs to do, without those found in the journal. */
  readonly total: number;
}

/** How {@linkcode resume} runs jobs. */
export interface ResumeOptions<Job, Result> {
  /** What tells one job from another. */
  readonly keyOf: (job: Job) => string;
  /** The key of the job that a result is of. */
  readonly keyOfResult: (result: Result) => string;
  /** Runs one job; it may be called for many jobs at once. Null: the signal has cut it short. */
  readonly run: (job: Job, options: {
    /** Of how many jobs this is which one, from 1. */
    readonly place: string;
    readonly onProgress: (fraction: number) => void;
    readonly signal: AbortSignal;
  }) => Promise<Result | null>;
  /** Jobs in it are not run again; each result is in it before it counts. */
  readonly journal?: Pick<Journal<Result>, "entries" | "append">;
  readonly onProgress?: (progress: ResumeProgress) => void;
  /** Ends the jobs under way; the others do not begin. */
  readonly signal?: AbortSignal;
}

/**
 * Runs jobs and returns their results in the order of the jobs. A job that is wanted twice runs once,
 * and one that is in the journal not at all. Where the signal ends the work, jobs that have not
 * finished are left out.
 *
 * Throws what the first job that fails throws, after the others have been stopped; what had finished by
 * then is in the journal.
 *
 * @example
 * ```ts
 * import { openJournal } from "klayer/journal.ts";
 * import { resume } from "klayer/resume.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let runs = 0;
 * const squares = async (numbers: number[], path: string) => {
 *   const journal = openJournal(path, {}, (value) => value as { of: number; square: number });
 *   const results = await resume(numbers, {
 *     keyOf: String,
 *     keyOfResult: ({ of }) => String(of),
 *     run: (of) => (runs++, Promise.resolve({ of, square: of * of })),
 *     journal,
 *   });
 *   journal.close();
 *   return results.map(({ square }) => square);
 * };
 * const path = `${Deno.makeTempDirSync()}/squares.jsonl`;
 * assertEquals(await squares([1, 2], path), [1, 4]);
 * assertEquals(await squares([1, 2, 3], path), [1, 4, 9]);
 * assertEquals(runs, 3);
 * ```
 */
export async function resume<Job, Result>(
  jobs: readonly Job[],
  { keyOf, keyOfResult, run, journal, onProgress, signal }: ResumeOptions<Job, Result>,
): Promise<Result[]> {
  const wanted = new Map(jobs.map((job) => [keyOf(job), job]));
  const results = new Map<string, Result>();
  // Of a job that is in the journal twice the first result counts.
  for (const entry of journal?.entries ?? []) {
    const key = keyOfResult(entry);
    if (wanted.has(key) && !results.has(key)) results.set(key, entry);
  }
  const left = [...wanted].filter(([key]) => !results.has(key));
  const parts = left.map(() => 0);
  const report = () => {
    const done = parts.reduce((sum, part) => sum + part, 0);
    onProgress?.({ done, resumed: wanted.size - left.length, total: left.length });
  };

  const stop = new AbortController();
  const stopped = AbortSignal.any([stop.signal, ...signal ? [signal] : []]);
  report();
  const runs = await Promise.allSettled(left.map(async ([key, job], i) => {
    const place = `${i + 1} of ${left.length}`;
    const progress = (fraction: number) => {
      parts[i] = fraction;
      report();
    };
    try {
      const result = await run(job, { place, onProgress: progress, signal: stopped });
      if (result === null) return;
      journal?.append(result);
      results.set(key, result);
      progress(1);
    } catch (error) {
      const isConsequence = stopped.aborted;
      stop.abort();
      if (!isConsequence) throw error;
    }
  }));
  const failure = runs.find(({ status }) => status === "rejected");
  if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
  return jobs.flatMap((job) => results.get(keyOf(job)) ?? []);
}
