/**
 * Independent jobs on all processor cores: one worker a core, each with one job at a time.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import { InputError } from "./errors.ts";

/** What a job may be told on its way. */
export interface JobOptions<Progress> {
  /** Names the job where it fails. */
  readonly name: string;
  readonly onProgress?: (progress: Progress) => void;
  /** A job that waits is given up; one that runs is asked to stop and returns what it has. */
  readonly signal?: AbortSignal;
}

/** Workers that run the jobs of one script. */
export interface Pool<Job, Progress, Result> {
  /** How many jobs run at a time. */
  readonly size: number;
  /**
   * Runs a job as soon as a worker is free. What the job throws, it throws, with the job's name in
   * front; so it does where the worker dies or falls silent. The other jobs go on.
   */
  run(job: Job, options: JobOptions<Progress>): Promise<Result>;
  /** Ends the workers; jobs that have not finished fail. */
  close(): Promise<void>;
}

/** What a pool may be told. */
export interface PoolOptions {
  /** How many workers, one for each processor core by default. */
  readonly size?: number;
  /** Seconds without a message after which a worker is given up, half an hour by default. */
  readonly silenceSeconds?: number;
}

/** What a worker is sent. */
export type ToWorker<Job> = { readonly job: Job } | { readonly stop: true };

/** What a worker sends. */
export type FromWorker<Progress, Result> =
  | { readonly progress: Progress }
  | { readonly result: Result }
  | { readonly error: { readonly message: string; readonly isInput: boolean } };

interface Waiting<Job, Progress, Result> {
  readonly job: Job;
  readonly options: JobOptions<Progress>;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens a pool of workers for a script that listens with {@linkcode serveJobs}.
 *
 * Jobs, progress and results are cloned, but a `SharedArrayBuffer` in them is shared. The workers do
 * not keep the process alive. Making one takes about a second inside a Jupyter kernel: keep the pool.
 *
 * @param script the module that every worker runs
 *
 * @example
 * ```ts
 * import { openPool } from "klayer/pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const script = "data:text/javascript," + encodeURIComponent(`
 *   import { parentPort } from "node:worker_threads";
 *   parentPort.on("message", ({ job }) => parentPort.postMessage({ result: job * job }));
 * `);
 * const pool = openPool<number, never, number>(new URL(script), { size: 1 });
 * assertEquals(await Promise.all([2, 3].map((job) => pool.run(job, { name: "square" }))), [4, 9]);
 * await pool.close();
 * ```
 */
export function openPool<Job, Progress, Result>(
  script: URL,
  { size = navigator.hardwareConcurrency, silenceSeconds = 1800 }: PoolOptions = {},
): Pool<Job, Progress, Result> {
  const queue: Waiting<Job, Progress, Result>[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let closed = false;

  function open(): Worker {
    const worker = new Worker(script);
    worker.unref();
    all.add(worker);
    return worker;
  }

  function next(): void {
    while (queue.length > 0 && (idle.length > 0 || all.size < size)) {
      start(idle.pop() ?? open(), queue.shift()!);
    }
  }

  function start(
    worker: Worker,
    { job, options, resolve, reject }: Waiting<Job, Progress, Result>,
  ) {
    const { name, onProgress, signal } = options;
    const stop = () => worker.postMessage({ stop: true });
    const silence = openSilence(silenceSeconds, () => {
      die(`the worker said nothing for ${silenceSeconds} s`);
    });
    const finish = (settle: () => void, isAlive: boolean) => {
      silence.end();
      signal?.removeEventListener("abort", stop);
      worker.removeAllListeners();
      // A worker that fails after its job has no one to tell, and shall not get another one.
      worker.on("error", () => forget(worker));
      worker.on("exit", () => forget(worker));
      worker.unref();
      if (isAlive) {
        idle.push(worker);
      } else {
        forget(worker);
        void worker.terminate();
      }
      settle();
      if (!closed) next();
    };
    const die = (reason: string) => {
      const advice = "run it again, with more free memory if there was too little";
      finish(
        () => reject(new InputError(`${name}: ${reason}, expected a result; ${advice}.`)),
        false,
      );
    };

    worker.on("message", (message: FromWorker<Progress, Result>) => {
      silence.interrupt();
      if ("result" in message) return finish(() => resolve(message.result), true);
      if ("error" in message) return finish(() => reject(named(name, message.error)), true);
      try {
        onProgress?.(message.progress);
      } catch (error) {
        finish(() => reject(error as Error), false);
      }
    });
    worker.on("error", (error: Error) => die(`the worker failed: ${error.message}`));
    worker.on("exit", () => die("the worker ended before the job did"));
    signal?.addEventListener("abort", stop);
    // While a job runs, the process waits for it.
    worker.ref();
    worker.postMessage({ job });
  }

  function forget(worker: Worker): void {
    all.delete(worker);
    const place = idle.indexOf(worker);
    if (place >= 0) idle.splice(place, 1);
  }

  return {
    size,
    run: (job, options) =>
      new Promise((resolve, reject) => {
        const { name, signal } = options;
        if (closed) return reject(new Error(`${name}: the pool is closed`));
        const waiting = { job, options, resolve, reject };
        signal?.addEventListener("abort", () => {
          const place = queue.indexOf(waiting);
          if (place < 0) return;
          queue.splice(place, 1);
          reject(new Error(`${name}: stopped on request before it began`));
        });
        if (signal?.aborted) {
          return reject(new Error(`${name}: stopped on request before it began`));
        }
        queue.push(waiting);
        next();
      }),
    close: async () => {
      closed = true;
      for (const { options, reject } of queue.splice(0)) {
        reject(new Error(`${options.name}: the pool was closed`));
      }
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/**
 * Calls `onSilence` when nothing has interrupted the silence for so long. It looks twice, because a
 * process that was asleep finds its timers expired before it can read what it has been sent.
 */
function openSilence(seconds: number, onSilence: () => void) {
  let looks = 0;
  const timer = setInterval(() => ++looks > 2 && onSilence(), 500 * seconds);
  return { interrupt: () => void (looks = 0), end: () => clearInterval(timer) };
}

function named(name: string, { message, isInput }: { message: string; isInput: boolean }): Error {
  const text = `${name}: ${message}`;
  return isInput ? new InputError(text) : new Error(text);
}
