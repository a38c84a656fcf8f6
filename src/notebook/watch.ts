/**
 * Training with a progress line.
 *
 * @module
 */

import type { Initialise } from "../initialise.ts";
import { trainInPool } from "../report/run_pool.ts";
import { type RunSpec, trainOptions } from "../report/spec.ts";
import type { Progress, Run } from "../run.ts";
import { train } from "../train.ts";
import { progress } from "./progress.ts";

type Data = Parameters<typeof train>[0];

/**
 * Trains one network on all cores and shows how far it is: epoch, cost, time left. One line stays.
 *
 * @param spec the run; `initialise` may be any function, and wins over `init`
 * @throws {InputError} as `train` does; an error outside a Jupyter kernel
 */
export async function watch(
  title: string,
  data: Data,
  { initialise, ...spec }: RunSpec & { readonly initialise?: Initialise },
): Promise<Run> {
  const line = await progress(title, spec.epochs);
  const options = trainOptions(spec);
  const run = await train(data, {
    ...options,
    initialise: initialise ?? options.initialise,
    onProgress: (at) => line.update(epochsDone(at), `cost ${latestCost(at)}`),
  });
  await line.end(
    run.stopped === null
      ? `cost ${run.trainCost.at(-1)!.toFixed(4)}`
      : `stopped in epoch ${run.stopped.epoch}: ${run.stopped.reason}`,
  );
  return run;
}

/**
 * Trains several networks, one on each core, and shows with one line how far they are. The runs come
 * back in the order of their specs.
 *
 * @throws {InputError} as `train` does; an error outside a Jupyter kernel
 */
export async function watchAll(
  title: string,
  data: Data,
  specs: readonly RunSpec[],
): Promise<Run[]> {
  const epochs = specs.reduce((sum, spec) => sum + spec.epochs, 0);
  const line = await progress(title, epochs);
  const done = specs.map(() => 0);
  const runs = await Promise.all(specs.map(async (spec, i) => {
    const report = (epoch: number) => {
      done[i] = epoch;
      line.update(done.reduce((sum, part) => sum + part));
    };
    const name = `run ${i + 1} of ${specs.length} (eta = ${spec.eta}, seed ${spec.seed ?? 400})`;
    const run = await trainInPool(data, spec, { name, onProgress: (at) => report(epochsDone(at)) });
    report(spec.epochs);
    return run;
  }));
  await line.end(`${specs.length} runs`);
  return runs;
}

function epochsDone({ epoch, fraction }: Progress): number {
  return epoch - 1 + fraction;
}

function latestCost({ history }: Progress): string {
  return (history.trainCost.at(-1) ?? history.initialCost).toFixed(4);
}
