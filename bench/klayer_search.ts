/**
 * Whole training runs in klayer's pool, one single-threaded run a core. The arguments name the backend,
 * the training samples and the validation samples; for each line "search:EPOCHS RUNS" on standard input
 * it prints the milliseconds that so many runs took. `numpy_search.py` does the same in NumPy.
 *
 * @module
 */

import { closeRunPool, trainInPool } from "klayer/report/run_pool.ts";

const [backend, training, validation] = Deno.args;
const data = {
  training: makeSplit(Number(training)),
  validation: makeSplit(Number(validation)),
  classes: Array.from({ length: 10 }, (_, k) => `class ${k}`),
};

/** Random images: what they show does not matter to the time. */
function makeSplit(N: number) {
  const random = (length: number, below: number) => {
    const bytes = new Uint8Array(new SharedArrayBuffer(length));
    for (let i = 0; i < length; i++) bytes[i] = below * Math.random();
    return bytes;
  };
  return { pixels: random(N * 3072, 256), labels: random(N, 10), mean: 0.5 };
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
