import { assert, assertEquals } from "@std/assert";
import { figureOf, README_FIGURES } from "../export/readme_figures.ts";

const root = new URL("..", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));

Deno.test("what the README links to is there", async () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target)
    .filter((target) => !/^https?:/.test(target));
  assert(targets.length > 5);
  for (const target of targets) await Deno.stat(new URL(target, root));
});

Deno.test("the commands that the README names are tasks", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  for (const [, task] of readme.matchAll(/deno(?:@[\d.]+)? task ([\w:]+)/g)) {
    assert(task in tasks, `deno task ${task}`);
  }
});

for (const { notebook, number, panel, file } of README_FIGURES) {
  Deno.test(`the README's ${file} is figure ${number} of the notebook as saved`, async () => {
    const saved = await figureOf(
      new URL(`notebooks/${notebook}.ipynb`, root).pathname,
      number,
      panel,
    );
    assertEquals(await Deno.readTextFile(new URL(`figures/${file}`, root)), saved);
    assert(readme.includes(`figures/${file}`));
  });
}
