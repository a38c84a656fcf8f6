/**
 * The differences from the report that are findings about it.
 *
 * @module
 */

import { items } from "../report/items.ts";
import type { FoundItem } from "./items.ts";
import type { Displayable } from "./jupyter.ts";
import { table } from "./table.ts";

/**
 * What accounts for each item that differs from the report for a known reason.
 *
 * @param number of the table
 * @param found by item id, as `foundItems` reads it
 *
 * @example
 * ```ts
 * import { explainedTable } from "klayer/notebook/explained_table.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const coarse = {
 *   id: "coarse",
 *   found: [0],
 *   verdict: "differs, explained",
 *   agreement: "does not hold",
 *   finding: "The order is mostly chance",
 *   data: "cifar-10",
 * } as const;
 * const shown = explainedTable("0.2", new Map([["coarse", coarse]]))[DISPLAY]();
 * assertStringIncludes(String(shown["text/plain"]), "The order is mostly chance");
 * ```
 */
export function explainedTable(
  number: string,
  found: ReadonlyMap<string, FoundItem>,
): Displayable {
  return table({
    caption: `Table ${number}. What differs from the report, and why.`,
    columns: ["item", "agreement", "what accounts for it"],
    rows: items.flatMap(({ id, name }) => {
      const { finding, agreement = "", data } = found.get(id) ?? {};
      return finding === undefined || data !== "cifar-10" ? [] : [[name, agreement, finding]];
    }),
  });
}
