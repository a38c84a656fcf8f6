/**
 * Whole training runs in klayer's pool, one single-threaded run a core. The arguments name the backend,
 * the training samples and the validation samples; for each line "search:EPOCHS RUNS" on standard input
 * it prints the milliseconds that so many runs took. `numpy_search.py` does the same in NumPy.
 *
 * @module
 */

import { closeRunPool, trainInPool } from "klayer/report/run_pool.ts";
import { syntheticImage } from "klayer/synthetic.ts";

const [backend, training, validation] = Deno.args;
const data = {
  training: makeSplit(0, Number(training)),
  validation: makeSplit(Number(training), Number(validation)),
  classes: Array.from({ length: 10 }, (_, k) => `class ${k}`),
};

/**
 * Images that can be learnt: a run whose validation cost exceeds the training cost before the first update
 * is looked at more closely, which no trial of the report's search needs and the peer does not do.
 */
function makeSplit(first: number, N: number) {
  const [pixels, labels] = [N * 3072, N].map((length) =>
    new Uint8Array(new SharedArrayBuffer(length))
  );
  for (let i = 0; i < N; i++) {
    const image = syntheticImage(first + i);
    pixels.set(image.pixels, i * 3072);
    labels[i] = image.label;
  }
  return { pixels, labels, mean: 0.5 };
}

async function search(epochs: number, runs: number): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: runs }, async (_, i) => {
    const settings = { hidden: [50, 30], eta: 0.0129, lambda: 1e-4, epochs, seed: 400 + i };
    // As the trials of a search are.
    const spec = {
      ...settings,
      batchNorm: true,
      protocol: "report",
      recordTraining: false,
    } as const;
    const { stopped } = await trainInPool(data, spec, { name: `run ${i + 1}`, backend });
    if (stopped !== null) throw new Error(`Run ${i + 1} did not finish: ${stopped.reason}.`);
  }));
  return performance.now() - start;
}

for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const request of line.trim().split("\n")) {
    const [name, runs] = request.split(" ");
    console.log(await search(Number(name.split(":")[1]), Number(runs)));
  }
}
await closeRunPool();
