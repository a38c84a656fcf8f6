/**
 * The Stop button: what runs under it ends in good order, and the kernel lives on.
 *
 * Jupyter stops a cell by a SIGINT to the kernel, which by default ends the whole process. The other way
 * that Jupyter has, a message, makes Deno cut off the JavaScript that is just being executed: a cell that
 * awaits a training run then waits for ever for a promise that nobody will settle. So the signal is what
 * the kernelspec asks for, and this module catches it, from the moment that a notebook imports it.
 *
 * @module
 */

import { isKernel } from "./jupyter.ts";

const running = new Set<AbortController>();

if (isKernel()) {
  Deno.addSignalListener("SIGINT", () => {
    for (const controller of running) controller.abort();
  });
}

/**
 * Does work that the Stop button ends: the signal that the work is given aborts when it is pressed.
 *
 * @example
 * ```ts
 * import { stoppable } from "klayer/notebook/stop.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await stoppable((signal) => Promise.resolve(signal.aborted)), false);
 * ```
 */
export async function stoppable<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  running.add(controller);
  try {
    return await work(controller.signal);
  } finally {
    running.delete(controller);
  }
}
