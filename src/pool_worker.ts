/**
 * The worker's side of a pool.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { InputError } from "./errors.ts";
import type { FromWorker, ToWorker } from "./pool.ts";

/**
 * Answers every job that this worker is sent: calls `work` and sends its progress, and its result or
 * what it throws. A request to stop aborts the signal of the job under way.
 */
export function serveJobs<Job, Progress, Result>(
  work: (
    job: Job,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ) => Promise<Result>,
): void {
  const send = (message: FromWorker<Progress, Result>) => parentPort!.postMessage(message);
  let abort = new AbortController();
  parentPort!.on("message", async (message: ToWorker<Job>) => {
    if ("stop" in message) return abort.abort();
    abort = new AbortController();
    try {
      send({ result: await work(message.job, (progress) => send({ progress }), abort.signal) });
    } catch (error) {
      const message = error instanceof Error ? error.message : `it threw ${error}`;
      send({ error: { message, isInput: error instanceof InputError } });
    }
  });
}
