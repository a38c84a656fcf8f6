/**
 * Lists of tasks that are written once and run often: in every step of a training the products of the
 * small layers read and write the same places, and writing their tasks takes longer than the tasks.
 *
 * @module
 */

import { keepPlans } from "./kept_plans.ts";
import { openRank, type Rank } from "./native_product.ts";
import { openTaskList, type TaskList } from "./task_list.ts";
import type { Tile } from "./x86_product.ts";
import type { TaskName } from "./x86_tasks.ts";

/** What the ranks do side by side, and what the main thread does after them. */
export interface Desk {
  readonly ranks: readonly Rank[];
  readonly last: TaskList;
}

/** A list of each rank and the last one, by address; null where there is nothing to do. */
export interface Plan {
  readonly lists: readonly (number | null)[];
  /** What the addresses are of. */
  readonly desk: Desk;
}

/**
 * A function that returns the plan for a key of numbers, which must say all that the plan depends on.
 * Plans without a key share their lists: each is good until the next.
 */
export function openPlans(codeOf: Readonly<Record<TaskName, number>>, tile: Tile) {
  const ranks = [openRank(codeOf, tile), openRank(codeOf, tile)];
  const kept = keepPlans<Plan>();
  const scratch: Desk = { ranks, last: openTaskList(codeOf) };
  const openDesk = (): Desk => ({
    ranks: ranks.map((rank) => ({ ...rank, list: openTaskList(codeOf) })),
    last: openTaskList(codeOf),
  });

  const plan = (desk: Desk, write: (desk: Desk) => void): Plan => {
    write(desk);
    const lists = [...desk.ranks.map(({ list }) => list), desk.last];
    return { desk, lists: lists.map((list) => list.isEmpty ? null : list.end()) };
  };

  return (key: readonly number[] | null, write: (desk: Desk) => void): Plan =>
    key === null ? plan(scratch, write) : kept(key, () => plan(openDesk(), write));
}
