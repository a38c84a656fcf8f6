/**
 * The parts of the benchmark, and what each asks of whom.
 *
 * @module
 */

import { type Contestant, products, searchers, steppers, type Tools } from "./contestants.ts";
import { measure, type Row, rowsOf, type Task } from "./measure.ts";
import { peaks } from "./memory.ts";

/** The names of the parts, in the order in which they run. */
export const PARTS = ["peak", "plain", "batch-norm", "memory", "n", "width", "search"] as const;

/** The name of a part. */
export type PartName = typeof PARTS[number];

/** One table. */
export interface Result {
  readonly part: PartName;
  readonly title: string;
  readonly unit: string;
  /** The value of n or of the width, in the two sweeps. */
  readonly at: number | null;
  /** Billions of floating-point operations in the products of an epoch; null where there is no epoch. */
  readonly gflop: number | null;
  readonly rows: readonly Row[];
}

/** How much is measured. */
export interface Extent {
  readonly quick: boolean;
  readonly rounds: number;
  readonly say: (progress: string) => void;
}

/** Measures one part. */
export function measurePart(part: PartName, tools: Tools, extent: Extent): Promise<Result[]> {
  return {
    peak,
    plain,
    "batch-norm": batchNorm,
    memory,
    n: sweepN,
    width: sweepWidth,
    search,
  }[part](tools, extent);
}

/**
 * Billions of floating-point operations in the products of a step through these widths; the first layer
 * needs no gradient of its inputs.
 */
export function gflopOf(n: number, widths: readonly number[]): number {
  const products = widths.slice(1).map((m, l) => (l === 0 ? 2 : 3) * m * widths[l]);
  return 2e-9 * n * products.reduce((sum, product) => sum + product, 0);
}

function peak(tools: Tools, extent: Extent): Promise<Result[]> {
  const m = extent.quick ? 256 : 2048;
  const task = { name: `square:${m}:1:1`, steps: 8, warmUp: 2 };
  const title = `dgemm alone: two ${m} x ${m} matrices`;
  const flops = 2 * m ** 3;
  const convert = (milliseconds: number) => flops / milliseconds / 1e6;
  const contestants = tools.threads.map((threads) => products(tools, threads));
  return run("peak", [title], "GFLOP/s", contestants, [task], convert, extent);
}

function plain(tools: Tools, extent: Extent): Promise<Result[]> {
  // Runs have many epochs, of which the first are slower: an engine that compiles while it runs learns
  // in them what is worth compiling well.
  const task = extent.quick
    ? { name: "plain:100:50:500", steps: 20, warmUp: 5 }
    : { name: "plain", steps: 10 * 99, warmUp: 10 * 99 };
  const epoch = { title: "plain, 10k: an epoch of 99 steps, n = 100", steps: 99, n: 100 };
  return epochs("plain", epoch, task, tools, extent);
}

function batchNorm(tools: Tools, extent: Extent): Promise<Result[]> {
  const task = extent.quick
    ? { name: "batch-norm:590:50:1000", steps: 4, warmUp: 2 }
    : { name: "batch-norm", steps: 489, warmUp: 60 };
  const title = "batch normalisation, 49k: an epoch of 489 steps, n = 590";
  return epochs("batch-norm", { title, steps: 489, n: 590 }, task, tools, extent);
}

async function epochs(
  part: PartName,
  { title, steps, n }: { title: string; steps: number; n: number },
  task: Task,
  tools: Tools,
  extent: Extent,
): Promise<Result[]> {
  const contestants = tools.threads.flatMap((threads) => [
    ...steppers(tools, threads),
    products(tools, threads),
  ]);
  const seconds = (milliseconds: number) => milliseconds * steps / 1000;
  const results = await run(part, [title], "seconds", contestants, [task], seconds, extent);
  const gflop = steps * gflopOf(n, [3072, 50, 30, 10]);
  return results.map((result) => ({ ...result, gflop }));
}

async function memory(tools: Tools, { quick, say }: Extent): Promise<Result[]> {
  say("peak memory");
  const rows = (await peaks(tools, quick)).map(({ name, bytes }) => {
    const megabytes = bytes / 1e6;
    const none = { overNumpy: null, overBestNumpy: null };
    return { name, threads: tools.threads[0], values: [megabytes], median: megabytes, ...none };
  });
  const title = "batch normalisation, 49k: peak memory of the process";
  return [{ part: "memory", title, unit: "MB", at: null, gflop: null, rows }];
}

function sweepN(tools: Tools, extent: Extent): Promise<Result[]> {
  const sizes = extent.quick ? [50, 200] : [50, 100, 200, 400, 700, 1000];
  return sweep("n", sizes, (n) => [n, 50], tools, extent);
}

function sweepWidth(tools: Tools, extent: Extent): Promise<Result[]> {
  const sizes = extent.quick ? [25, 50] : [25, 50, 100, 200, 400];
  return sweep("width", sizes, (width) => [100, width], tools, extent);
}

function sweep(
  part: "n" | "width",
  sizes: readonly number[],
  shapeOf: (size: number) => number[],
  tools: Tools,
  extent: Extent,
): Promise<Result[]> {
  const tasks = sizes.map((size): Task => {
    const [n, width] = shapeOf(size);
    // About as much work in every task.
    const steps = Math.max(4, Math.round((extent.quick ? 5e4 : 2e6) / (n * width)));
    const N = extent.quick ? 1000 : 10_000;
    const warmUp = Math.ceil(steps / 4);
    return { name: `plain:${n}:${width}:${N}`, steps, warmUp, at: size };
  });
  const titles = sizes.map((size) => {
    const [n, width] = shapeOf(size);
    return `a plain step: n = ${n}, 3072-${width}-30-10`;
  });
  const contestants = steppers(tools, tools.threads[0]);
  return run(part, titles, "ms per step", contestants, tasks, (value) => value, extent);
}

function search(tools: Tools, extent: Extent): Promise<Result[]> {
  const cores = navigator.hardwareConcurrency;
  const [samples, epochs, trials] = extent.quick ? [500, 1, cores] : [10_000, 10, 20];
  const title = `search: ${trials} trials of ${epochs} epochs, batch normalisation, ` +
    `${samples.toLocaleString("en")} samples`;
  // Workers and processes start in the turn that does not count.
  const task = { name: `search:${epochs}`, steps: trials, warmUp: cores };
  const contestants = searchers(tools, samples);
  const perMinute = (milliseconds: number) => 60_000 / milliseconds;
  return run("search", [title], "trials per minute", contestants, [task], perMinute, extent);
}

async function run(
  part: PartName,
  titles: readonly string[],
  unit: string,
  contestants: readonly Contestant[],
  tasks: readonly Task[],
  convert: (milliseconds: number) => number,
  { rounds, say }: Extent,
): Promise<Result[]> {
  const timings = await measure(contestants, tasks, rounds, say);
  return tasks.map(({ at = null }, i) => ({
    part,
    title: titles[i],
    unit,
    at,
    gflop: null,
    rows: rowsOf(timings[i], convert),
  }));
}
