/**
 * Training with a progress line.
 *
 * @module
 */

import type { Run, TrainOptions } from "../run.ts";
import { train } from "../train.ts";
import { progress } from "./progress.ts";

/**
 * Trains like `train` and shows how far it is: epoch, cost, time left; at the end one line stays.
 *
 * @throws {InputError} as `train` does; an error outside a Jupyter kernel
 */
export async function watch(
  title: string,
  data: Parameters<typeof train>[0],
  options: TrainOptions,
): Promise<Run> {
  const line = await progress(title, options.epochs);
  const run = await train(data, {
    ...options,
    onProgress: (at) => {
      const cost = at.history.trainCost.at(-1) ?? at.history.initialCost;
      line.update(at.epoch - 1 + at.fraction, `cost ${cost.toFixed(4)}`);
      options.onProgress?.(at);
    },
  });
  await line.end(
    run.stopped === null
      ? `cost ${run.trainCost.at(-1)!.toFixed(4)}`
      : `stopped in epoch ${run.stopped.epoch}: ${run.stopped.reason}`,
  );
  return run;
}

/**
 * Trains the same network from several seeds, one run after the other, with one progress line.
 *
 * @throws {InputError} as `train` does; an error outside a Jupyter kernel
 */
export async function watchSeeds(
  title: string,
  data: Parameters<typeof train>[0],
  options: Omit<TrainOptions, "seed">,
  seeds: readonly number[],
): Promise<Run[]> {
  const line = await progress(title, seeds.length, "seeds");
  const runs: Run[] = [];
  for (const seed of seeds) {
    const done = runs.length;
    runs.push(
      await train(data, {
        ...options,
        seed,
        onProgress: ({ epoch, epochs, fraction }) =>
          line.update(done + (epoch - 1 + fraction) / epochs, `seed ${seed}`),
      }),
    );
  }
  await line.end();
  return runs;
}
