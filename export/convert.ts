/**
 * The cells of executed notebooks as HTML, by nbconvert with the template of this directory.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import { joined, type Notebook, notebookText } from "./ipynb.ts";
import { extractFormulas, type Formula, insertFormulas, withoutMarks } from "./math.ts";
import { jupyterVariables } from "./jupyter_files.ts";
import type { Environment } from "./python.ts";

/** Convert notebooks, all by one start of nbconvert; the result is in the same order. */
export async function convert(
  environment: Environment,
  notebooks: readonly Notebook[],
): Promise<string[]> {
  const directory = await Deno.makeTempDir({ dir: environment.directory, prefix: "klayer-" });
  try {
    const prepared = notebooks.map(withoutFormulas);
    const sources = prepared.map((_, index) => `${directory}/${index}.ipynb`);
    for (const [index, { notebook }] of prepared.entries()) {
      await Deno.writeTextFile(sources[index], notebookText(notebook));
    }
    const { success, stderr } = await new Deno.Command(environment.python, {
      // deno-fmt-ignore
      args: [
        "-m", "nbconvert", "--log-level=WARN", "--to=html", "--template=klayer",
        `--TemplateExporter.extra_template_basedirs=${import.meta.dirname}/template`,
        "--HTMLExporter.exclude_anchor_links=True", ...sources,
      ],
      env: jupyterVariables(environment.directory),
    }).output();
    if (!success) {
      const last = new TextDecoder().decode(stderr).trim().split("\n").at(-1) || "no reason given";
      throw new InputError(
        `Found that nbconvert failed (${last}), expected pages; run \`deno task setup\`, or make room.`,
      );
    }
    return await Promise.all(
      prepared.map(async ({ formulas }, index) =>
        insertFormulas(await Deno.readTextFile(`${directory}/${index}.html`), formulas)
      ),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The notebook with marks for its formulas, because nbconvert leaves TeX to a script. */
function withoutFormulas(given: Notebook): { notebook: Notebook; formulas: Formula[] } {
  const notebook: Notebook = JSON.parse(withoutMarks(JSON.stringify(given)));
  const formulas: Formula[] = [];
  const extract = (text: string) => {
    const found = extractFormulas(text, formulas.length);
    formulas.push(...found.formulas);
    return found.markdown;
  };
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === "markdown") return { ...cell, source: extract(joined(cell.source)) };
    const outputs = cell.outputs?.map((output) => {
      const markdown = output.data?.["text/markdown"];
      if (markdown === undefined) return output;
      return {
        ...output,
        data: { ...output.data, "text/markdown": extract(joined(markdown as string)) },
      };
    });
    return outputs ? { ...cell, outputs } : cell;
  });
  return { notebook: { ...notebook, cells }, formulas };
}
