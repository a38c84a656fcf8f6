/**
 * The grader's sheet as files: JSON for programs, CSV for spreadsheets.
 *
 * @module
 */

import { stringify } from "@std/csv/stringify";
import type { Sheet } from "./grade.ts";

/** The sheet as JSON. Numbers are in full precision; what is no number is null. */
export function sheetJson({ passed, against, notices, counts, pages, rows }: Sheet): string {
  const told = pages.map(({ items: _, overview: __, ...page }) => page);
  return JSON.stringify(
    { schema: 1, passed, against, notices, counts, pages: told, rows },
    null,
    2,
  );
}

const COLUMNS = [
  "id",
  "item",
  "page",
  "file",
  "expected",
  "found",
  "tolerance",
  "verdict",
  "reason",
  "finding",
  "passed",
  "edited",
  "required",
  "why",
] as const;

/**
 * The rows of the sheet as CSV (RFC 4180) with a head, in UTF-8 with the mark by which spreadsheets
 * know it. Several numbers in one field are separated by "; ". A text that a spreadsheet would take
 * for a formula begins with an apostrophe.
 *
 * @example
 * ```ts
 * import { grade } from "klayer/report/grade.ts";
 * import { sheetCsv } from "klayer/report/grade_files.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(sheetCsv(grade([])), "\r\noverfit,");
 * ```
 */
export function sheetCsv({ rows }: Pick<Sheet, "rows">): string {
  const data = rows.map((row) =>
    Object.fromEntries(COLUMNS.map((name) => [name, field(row[name])]))
  );
  return stringify(data, { columns: COLUMNS, bom: true });
}

function field(value: string | boolean | readonly number[]): string {
  if (Array.isArray(value)) return noFormula(value.join("; "));
  return typeof value === "string" ? noFormula(value) : value ? "yes" : "no";
}

function noFormula(text: string): string {
  const isNumber = /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text);
  return !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
