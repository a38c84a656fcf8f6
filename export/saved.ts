/**
 * Notebooks as they were saved: their outputs without a new execution, and the record of the run
 * that made them.
 *
 * @module
 */

import type { Flaw } from "./gate.ts";
import { codeCells, joined, type Notebook, notebookText } from "./ipynb.ts";

/** What `deno task report --update` writes into a notebook beside its outputs. */
export interface RunRecord {
  /** When the execution began, ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly commit?: string;
  readonly klayer?: string;
}

/** The notebook with the record of the run that made its outputs. */
export async function withRecord(notebook: Notebook, record: RunRecord): Promise<Notebook> {
  const klayer = { ...record, cells: await checksum(notebook) };
  return { ...notebook, metadata: { ...notebook.metadata, klayer } };
}

/** The record of a notebook; none where its cells are no longer those that were recorded. */
export async function recordOf(notebook: Notebook): Promise<RunRecord | undefined> {
  const found = notebook.metadata.klayer as RunRecord & { cells?: string } | undefined;
  if (typeof found?.seconds !== "number" || Number.isNaN(Date.parse(found.date))) return undefined;
  return found.cells === await checksum(notebook) ? found : undefined;
}

async function checksum({ cells }: Notebook): Promise<string> {
  const text = notebookText({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex();
}

/** The cells whose saved outputs are not those of one run from top to bottom. */
export function orderFlaws(notebook: Notebook): Flaw[] {
  return codeCells(notebook).flatMap(({ source, execution_count }, index) => {
    if (execution_count === index + 1) return [];
    const reason = typeof execution_count === "number"
      ? `was run as number ${execution_count}, not in a run from top to bottom`
      : "has not been run";
    const line = joined(source).trim().split("\n")[0];
    return [{ cell: `cell [${index + 1}]`, line, reason: `${reason}: export without --saved` }];
  });
}
