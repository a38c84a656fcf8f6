/**
 * Lists of tasks that are written once and run often: in every step of a training the products of the
 * small layers read and write the same places, and writing their tasks takes longer than the tasks.
 *
 * @module
 */

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

/** How many plans are kept; a network of ten layers has thirty products. */
const MOST = 64;

/**
 * A function that returns the plan for a key of numbers, which must say all that the plan depends on.
 * Plans without a key share their lists: each is good until the next.
 */
export function openPlans(codeOf: Readonly<Record<TaskName, number>>, tile: Tile) {
  const ranks = [openRank(codeOf, tile), openRank(codeOf, tile)];
  const kept: { key: readonly number[]; plan: Plan }[] = [];
  let oldest = 0;
  const scratch: Desk = { ranks, last: openTaskList(codeOf) };
  const openDesk = (): Desk => ({
    ranks: ranks.map((rank) => ({ ...rank, list: openTaskList(codeOf) })),
    last: openTaskList(codeOf),
  });

  return (key: readonly number[] | null, write: (desk: Desk) => void): Plan => {
    if (key !== null) {
      for (let i = 0; i < kept.length; i++) if (isSame(kept[i].key, key)) return kept[i].plan;
    }
    const desk = key === null ? scratch : openDesk();
    write(desk);
    const lists = [...desk.ranks.map(({ list }) => list), desk.last];
    const plan = { desk, lists: lists.map((list) => list.isEmpty ? null : list.end()) };
    if (key !== null) {
      kept[oldest] = { key, plan };
      oldest = (oldest + 1) % MOST;
    }
    return plan;
  };
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
