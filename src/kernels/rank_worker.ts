/**
 * The worker behind `ranks.ts`: runs one list of tasks after another.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { entryAt } from "./machine_code.ts";
import { loadAddress, waitWhile, word } from "./ranks.ts";

const control = workerData as Int32Array;
const entries = new Map<number, ReturnType<typeof entryAt>>();

Atomics.store(control, word.ready, 1);
for (let done = 0;;) {
  waitWhile(control, word.asked, done);
  const code = loadAddress(control, word.code);
  const run = entries.get(code) ?? entryAt(code);
  entries.set(code, run);
  run(Deno.UnsafePointer.create(BigInt(loadAddress(control, word.list))));
  Atomics.store(control, word.done, ++done);
  Atomics.notify(control, word.done);
}
