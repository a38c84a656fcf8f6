/**
 * A second processor core for the dense products: one worker per process that waits for lists of tasks.
 *
 * The worker spins for a while before it sleeps: within a training step the next product comes so soon
 * that waking it up would cost more than the product.
 *
 * @module
 */

import { Worker } from "node:worker_threads";

/** The words of the block of shared memory through which main thread and worker talk. */
export const word = { ready: 0, asked: 1, done: 2, code: 4, list: 6, length: 8 } as const;

/** How often a waiting thread looks before it sleeps: about a fifth of a millisecond. */
export const SPINS = 100_000;

/** The second rank: tasks given to it run beside those of the main thread. */
export interface SecondRank {
  /** Whether the worker has started; before that it takes no tasks. */
  isReady(): boolean;
  /** Starts a list of tasks on the worker: the addresses of `run` and of the list. */
  start(code: number, list: number): void;
  /** Waits until the list is done. */
  finish(): void;
}

let rank: SecondRank | undefined;

/** The second rank of this process, started at the first call; it does not keep the process alive. */
export function secondRank(): SecondRank {
  return rank ??= startRank();
}

function startRank(): SecondRank {
  const control = new Int32Array(new SharedArrayBuffer(4 * word.length));
  // Node's worker, because Deno's own cannot be told not to keep the process alive.
  const worker = new Worker(new URL("./rank_worker.ts", import.meta.url), { workerData: control });
  worker.unref();
  let asked = 0;
  return {
    isReady: () => Atomics.load(control, word.ready) === 1,
    start(code, list) {
      storeAddress(control, word.code, code);
      storeAddress(control, word.list, list);
      Atomics.store(control, word.asked, ++asked);
      Atomics.notify(control, word.asked);
    },
    finish: () => waitWhile(control, word.done, asked - 1),
  };
}

/** Waits while the word has the value. */
export function waitWhile(control: Int32Array, index: number, value: number): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.load(control, index) !== value) return;
  }
  while (Atomics.load(control, index) === value) Atomics.wait(control, index, value);
}

function storeAddress(control: Int32Array, index: number, address: number): void {
  control[index] = address % 2 ** 32;
  control[index + 1] = Math.floor(address / 2 ** 32);
}

/** An address that `storeAddress` has stored. */
export function loadAddress(control: Int32Array, index: number): number {
  return (control[index] >>> 0) + (control[index + 1] >>> 0) * 2 ** 32;
}
