/**
 * Training runs on all processor cores, one single-threaded run a core.
 *
 * @module
 */

import type { Dataset, Split } from "../dataset.ts";
import { openKernels } from "../kernels/mod.ts";
import type { Network } from "../network.ts";
import { type JobOptions, openPool, type Pool } from "../pool.ts";
import type { Progress, Run } from "../run.ts";
import type { RunSpec } from "./spec.ts";

/** The parts of a data set that a run reads; their bytes are shared with the workers, not copied. */
export type RunData = Pick<Dataset, "training" | "validation" | "classes">;

/**
 * Bytes on their way between threads. A view of shared memory would do, but node:worker_threads looks
 * at every element of a view that it sends, which takes seconds for a data set.
 */
export interface SharedBytes {
  readonly buffer: SharedArrayBuffer;
  readonly from: number;
  readonly length: number;
}

/** A split on its way between threads. */
export interface SharedSplit {
  readonly pixels: SharedBytes;
  readonly labels: SharedBytes;
  readonly mean: number;
}

/** What a worker is asked. */
export interface RunJob {
  readonly training: SharedSplit;
  readonly validation: SharedSplit;
  readonly classes: readonly string[];
  readonly spec: RunSpec;
  readonly backend?: string;
}

type Bare = Omit<Network, "kernels">;

/** A run on its way between threads, its networks without the kernels, which are functions. */
export type WorkerRun = Omit<Run, "network" | "best"> & {
  readonly network: Bare;
  readonly best: Omit<NonNullable<Run["best"]>, "network"> & { readonly network: Bare } | null;
};

let pool: Pool<RunJob, Progress, WorkerRun> | undefined;

/**
 * Trains a network in a worker of the one pool of this process, as soon as one is free.
 *
 * The bits are those of `train` with the same backend on one thread.
 *
 * @param backend of the dense products; the best one found by default
 * @throws {InputError} where an option is impossible, with the run's name in front
 *
 * @example
 * ```ts
 * import { closeRunPool, trainInPool } from "klayer/report/run_pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const split = { pixels: new Uint8Array([0, 255]), labels: new Uint8Array([0, 1]), mean: 0.5 };
 * const data = { training: split, validation: split, classes: ["dark", "bright"] };
 * const runs = await Promise.all([0.1, 0.2].map((eta) =>
 *   trainInPool(data, { hidden: [2], eta, epochs: 3, batchSize: 2 }, { name: `eta = ${eta}` })
 * ));
 * assertEquals(runs.map(({ trainCost }) => trainCost.length), [3, 3]);
 * await closeRunPool();
 * ```
 */
export async function trainInPool(
  { training, validation, classes }: RunData,
  spec: RunSpec,
  options: JobOptions<Progress> & { readonly backend?: string },
): Promise<Run> {
  pool ??= openPool(new URL("./run_worker.ts", import.meta.url));
  const { backend } = options;
  const job = { training: share(training), validation: share(validation), classes, spec, backend };
  const run = await pool.run(job, options);
  const network = (bare: Bare): Network => ({ ...bare, kernels: openKernels(backend) });
  const { best } = run;
  return {
    ...run,
    network: network(run.network),
    best: best && { ...best, network: network(best.network) },
  };
}

/** Ends the workers; the next run opens new ones. */
export async function closeRunPool(): Promise<void> {
  const closing = pool;
  pool = undefined;
  await closing?.close();
}

function share({ pixels, labels, mean }: Split): SharedSplit {
  return { pixels: shareBytes(pixels), labels: shareBytes(labels), mean };
}

function shareBytes(bytes: Uint8Array): SharedBytes {
  const { buffer, byteOffset: from, length } = bytes;
  if (buffer instanceof SharedArrayBuffer) return { buffer, from, length };
  const copy = new SharedArrayBuffer(length);
  new Uint8Array(copy).set(bytes);
  return { buffer: copy, from: 0, length };
}
