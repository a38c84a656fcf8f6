/**
 * The grader's sheet as text for a terminal.
 *
 * @module
 */

import type { Sheet, SheetRow } from "./grade.ts";
import { itemOf } from "./items.ts";

/**
 * A text that may come from anybody, without anything that a terminal would act upon or that would
 * not be seen, and cut where it is long.
 *
 * @example
 * ```ts
 * import { visible } from "klayer/report/grade_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(visible("\x1b[2Jred"), "?[2Jred");
 * ```
 */
export function visible(text: string, longest = 120): string {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "?");
  return shown.length > longest ? `${shown.slice(0, longest - 1)}…` : shown;
}

/** What a row expects or has found, in the width of a table's cell. */
export function inShort(row: SheetRow, values: readonly number[]): string {
  const { kind } = itemOf(row.id).rule;
  if (kind === "claim") {
    if (values === row.expected) return "holds";
    return values.length === 0 ? "–" : values[0] === 1 ? "holds" : "does not hold";
  }
  if (values.length === 0) return "–";
  if (values.length <= 2) return values.join(", ");
  if (kind === "digits") return `${values.length} costs, last ${values.at(-1)}`;
  const digits = (value: number) => kind === "magnitude" ? value.toExponential(1) : String(value);
  return `${values.length}: ${digits(Math.min(...values))} to ${digits(Math.max(...values))}`;
}

/** The sheet: a line for each item, what stands against passing, what is worth knowing, the result. */
export function sheetText({ rows, pages, counts, against, notices, passed }: Sheet): string {
  const shown = rows.filter(({ required, verdict }) => required || verdict !== "missing");
  const table = aligned([
    ["item", "expected", "found", "tolerance", "verdict", "page", "edited", "reason"],
    ...shown.map((row) => [
      row.item,
      inShort(row, row.expected),
      inShort(row, row.found),
      row.tolerance,
      row.verdict,
      row.page.slice(0, 2),
      row.edited === "yes" ? "EDITED" : row.edited,
      row.reason,
    ]),
  ]);
  const total = Object.entries(counts).map(([verdict, count]) => `${verdict} ${count}`).join("; ");
  return [
    ...table,
    "",
    `${shown.length} items on ${pages.length} ${pages.length === 1 ? "page" : "pages"}: ${
      total || "none"
    }.`,
    ...shown.filter(({ finding }) => finding !== "").map(({ item, finding }) =>
      `Explained: ${item}: ${finding}.`
    ),
    ...notices.map((notice) => `Note: ${notice}.`),
    ...against.map((reason) => `Against it: ${reason}.`),
    passed
      ? "PASSED: every required item is there, and agrees or differs for a known reason."
      : "NOT PASSED.",
  ].join("\n");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const last = widths.length - 1;
  return rows.map((row) =>
    row.map((text, i) => i === last ? text : text.padEnd(widths[i])).join("  ").trimEnd()
  );
}
