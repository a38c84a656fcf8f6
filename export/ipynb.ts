/**
 * Notebook files: reading, and writing so that two runs differ as little as possible.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import { checkShape } from "./notebook_shape.ts";

/** Text of a notebook file: a string, or its lines. */
export type Text = string | readonly string[];

/** An output of a code cell, in the parts that the export reads. */
export interface Output {
  readonly output_type: "execute_result" | "display_data" | "stream" | "error";
  readonly data?: Readonly<Record<string, unknown>>;
  readonly metadata?: { readonly klayer?: Readonly<Record<string, unknown>> };
  readonly text?: Text;
  readonly ename?: string;
  readonly evalue?: string;
}

/** A cell, in the parts that the export reads. */
export interface NotebookCell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly source: Text;
  readonly metadata: { readonly tags?: readonly string[]; readonly [key: string]: unknown };
  readonly outputs?: readonly Output[];
  readonly execution_count?: number | null;
}

/** A notebook of format 4. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** A text as one string. */
export function joined(text: Text | undefined): string {
  return typeof text === "string" ? text : (text ?? []).join("");
}

/** The code cells that are executed, in order; the first is cell 1, as Jupyter counts. */
export function codeCells({ cells }: Notebook): NotebookCell[] {
  return cells.filter(({ cell_type, source }) =>
    cell_type === "code" && joined(source).trim() !== ""
  );
}

/** Read a notebook. Throws `InputError` when the file is missing or no notebook of format 4. */
export async function readNotebook(path: string): Promise<Notebook> {
  let notebook;
  try {
    notebook = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new InputError(`Found no notebook ${path}.`);
    if (error instanceof SyntaxError) {
      throw new InputError(`Found no JSON in ${path}, expected a notebook: ${error.message}.`);
    }
    throw error;
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new InputError(
      `Found nbformat ${notebook?.nbformat} in ${path}, expected a notebook of format 4: ` +
        `save it again with JupyterLab.`,
    );
  }
  checkShape(notebook, path);
  return notebook;
}

/**
 * The text of a notebook file, with nothing in it that changes from run to run but the outputs
 * themselves and our own record of the run: keys are sorted, texts are split into lines, and what
 * editors and kernels note about the session is left out.
 */
export function notebookText(notebook: Notebook): string {
  const { kernelspec, language_info, klayer } = notebook.metadata;
  const cells = notebook.cells.map((cell) => {
    const { tags, jupyter } = cell.metadata;
    return {
      ...cell,
      metadata: { ...tags ? { tags } : {}, ...jupyter ? { jupyter } : {} },
      source: lines(cell.source),
      ...cell.outputs ? { outputs: cell.outputs.map(outputLines) } : {},
    };
  });
  const metadata = { kernelspec, language_info, ...klayer ? { klayer } : {} };
  return JSON.stringify(sorted({ ...notebook, cells, metadata }), null, 1) + "\n";
}

function outputLines(output: Output): Output {
  const { data, text } = output;
  if (data === undefined) return text === undefined ? output : { ...output, text: lines(text) };
  const entries = Object.entries(data).map(([type, value]) =>
    [type, /json$/.test(type) || typeof value !== "string" ? value : lines(value)] as const
  );
  return { ...output, data: Object.fromEntries(entries) };
}

/** The lines of a text, each with its line end, as Jupyter writes them. */
function lines(text: Text): string[] {
  return joined(text).match(/.*\n|.+$/g) ?? [];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
