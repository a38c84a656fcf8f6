/**
 * The worker behind `ranks.ts`: runs one list of tasks after another.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { entryAt } from "./machine_code.ts";
import { loadAddress, take, waitUntil, word } from "./ranks.ts";

const control = workerData as Int32Array;
const entries = new Map<number, ReturnType<typeof entryAt>>();

for (let last = 0;;) {
  waitUntil(() => Atomics.load(control, word.offered) !== last, control, word.offered);
  const number = last = Atomics.load(control, word.offered);
  if (!take(control, number)) continue;
  // Taken, so the addresses stay as they are until it is done.
  const code = loadAddress(control, word.code);
  const run = entries.get(code) ?? entryAt(code);
  entries.set(code, run);
  run(Deno.UnsafePointer.create(BigInt(loadAddress(control, word.list))));
  Atomics.store(control, word.done, number);
  Atomics.notify(control, word.done);
}
