/**
 * Whether a JSON value has the shape of a notebook: it may come from anywhere.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Throws an `InputError` that names the first cell that is no cell of format 4, and what of it is wrong;
 * only what the export reads is looked at.
 *
 * @param source what to call the notebook
 */
export function checkShape(notebook: Fields & { readonly cells: unknown[] }, source: string): void {
  const flaw = isFields(notebook.metadata) ? firstFlaw(notebook.cells) : "no metadata";
  if (flaw === null) return;
  throw new InputError(
    `Found ${flaw} in ${source}, expected a notebook of format 4: save it again with JupyterLab.`,
  );
}

function firstFlaw(cells: readonly unknown[]): string | null {
  for (const [i, cell] of cells.entries()) {
    const flaw = flawOf(cell);
    if (flaw !== null) return `${flaw} in cell ${i + 1} of all`;
  }
  return null;
}

const CELL_TYPES: readonly unknown[] = ["code", "markdown", "raw"];

function flawOf(cell: unknown): string | null {
  if (!isFields(cell)) return "no object";
  if (!CELL_TYPES.includes(cell.cell_type)) return "an unknown cell_type";
  if (!isText(cell.source)) return "a source that is no text";
  if (!isFields(cell.metadata)) return "no metadata";
  const { tags } = cell.metadata;
  if (tags !== undefined && !isTexts(tags)) return "tags that are no list of texts";
  const { outputs = [] } = cell;
  return Array.isArray(outputs) && outputs.every(isOutput) ? null : "outputs of another form";
}

function isOutput(output: unknown): boolean {
  if (!isFields(output) || typeof output.output_type !== "string") return false;
  const { text = "", data = {}, metadata = {} } = output;
  return isText(text) && isFields(data) && isFields(metadata) &&
    Object.entries(data).every(([type, value]) => /json$/.test(type) || isText(value)) &&
    (metadata.klayer === undefined || isFields(metadata.klayer));
}

function isText(value: unknown): boolean {
  return typeof value === "string" || isTexts(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((line) => typeof line === "string");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
