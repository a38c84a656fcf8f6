import { assert, assertEquals } from "@std/assert";
import { report } from "../../export/report.ts";
import { dataText, parsePage } from "../../export/seal.ts";
import { readPages } from "../../export/seal_files.ts";
import { readPage } from "../../export/seal_read.ts";
import { tools } from "./project.ts";

const { environment, reason } = await tools();
const notebooks = new URL("../../notebooks/", import.meta.url);

Deno.test({
  name: `what nbconvert made of a notebook is sealed cell by cell, and stays so${reason}`,
  ignore: environment === null,
  fn: async () => {
    const [source, target] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
    const names = ["03-he-initialisation", "06-learning-rate-study"];
    try {
      for (const name of names) {
        await Deno.copyFile(new URL(`${name}.ipynb`, notebooks), `${source}/${name}.ipynb`);
      }
      // Later pages give earlier ones new links, and those break no seal.
      for (const name of names) {
        await report({ environment: environment!, source, target, names: [name], saved: true });
      }
      const { pages } = await readPages(target);
      assertEquals(pages.map(({ name, edited }) => [name, edited]), names.map((x) => [x, "no"]));
      assert(pages.every(({ items }) => items.length > 0));

      const html = await Deno.readTextFile(`${target}/${names[1]}.html`);
      const parts = Object.keys(JSON.parse(dataText(parsePage(html)!)!).seal.parts);
      const cells = parts.filter((part) => part.startsWith("cell-"));
      assertEquals(cells, Array.from(cells, (_, i) => `cell-${i + 1}`));
      assertEquals(cells.length, html.match(/<section[^>]* class="cell"/g)?.length);
      const edited = html.replace(/<samp>48\.\d\d/, "<samp>49.45");
      assertEquals(readPage(edited).edits.map((edit) => edit.replace(/\d+/, "n")), ["cell [n]"]);
    } finally {
      await Deno.remove(source, { recursive: true });
      await Deno.remove(target, { recursive: true });
    }
  },
});
