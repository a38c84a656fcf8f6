/**
 * The second rank of the portable backend: runs tasks in the memory of the main thread.
 *
 * @module
 */

import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { serve } from "./ranks.ts";
import { openProgram, type Program, type SharedProgram } from "./wasm_tasks.ts";

let shared: SharedProgram;
let program: Program;
let received = 0;

serve(workerData, ([sent, size, address, length]) => {
  if (received < sent) {
    for (; received < sent; received++) shared = receiveMessageOnPort(workerData.port)!.message;
    program = openProgram(shared);
  }
  const { memory } = shared;
  // A memory that another thread has enlarged looks as it was, until it is asked to grow.
  if (memory.buffer.byteLength < size) memory.grow(0);
  program.run(new Int32Array(memory.buffer, address, length));
});
