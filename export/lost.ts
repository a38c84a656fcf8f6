/**
 * Outputs that a notebook has and its page has not.
 *
 * @module
 */

import { type Flaw, showsSomething } from "./gate.ts";
import { codeCells, joined, type Notebook } from "./ipynb.ts";

/**
 * The cells of which an output did not reach the page: a type that no browser can show, or one that
 * the template forgot. `html` is what `convert` made of the notebook.
 */
export function lostOutputs(html: string, notebook: Notebook): Flaw[] {
  const sections = html.split(/(?=<section aria-label="Cell \d)/)
    .filter((part) => part.startsWith("<section "));
  return codeCells(notebook).flatMap(({ source, outputs = [] }, index) => {
    const expected = outputs.filter(showsSomething).length;
    const shown = (sections[index] ?? "").split(/<(?:div|pre) class="(?:output|prose)\b/).length -
      1;
    if (shown >= expected) return [];
    const line = joined(source).trim().split("\n")[0];
    const reason = `shows ${expected} outputs in the notebook, but ${shown} on the page`;
    return [{ cell: `cell [${index + 1}]`, line, reason }];
  });
}
