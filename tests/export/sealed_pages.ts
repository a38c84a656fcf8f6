import { pageFile } from "../../export/site.ts";
import { codeCells, joined, type Notebook, readNotebook } from "../../export/ipynb.ts";
import { page } from "../../export/page.ts";
import { told } from "../../export/facts.ts";
import { escapeHtml } from "klayer/notebook/markup.ts";
import { FACTS_TYPE } from "klayer/notebook/facts.ts";

const notebooks = new URL("../../notebooks/", import.meta.url);

/** The names of the committed notebooks that the report's items are on, and of the overview. */
export const names: readonly string[] = [
  "00-overview",
  "01-gradient-checks",
  "02-three-layer-failure",
  "03-he-initialisation",
  "04-batch-normalisation",
  "05-search",
  "06-learning-rate-study",
];

/** A committed notebook with what it published put through `change`. */
export async function notebook(
  name: string,
  change: (published: string) => string = (text) => text,
): Promise<Notebook> {
  const read = await readNotebook(new URL(`${name}.ipynb`, notebooks).pathname);
  const cells = read.cells.map((cell) => ({
    ...cell,
    outputs: cell.outputs?.map((output) => {
      const facts = output.data?.[FACTS_TYPE];
      if (facts === undefined) return output;
      const changed = JSON.parse(change(JSON.stringify(facts)));
      return { ...output, data: { ...output.data, [FACTS_TYPE]: changed } };
    }),
  }));
  return { ...read, cells };
}

/** A sealed page of a notebook: what nbconvert would make of its cells, in short, without Python. */
export function pageOf(name: string, notebook: Notebook): Promise<string> {
  const cells = codeCells(notebook).map(({ source, outputs = [] }, i) => {
    const shown = outputs.map(({ data = {}, text }) => {
      const html = data["text/html"] as string | undefined;
      const plain = escapeHtml(joined(text ?? data["text/plain"] as string));
      return html === undefined ? `<pre>${plain}</pre>` : `<div>${joined(html)}</div>`;
    });
    const code = `<details class="code"><pre>${escapeHtml(joined(source))}</pre></details>`;
    return `<section class="cell" id="cell-${i + 1}">\n${code}\n${shown.join("\n")}\n</section>`;
  });
  const run = { name, date: new Date(Date.UTC(2026, 0, 2)), commit: "abc", klayer: "0.1.0" };
  const prose = `<div class="prose"><h1>Of ${name}</h1></div><!-- prose -->`;
  return page(prose + cells.join("\n"), told(notebook), { ...run, seconds: 1 });
}

const made = new Map<string, Promise<string>>();

/** The sealed page of a committed notebook as it is. */
export function goodPage(name: string): Promise<string> {
  if (!made.has(name)) made.set(name, notebook(name).then((read) => pageOf(name, read)));
  return made.get(name)!;
}

/** Runs a test on a folder with the pages of all committed notebooks. */
export function inReport(test: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir({ prefix: "klayer-pages-" });
    try {
      for (const name of names) {
        await Deno.writeTextFile(`${folder}/${pageFile(name)}`, await goodPage(name));
      }
      await test(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

/** Changes the text of a file; throws where `change` changes nothing. */
export async function editFile(path: string, change: (text: string) => string): Promise<void> {
  const before = await Deno.readTextFile(path);
  const after = change(before);
  if (after === before) throw new Error(`nothing to change in ${path}`);
  await Deno.writeTextFile(path, after);
}
