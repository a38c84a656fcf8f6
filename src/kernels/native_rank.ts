/**
 * The second rank of the native backend: runs one list of tasks after another.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { entryAt } from "./machine_code.ts";
import { serve } from "./ranks.ts";

const entries = new Map<number, ReturnType<typeof entryAt>>();

serve(workerData, ([code, list]) => {
  const run = entries.get(code) ?? entryAt(code);
  entries.set(code, run);
  run(list);
});
