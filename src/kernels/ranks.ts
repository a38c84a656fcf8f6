/**
 * A second processor core for the dense products: one worker per process that takes lists of tasks.
 *
 * The worker spins for a while before it sleeps: within a training step the next product comes so soon
 * that waking it up would cost more than the product. A list that it has not begun when the main thread
 * has done its own part, the main thread does too; so a busy machine costs no waiting.
 *
 * @module
 */

import { Worker } from "node:worker_threads";

/** The words of the block of shared memory through which main thread and worker talk. */
export const word = { offered: 0, free: 1, done: 2, code: 4, list: 6, length: 8 } as const;

/** How often a waiting thread looks before it sleeps: about a fifth of a millisecond. */
export const SPINS = 100_000;

/** The second rank: tasks given to it run beside those of the main thread. */
export interface SecondRank {
  /** Offers a list of tasks: the addresses of `run` and of the list. */
  offer(code: number, list: number): void;
  /** Runs the list by `own` unless the worker has begun it, else waits until the worker is done. */
  finish(own: () => void): void;
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
  let number = 0;
  return {
    offer(code, list) {
      number = (number + 1) | 0;
      storeAddress(control, word.code, code);
      storeAddress(control, word.list, list);
      Atomics.store(control, word.free, number);
      Atomics.store(control, word.offered, number);
      Atomics.notify(control, word.offered);
    },
    finish(own) {
      if (take(control, number)) own();
      else waitUntil(() => Atomics.load(control, word.done) === number, control, word.done);
    },
  };
}

/** Takes the list of this number, if nobody has: only one thread gets it. */
export function take(control: Int32Array, number: number): boolean {
  return Atomics.compareExchange(control, word.free, number, number - 1) === number;
}

/** Waits until the condition on a word of the block holds. */
export function waitUntil(condition: () => boolean, control: Int32Array, index: number): void {
  for (let spin = 0; spin < SPINS; spin++) if (condition()) return;
  for (;;) {
    const value = Atomics.load(control, index);
    if (condition()) return;
    Atomics.wait(control, index, value);
  }
}

function storeAddress(control: Int32Array, index: number, address: number): void {
  control[index] = address % 2 ** 32;
  control[index + 1] = Math.floor(address / 2 ** 32);
}

/** An address that `storeAddress` has stored. */
export function loadAddress(control: Int32Array, index: number): number {
  return (control[index] >>> 0) + (control[index + 1] >>> 0) * 2 ** 32;
}
