/**
 * The gate: what must be true of an executed notebook before it becomes a page.
 *
 * The rule for authors is short. Every code cell shows something, unless it is tagged "silent"; no
 * cell errs, unless it is tagged "raises-exception", Jupyter's own tag for errors on purpose.
 *
 * @module
 */

import type { Execution } from "./execute.ts";
import {
  codeCells,
  joined,
  type Notebook,
  type NotebookCell,
  type Output,
  type Text,
} from "./ipynb.ts";
import { extractFormulas, mathML } from "./math.ts";
import { truncation } from "./truncation.ts";

/** Why a notebook does not pass. */
export interface Flaw {
  /** "cell [3]", counted from 1 as Jupyter does, or "Markdown cell 2". */
  readonly cell: string;
  /** The cell's first line. */
  readonly line: string;
  readonly reason: string;
}

/** All flaws of an executed notebook; a page is made only when there are none. */
export function flaws({ notebook, failed }: Execution): Flaw[] {
  const found: Flaw[] = [];
  for (const [index, cell] of codeCells(notebook).entries()) {
    const number = index + 1;
    // The cells after the one that failed were never run.
    if (failed !== null && number > failed.cell) break;
    const reason = failed?.cell === number ? failure(failed.reason) : flawOf(cell);
    if (reason !== null) found.push({ cell: `cell [${number}]`, line: firstLine(cell), reason });
  }
  return found;
}

/** The formulas that cannot be read, in Markdown cells and in what cells show as Markdown. */
export function formulaFlaws(notebook: Notebook): Flaw[] {
  const markdown = notebook.cells.filter(({ cell_type }) => cell_type === "markdown");
  return [
    ...markdown.flatMap((cell, index) =>
      unreadable(joined(cell.source), `Markdown cell ${index + 1}`, cell)
    ),
    ...codeCells(notebook).flatMap((cell, index) =>
      (cell.outputs ?? []).flatMap(({ data }) =>
        unreadable(joined(data?.["text/markdown"] as Text), `cell [${index + 1}]`, cell)
      )
    ),
  ];
}

function unreadable(markdown: string, place: string, cell: NotebookCell): Flaw[] {
  return extractFormulas(markdown).formulas.flatMap((formula) => {
    try {
      mathML(formula);
      return [];
    } catch (error) {
      const reason = `has a formula that cannot be read: ${(error as Error).message}`;
      return [{ cell: place, line: firstLine(cell), reason }];
    }
  });
}

/** A flaw as one line for the terminal. */
export function flawLine(name: string, { cell, line, reason }: Flaw): string {
  return `${name}, ${cell} (${line}): ${reason.replaceAll(/\s+/g, " ")}`;
}

/** Deno says no more than this of a syntax error or of a package that it cannot find. */
function failure(reason: string): string {
  return reason === "Error: Execution failed"
    ? "does not run: a syntax error, or an import that cannot be resolved"
    : `fails with ${reason}`;
}

function flawOf(cell: NotebookCell): string | null {
  const outputs = cell.outputs ?? [];
  const tags = cell.metadata.tags ?? [];
  for (const output of outputs) {
    if (output.output_type === "error" && !tags.includes("raises-exception")) {
      return `fails with ${output.ename}: ${output.evalue}`;
    }
    const cut = truncation(output);
    if (cut !== null) return `has a truncated output: ${cut}`;
  }
  const lost = lostParts(outputs);
  if (lost !== null) return lost;
  if (outputs.some(showsSomething) || tags.includes("silent")) return null;
  return `shows nothing; end it with a value or await show(...), or tag it "silent"`;
}

/** Whether there is anything to see of an output. */
export function showsSomething({ output_type, data, text }: Output): boolean {
  if (output_type === "error") return true;
  if (output_type === "stream") return joined(text).trim() !== "";
  return Object.values(data ?? {}).some((value) =>
    typeof value === "string" || Array.isArray(value) ? joined(value).trim() !== "" : value !== null
  );
}

/** `show` numbers its parts, so that one lost on the way is noticed. */
function lostParts(outputs: readonly Output[]): string | null {
  let [last, total] = [0, 0];
  for (const { metadata } of outputs) {
    const part = metadata?.klayer?.part;
    if (!Array.isArray(part)) continue;
    if (last < total && part[0] !== last + 1) break;
    if (last === total && part[0] !== 1) return `lost part 1 of ${part[1]} of a show(...)`;
    [last, total] = part;
  }
  return last < total ? `lost part ${last + 1} of ${total} of a show(...)` : null;
}

function firstLine({ source }: NotebookCell): string {
  const line = joined(source).split("\n").find((text) => text.trim() !== "")?.trim() ?? "";
  return line.length > 60 ? line.slice(0, 57) + "..." : line;
}
