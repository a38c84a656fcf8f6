/**
 * The report's gradient checks, printed beside reproduced.
 *
 * @module
 */

import type { CheckEntry } from "../report/check_entries.ts";
import type { Displayable } from "./jupyter.ts";
import { digits } from "./markup.ts";
import { table } from "./table.ts";

/** A check by the name that its rows shall have. */
export interface CheckedEntries {
  readonly title: string;
  readonly entries: readonly CheckEntry[];
}

/**
 * One row for each printed deviation: ours with the digits underlined that differ, what such a
 * deviation is made of, and how far the two agree.
 *
 * @example
 * ```ts
 * import { checkTable } from "klayer/notebook/check_table.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const entry = { name: "W₁", printed: 1.5e-9, found: 1.4e-9, digits: 1.2 } as const;
 * const entries = [{ ...entry, source: "rounding", verdict: "order of magnitude" } as const];
 * const shown = checkTable("Table 1", [{ title: "2 layers", entries }])[DISPLAY]();
 * assertStringIncludes(String(shown["text/plain"]), "1.4e-9");
 * ```
 */
export function checkTable(caption: string, checks: readonly CheckedEntries[]): Displayable {
  return table({
    caption,
    columns: [
      "gradient of",
      { name: "deviation", source: "printed", kind: "number" },
      { name: "deviation", source: "reproduced", kind: "number" },
      "made of",
      "agrees to",
    ],
    rows: checks.flatMap(({ title, entries }) =>
      entries.map(({ name, printed, found, source, verdict }) => [
        // Unbroken, so that a row stays a line.
        `${title}: ${name}`.replaceAll(" ", "\u00a0"),
        printed.toExponential(),
        digits(found.toExponential(), printed.toExponential()),
        source,
        verdict,
      ])
    ),
    note: "Underlined: where our digits begin to differ.",
  });
}
