/**
 * Training that can be watched and stopped.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import type { Initialise } from "../initialise.ts";
import { trainInPool } from "../report/run_pool.ts";
import { type RunSpec, trainOptions } from "../report/spec.ts";
import type { Progress, Run } from "../run.ts";
import { train } from "../train.ts";
import type { Displayable } from "./jupyter.ts";
import { live } from "./live.ts";
import { progress } from "./progress.ts";
import { stoppable } from "./stop.ts";

type Data = Parameters<typeof train>[0];

/**
 * Trains one network on all cores and shows how it goes: the curve of its cost so far and a line with
 * epoch, costs, accuracies and the time left, replaced in place. What stays is one line, or a figure.
 *
 * The Stop button ends the run after the current mini-batch; the finished epochs are returned.
 *
 * @param spec the run; `initialise` may be any function, and wins over `init`
 * @param options `figure` makes what stays of the finished run
 * @throws {InputError} as `train` does; an error outside a Jupyter kernel
 */
export async function watch(
  title: string,
  data: Data,
  { initialise, ...spec }: RunSpec & { readonly initialise?: Initialise },
  { figure }: { readonly figure?: (run: Run) => Displayable } = {},
): Promise<Run> {
  const screen = await live(title, spec.epochs);
  const options = trainOptions(spec);
  const run = await stoppable((signal) =>
    train(data, {
      ...options,
      initialise: initialise ?? options.initialise,
      onProgress: screen.update,
      signal,
    })
  );
  await screen.end(run, figure?.(run));
  return run;
}

/**
 * Trains several networks, one on each core, and shows with one line how far they are. The runs come
 * back in the order of their specs.
 *
 * @throws {InputError} as `train` does, and where the Stop button ends them; an error outside a Jupyter
 * kernel
 */
export async function watchAll(
  title: string,
  data: Data,
  specs: readonly RunSpec[],
): Promise<Run[]> {
  const epochs = specs.reduce((sum, spec) => sum + spec.epochs, 0);
  const line = await progress(title, epochs);
  const done = specs.map(() => 0);
  const runs = await stoppable((signal) =>
    Promise.all(specs.map(async (spec, i) => {
      const report = (epoch: number) => {
        done[i] = epoch;
        line.update(done.reduce((sum, part) => sum + part));
      };
      const name = `run ${i + 1} of ${specs.length} (eta = ${spec.eta}, seed ${spec.seed ?? 400})`;
      const onProgress = (at: Progress) => report(epochsDone(at));
      const run = await trainInPool(data, spec, { name, onProgress, signal });
      if (signal.aborted) throw new Error("stopped");
      report(spec.epochs);
      return run;
    })).catch(async (error) => {
      if (!signal.aborted) throw error;
      await line.end("stopped");
      throw new InputError(`Stopped ${title}, which needs all its runs; run the cell again.`);
    })
  );
  await line.end(`${specs.length} runs`);
  return runs;
}

function epochsDone({ epoch, fraction }: Progress): number {
  return epoch - 1 + fraction;
}
