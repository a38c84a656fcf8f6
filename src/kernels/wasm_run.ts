/**
 * Running what the ranks have to do: the lists of tasks are kept, since in every step of a training they
 * are the same, and writing those of a small layer takes longer than the tasks.
 *
 * @module
 */

import { keepPlans } from "./kept_plans.ts";
import { secondRank } from "./ranks.ts";
import type { Rank } from "./wasm_blocks.ts";
import type { WasmMemory } from "./wasm_memory.ts";
import type { Program, SharedProgram } from "./wasm_tasks.ts";

/** What the ranks do side by side, and what the main thread does after them. */
export interface Desk {
  readonly ranks: readonly Rank[];
  readonly last: number[];
}

/** The lists of a desk. */
type Plan = readonly [own: Int32Array, other: Int32Array, last: Int32Array];

/** Runs what `write` writes; the key must say all that it depends on, null is for what is not kept. */
export type Run = (key: readonly number[] | null, write: (desk: Desk) => void) => void;

/** What the second rank works with at present, and how often it was told. */
let shownTo: SharedProgram | undefined;
let sent = 0;

/** A function that runs tasks of both ranks, on two cores if the second is wanted and there. */
export function openRun(
  program: Program,
  shared: SharedProgram,
  { memory, room }: WasmMemory,
  ranks: 1 | 2,
): Run {
  const second = ranks === 1 ? null : secondRank("./wasm_rank.ts");
  const kept = keepPlans<Plan>();

  function planOf(write: (desk: Desk) => void): Plan {
    const desk: Desk = { ranks: [{ r: 0, tasks: [] }, { r: 1, tasks: [] }], last: [] };
    write(desk);
    const [own, other] = desk.ranks;
    return [Int32Array.from(own.tasks), Int32Array.from(other.tasks), Int32Array.from(desk.last)];
  }

  return (key, write) => {
    const [own, other, last] = key === null ? planOf(write) : kept(key, () => planOf(write));
    const isShared = other.length > 0 && second !== null;
    if (isShared) {
      const address = room("tasks", 4 * other.length);
      new Int32Array(memory.buffer, address, other.length).set(other);
      if (shownTo !== shared) second.port.postMessage(shared), sent++;
      shownTo = shared;
      second.offer(sent, memory.buffer.byteLength, address, other.length);
    }
    program.run(own);
    if (isShared) second.finish(() => program.run(other));
    else program.run(other);
    program.run(last);
  };
}
