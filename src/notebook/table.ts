/**
 * Tables for notebooks: readable in JupyterLab, on GitHub, in the exported page and as text.
 *
 * @module
 */

import { type Displayable, displayable } from "./jupyter.ts";
import { escapeHtml, type Markup, unbroken } from "./markup.ts";

/** A value of a table. Numbers are shown in full precision; format them first if that is too much. */
export type Cell = string | number | Markup;

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Whose numbers these are: the report's, or ours. It is said in the column's head. */
  readonly source?: "printed" | "reproduced";
  /** Columns side by side with the same group share a head above their names. */
  readonly group?: string;
  /** "number" aligns right with digits of equal width; the default goes by the first row's value. */
  readonly kind?: "number" | "text";
}

/** What `table` makes a table of. */
export interface TableOptions {
  readonly caption: string;
  readonly columns: readonly (Column | string)[];
  /** One array per row, one value per column. The first value names its row. */
  readonly rows: readonly (readonly Cell[])[];
  /** A remark below the table, such as what the underlining means. */
  readonly note?: string;
}

const SOURCES = { printed: "printed in the report", reproduced: "reproduced here" };
// GitHub drops style and keeps align; JupyterLab and the page know both.
const RIGHT = ` align="right" style="text-align: right; font-variant-numeric: tabular-nums"`;
const LEFT = ` align="left" style="text-align: left"`;

/**
 * A table with a caption, heads for columns and rows, and numbers aligned right. Throws a
 * `RangeError` when a row has not one value per column.
 *
 * @example
 * ```ts
 * import { digits, table } from "klayer/notebook/mod.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const losses = table({
 *   caption: "Table 1. Training cost of the 3-layer network.",
 *   columns: ["epoch", { name: "cost", source: "printed" }, { name: "cost", source: "reproduced" }],
 *   rows: [[1, 2.3022672535670137, digits(2.302267253567013, 2.3022672535670137)]],
 * });
 * assertStringIncludes(String(losses[DISPLAY]()["text/plain"]), "printed in the report");
 * ```
 */
export function table({ caption, columns: given, rows, note }: TableOptions): Displayable {
  const columns = given.map((column) => typeof column === "string" ? { name: column } : column);
  for (const [index, row] of rows.entries()) {
    if (row.length === columns.length) continue;
    throw new RangeError(
      `Found ${row.length} values in row ${index + 1} of the table "${caption}", ` +
        `expected ${columns.length}, one per column.`,
    );
  }
  const numeric = columns.map((column, index) => isNumeric(column, rows[0]?.[index]));
  const points = columns.map((_, index) => Math.max(0, ...rows.map((row) => decimals(row[index]))));
  const aligned = rows.map((row) =>
    row.map((cell, index) => numeric[index] ? toPoint(cell, points[index]) : asWords(cell))
  );
  return displayable(
    html(caption, columns, aligned, numeric, note),
    text(caption, columns, aligned, numeric, note),
  );
}

function asMarkup(cell: Cell): Markup {
  return typeof cell === "object" ? cell : { html: escapeHtml(String(cell)), text: String(cell) };
}

function asWords(cell: Cell): Markup {
  const { html, text } = asMarkup(cell);
  return { html: typeof cell === "object" ? html : unbroken(html), text };
}

/** Characters from the decimal point on; 0 for what is no plain number. */
function decimals(cell: Cell): number {
  return asMarkup(cell).text.match(/^[-−]?\d+(\.\d+)$/)?.[1].length ?? 0;
}

/** Fill up behind a number, so that the decimal points of a column stand below each other. */
function toPoint(cell: Cell, width: number): Markup {
  const { html, text } = asMarkup(cell);
  const missing = /^[-−]?\d+(\.\d+)?$/.test(text) ? width - decimals(cell) : 0;
  const bare = html.replace(/^<samp>(.*)<\/samp>$/s, "$1") + "&nbsp;".repeat(missing);
  // Monospaced wherever it is shown, and kept by every sanitiser.
  return { html: bare === "" ? "" : `<samp>${bare}</samp>`, text: text + " ".repeat(missing) };
}

function isNumeric({ kind }: Column, sample: Cell | undefined): boolean {
  if (kind !== undefined) return kind === "number";
  const text = asMarkup(sample ?? "").text.trim();
  return text !== "" && Number.isFinite(Number(text.replace(/\s*%$/, "")));
}

function html(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Markup[])[],
  numeric: readonly boolean[],
  note: string | undefined,
): string {
  const align = (index: number) => numeric[index] ? RIGHT : LEFT;
  const heads = columns.map((column, index) =>
    `<th scope="col"${align(index)}>${escapeHtml(column.name)}${
      column.source ? `<br><small>${SOURCES[column.source]}</small>` : ""
    }</th>`
  );
  const body = rows.map((row) =>
    row.map((cell, index) => {
      const tag = index === 0 ? "th" : "td";
      const scope = index === 0 ? ` scope="row"` : "";
      return `<${tag}${scope}${align(index)}>${cell.html}</${tag}>`;
    }).join("")
  );
  const line = (cells: string) => `<tr>${cells}</tr>\n`;
  return `<table>\n<caption>${unbroken(escapeHtml(caption))}</caption>\n` +
    `<thead>\n${groupHeads(columns)}${line(heads.join(""))}</thead>\n` +
    `<tbody>\n${body.map(line).join("")}</tbody>\n</table>` +
    (note === undefined ? "" : `\n<p><small>${escapeHtml(note)}</small></p>`);
}

function groupHeads(columns: readonly Column[]): string {
  if (columns.every(({ group }) => group === undefined)) return "";
  let heads = "";
  for (let start = 0, end; start < columns.length; start = end) {
    const { group } = columns[start];
    end = start + 1;
    while (end < columns.length && columns[end].group === group) end++;
    const span = `colspan="${end - start}"`;
    heads += group === undefined
      ? `<td ${span}></td>`
      : `<th ${span} scope="colgroup" align="center">${escapeHtml(group)}</th>`;
  }
  return `<tr>${heads}</tr>\n`;
}

function text(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Markup[])[],
  numeric: readonly boolean[],
  note: string | undefined,
): string {
  const head = columns.map(({ name, group, source }) =>
    [group, name, source && `(${SOURCES[source]})`].filter(Boolean).join(" ")
  );
  const lines = [head, ...rows.map((row) => row.map(({ text }) => text))];
  const widths = head.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const aligned = lines.map((line) =>
    line.map((cell, index) =>
      numeric[index] ? cell.padStart(widths[index]) : cell.padEnd(widths[index])
    ).join("  ").trimEnd()
  );
  const rule = "-".repeat(Math.max(...aligned.map((line) => line.length)));
  return [caption, "", aligned[0], rule, ...aligned.slice(1), ...note ? ["", note] : []].join("\n");
}
