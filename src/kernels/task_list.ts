/**
 * A list of tasks for the machine code of `x86_tasks.ts`, written by number and run by one call.
 *
 * @module
 */

import { addressOf, alignedArray } from "./native_memory.ts";
import { TASK, type TaskName } from "./x86_tasks.ts";

/** Tasks that one rank runs one after another. */
export interface TaskList {
  /** Appends a task; its arguments in the order of `tasks` in `x86_tasks.ts`. */
  append(name: TaskName, ...args: number[]): void;
  /** Ends the list and returns its address; the next `append` begins a new one. */
  end(): number;
  readonly isEmpty: boolean;
}

/** An empty list of tasks whose code lies at the given addresses. */
export function openTaskList(codeOf: Readonly<Record<TaskName, number>>): TaskList {
  let words: Uint32Array = new Uint32Array(0);
  let used = 0;

  function reserve(length: number): void {
    if (2 * length <= words.length) return;
    const { buffer, byteOffset } = alignedArray(length);
    const longer = new Uint32Array(buffer, byteOffset, 2 * length);
    longer.set(words);
    words = longer;
  }

  /** A number of 64 bits as two words: machine code reads it as one. */
  function put(at: number, value: number): void {
    words[2 * at] = value;
    words[2 * at + 1] = value / 2 ** 32;
  }

  return {
    append(name, ...args) {
      reserve(used + 2 * TASK);
      put(used, codeOf[name]);
      for (let i = 0; i < args.length; i++) put(used + 1 + i, args[i]);
      used += TASK;
    },
    end() {
      reserve(used + TASK);
      put(used, 0);
      used = 0;
      return addressOf(words);
    },
    get isEmpty() {
      return used === 0;
    },
  };
}
