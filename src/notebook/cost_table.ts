/**
 * The report's tables of costs, printed beside reproduced.
 *
 * @module
 */

import { compareTable } from "../report/compare.ts";
import type { Displayable } from "./jupyter.ts";
import { digits } from "./markup.ts";
import { table } from "./table.ts";

/** What `costTable` makes a table of. */
export interface CostTableOptions {
  readonly caption: string;
  /** The report's costs; index 0 is epoch 1. */
  readonly printed: readonly number[];
  /** The costs of a run. */
  readonly reproduced: readonly number[];
}

/**
 * One row for each epoch that either side has: the printed cost, ours, and to how many significant
 * digits they agree. A cost that one side does not have is a dash.
 *
 * @example
 * ```ts
 * import { costTable } from "klayer/notebook/cost_table.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const losses = costTable({ caption: "Table 1", printed: [2.5], reproduced: [2.5, 2.25] });
 * assertStringIncludes(String(losses[DISPLAY]()["text/plain"]), "16.0");
 * ```
 */
export function costTable({ caption, printed, reproduced }: CostTableOptions): Displayable {
  const { rows } = compareTable(printed, reproduced);
  const epochs = Math.max(printed.length, reproduced.length);
  return table({
    caption,
    columns: [
      { name: "epoch", kind: "number" },
      { name: "training cost", source: "printed", kind: "number" },
      { name: "training cost", source: "reproduced", kind: "number" },
      { name: "digits agreed", kind: "number" },
    ],
    rows: Array.from({ length: epochs }, (_, i) => {
      if (i >= printed.length) return [i + 1, "–", reproduced[i], "–"];
      if (i >= reproduced.length) return [i + 1, printed[i], "–", "–"];
      const row = rows[i];
      return [i + 1, row.printed, digits(row.found, row.printed), row.digits.toFixed(1)];
    }),
    note: "Underlined: where our digits begin to differ. 16.0: no difference at all.",
  });
}
