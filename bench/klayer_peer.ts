/**
 * The same training steps as `numpy_peer.py`, in klayer: for each line "CASE STEPS" on standard input it
 * prints the milliseconds that so many steps took. The arguments name the backend and its threads.
 *
 * @module
 */

import { standardBatchNorm } from "klayer/batch_norm.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { descend } from "klayer/momentum.ts";
import { followBatch, forward, openCache, openNetwork, zerosLike } from "klayer/network.ts";
import { pixelTable } from "klayer/pixels.ts";

const D = 3072;
const [backend, threads] = Deno.args;
const kernels = openKernels(backend, threads ? { threads: Number(threads) } : {});
const networks = new Map<string, ReturnType<typeof prepare>>();
const images = new Map<number, ReturnType<typeof makeData>>();

/** Random images: what they show does not matter to the time. */
function makeData(N: number) {
  const random = (length: number, below: number) =>
    Uint8Array.from({ length }, () => below * Math.random());
  return { bytes: random(N * D, 256), labels: random(N, 10) };
}

/** "plain" or "batch-norm", then what differs from the report: ":n", ":n:WIDTH", ":n:WIDTH:N". */
function prepare(name: string) {
  const [kind, ...sizes] = name.split(":");
  const batchNorm = kind === "batch-norm";
  const usual = batchNorm ? [590, 50, 49_000] : [100, 50, 10_000];
  const [n, width, N] = usual.map((size, i) => i < sizes.length ? Number(sizes[i]) : size);
  const options = batchNorm ? { ...standardBatchNorm, scaleAndShift: false, epsilon: 1e-20 } : null;
  const network = openNetwork({ inputs: D, hidden: [width, 30], classes: 10 }, kernels, options);
  for (const { w } of network.layers) w.forEach((_, i) => w[i] = 0.02 * (Math.random() - 0.5));
  const data = images.get(N) ?? makeData(N);
  images.set(N, data);
  return { batchNorm, network, n, N, ...data };
}

function run(name: string, steps: number): number {
  const prepared = networks.get(name) ?? prepare(name);
  networks.set(name, prepared);
  const { batchNorm, network, n, N, bytes, labels } = prepared;
  const [gradients, velocity] = [zerosLike(network), zerosLike(network)];
  const cache = openCache(network, n);
  const start = performance.now();
  for (let i = 0; i < steps; i++) {
    const first = (i * 100) % (N - n + 1);
    const pixels = { bytes: bytes.subarray(first * D, (first + n) * D), table: pixelTable(0.5) };
    const x = kernels.bring?.(pixels) ?? pixels;
    forward(network, x, n, cache, "batch");
    followBatch(network, cache);
    const l2 = batchNorm ? { ofLoss: 1, ofWeights: 2e-4 } : { ofLoss: 1 + 2e-4, ofWeights: 0 };
    const step = { eta: 0.0129, mu: 0.9 };
    const batchLabels = labels.subarray(first, first + n);
    descend(network, x, batchLabels, n, cache, gradients, velocity, step, l2);
  }
  return performance.now() - start;
}

for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const request of line.trim().split("\n")) {
    const [name, steps] = request.split(" ");
    console.log(run(name, Number(steps)));
    // A moment in which the second rank can start.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
