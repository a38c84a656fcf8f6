/**
 * What must hold of the notebooks as they are committed.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly metadata: { readonly tags?: readonly string[] };
  readonly outputs?: readonly { readonly output_type: string }[];
}

const root = new URL("../", import.meta.url);
const names = Array.from(Deno.readDirSync(new URL("notebooks/", root)), ({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();

function cellsOf(name: string): Cell[] {
  return JSON.parse(Deno.readTextFileSync(new URL(`notebooks/${name}`, root))).cells;
}

// `deno fmt --check` calls every notebook unformatted that it has not seen before (Deno 2.9.6), so
// the task leaves them out and this test formats copies instead.
Deno.test("the cells of the notebooks are formatted", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const copies = names.map((name) => `${directory}/${name}`);
    for (const [i, name] of names.entries()) {
      await Deno.copyFile(new URL(`notebooks/${name}`, root), copies[i]);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--config", new URL("deno.json", root).pathname, ...copies],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    for (const [i, name] of names.entries()) {
      const original = await Deno.readTextFile(new URL(`notebooks/${name}`, root));
      assertEquals(await Deno.readTextFile(copies[i]), original, `${name}: run deno fmt`);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

for (const name of names) {
  Deno.test(`${name} is committed with the outputs of a full run`, () => {
    const code = cellsOf(name).filter(({ cell_type }) => cell_type === "code");
    for (const { source, outputs = [], metadata: { tags = [] } } of code) {
      const line = source[0];
      assert(tags.includes("silent") || outputs.length > 0, `no output: ${line}`);
      assert(outputs.every(({ output_type }) => output_type !== "error"), `an error: ${line}`);
    }
  });

  Deno.test(`${name} has its cells short and its settings near the top`, () => {
    const cells = cellsOf(name);
    const lengths = cells.filter(({ cell_type }) => cell_type === "code")
      .map(({ source }) => source.length);
    assert(Math.max(...lengths) <= 45, `a cell of ${Math.max(...lengths)} lines`);
    const settings = cells.findIndex(({ source }) => source.join("").includes("settings"));
    assert(settings >= 0 && settings < 8, `the settings are in cell ${settings + 1}`);
  });
}
