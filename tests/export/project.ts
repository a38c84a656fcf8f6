/** What the tests of the export share: the Python tools, and small projects with notebooks. */

import { ensureEnvironment, type Environment } from "../../export/python.ts";
import { InputError } from "klayer/errors.ts";

const root = Deno.realPathSync(new URL("../..", import.meta.url));

/** The project's own Python tools, or why there are none. */
export async function tools(): Promise<{ environment: Environment | null; reason: string }> {
  try {
    return { environment: await ensureEnvironment(root, console.error), reason: "" };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { environment: null, reason: ` (needs the Python tools: ${error.message})` };
  }
}

/** Cells: a string is code, "# ..." Markdown; a pair is code with a tag. */
export type Sketch = readonly (string | readonly [code: string, tag: string])[];

/** Write a notebook; lines of Markdown start with "#" or with "| ". */
export async function sketch(directory: string, name: string, cells: Sketch): Promise<string> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
    cells: cells.map((cell, index) => {
      const [source, tag] = typeof cell === "string" ? [cell] : cell;
      const common = { id: `cell-${index}`, metadata: tag ? { tags: [tag] } : {}, source };
      return source.startsWith("#")
        ? { ...common, cell_type: "markdown" }
        : { ...common, cell_type: "code", outputs: [], execution_count: null };
    }),
  };
  const path = `${directory}/${name}.ipynb`;
  await Deno.writeTextFile(path, JSON.stringify(notebook));
  return path;
}

/** A temporary directory whose notebooks can import "klayer/..."; removed at the end. */
export async function inProject(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "klayer-test-" });
  try {
    const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
    const config = { lock: false, imports: { ...imports, "klayer/": `file://${root}/src/` } };
    await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify(config));
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
