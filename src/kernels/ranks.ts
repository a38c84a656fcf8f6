/**
 * A second processor core for the dense products: one worker per backend and process, to which the
 * main thread offers its tasks.
 *
 * The worker spins for a while before it sleeps: within a training step the next product comes so soon
 * that waking it up would cost more than the product. Work that it has not begun when the main thread
 * has done its own part, the main thread does too; so a busy machine costs no waiting.
 *
 * @module
 */

import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";

/** Leaves the core to its other thread for some 40 ns, where the engine knows how. */
const pause = (Atomics as { pause?(): void }).pause;

/**
 * How often a waiting thread looks before it sleeps: for about a millisecond, which is longer than what
 * the main thread does alone between two products of a training step.
 */
const SPINS = pause ? 20_000 : 500_000;

/** What main thread and worker share: words by which they take turns, and numbers that say what to do. */
interface Block {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly work: Float64Array;
}

const word = { offered: 0, free: 1, done: 2, length: 4 } as const;

/** How many numbers can be offered at a time. */
const NUMBERS = 4;

/** What the worker of a second rank is started with. */
interface Start {
  readonly buffer: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** The second rank: work given to it runs beside that of the main thread. */
export interface SecondRank {
  /** Offers work: up to four numbers, whose meaning is the worker's affair. */
  offer(...work: number[]): void;
  /** Does the work by `own` unless the worker has begun it, else waits until the worker is done. */
  finish(own: () => void): void;
  /** Messages, which the worker can take when it has been offered work. */
  readonly port: MessagePort;
}

const ranks = new Map<string, SecondRank>();

/**
 * The second rank whose worker runs this file, started at the first call; it does not keep the process
 * alive.
 */
export function secondRank(script: string): SecondRank {
  const rank = ranks.get(script) ?? startRank(script);
  ranks.set(script, rank);
  return rank;
}

function startRank(script: string): SecondRank {
  const block = openBlock(new SharedArrayBuffer(4 * word.length + 8 * NUMBERS));
  const { words, work } = block;
  const { port1, port2 } = new MessageChannel();
  const start: Start = { buffer: block.buffer, port: port2 };
  // Node's worker, because Deno's own cannot be told not to keep the process alive.
  const worker = new Worker(new URL(script, import.meta.url), {
    workerData: start,
    transferList: [port2],
  });
  worker.unref();
  port1.unref();
  let number = 0;
  return {
    port: port1,
    offer(...numbers) {
      number = (number + 1) | 0;
      work.set(numbers);
      Atomics.store(words, word.free, number);
      Atomics.store(words, word.offered, number);
      Atomics.notify(words, word.offered);
    },
    finish(own) {
      if (take(words, number)) own();
      else waitUntil(() => Atomics.load(words, word.done) === number, words, word.done);
    },
  };
}

/** The worker's side: does work after work, for ever. */
export function serve({ buffer }: Start, run: (work: Float64Array) => void): never {
  const { words, work } = openBlock(buffer);
  for (let last = 0;;) {
    waitUntil(() => Atomics.load(words, word.offered) !== last, words, word.offered);
    const number = last = Atomics.load(words, word.offered);
    // Taken, so the numbers stay as they are until it is done.
    if (!take(words, number)) continue;
    run(work);
    Atomics.store(words, word.done, number);
    Atomics.notify(words, word.done);
  }
}

function openBlock(buffer: SharedArrayBuffer): Block {
  return {
    buffer,
    words: new Int32Array(buffer, 0, word.length),
    work: new Float64Array(buffer, 4 * word.length, NUMBERS),
  };
}

/** Takes the work of this number, if nobody has: only one thread gets it. */
function take(words: Int32Array, number: number): boolean {
  return Atomics.compareExchange(words, word.free, number, number - 1) === number;
}

/** Waits until the condition on one of the words holds. */
function waitUntil(condition: () => boolean, words: Int32Array, index: number): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (condition()) return;
    pause?.();
  }
  for (;;) {
    const value = Atomics.load(words, index);
    if (condition()) return;
    Atomics.wait(words, index, value);
  }
}
