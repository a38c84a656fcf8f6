/**
 * A worker that trains: the script of the pool in `run_pool.ts`.
 *
 * @module
 */

import type { Split } from "../dataset.ts";
import { openKernels } from "../kernels/mod.ts";
import type { Network } from "../network.ts";
import { serveJobs } from "../pool_worker.ts";
import type { Progress } from "../run.ts";
import { train } from "../train.ts";
import type { RunJob, SharedBytes, SharedSplit, WorkerRun } from "./run_pool.ts";
import { trainOptions } from "./spec.ts";

serveJobs<RunJob, Progress, WorkerRun>(async (job, onProgress, signal) => {
  const { classes, spec, backend } = job;
  const data = { training: splitOf(job.training), validation: splitOf(job.validation), classes };
  // One thread: the other cores have runs of their own.
  const kernels = openKernels(backend, { threads: 1 });
  const run = await train(data, { ...trainOptions(spec), kernels, onProgress, signal });
  const bare = ({ layers }: Network) => ({ layers });
  const { network, best } = run;
  return {
    ...run,
    network: bare(network),
    best: best && { ...best, network: bare(best.network) },
  };
});

function splitOf({ pixels, labels, mean }: SharedSplit): Split {
  return { pixels: bytesOf(pixels), labels: bytesOf(labels), mean };
}

function bytesOf({ buffer, from, length }: SharedBytes): Uint8Array {
  return new Uint8Array(buffer, from, length);
}
