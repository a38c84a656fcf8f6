import { assertEquals, assertStringIncludes } from "@std/assert";
import { pageFiles, putInPlace } from "../../export/folder.ts";
import { page } from "../../export/page.ts";
import { inProject } from "./project.ts";

/** A page about a notebook of this name. */
async function pageOf(name: string): Promise<readonly [string, string]> {
  const cells = `<div class="prose"><h1>About ${name}</h1></div><!-- prose -->`;
  return [name, await page(cells, [], { name })];
}

Deno.test("a page exported alone leads to those that are there, and they to it", async () => {
  await inProject(async (directory) => {
    const target = `${directory}/report`;
    const names = () => Array.from(Deno.readDirSync(target), ({ name }) => name).sort();
    for (const name of ["02-two", "01-one"]) {
      await putInPlace(target, await pageFiles(target, [await pageOf(name)]));
    }
    // Without an overview the folder opens with a list.
    assertEquals(names(), ["01-one.html", "02-two.html", "index.html"]);
    const list = await Deno.readTextFile(`${target}/index.html`);
    assertStringIncludes(list, '<a href="01-one.html">About 01-one</a>');

    await putInPlace(target, await pageFiles(target, [await pageOf("00-overview")]));
    assertEquals(names(), ["01-one.html", "02-two.html", "index.html"]);
    for (const file of names()) {
      const html = await Deno.readTextFile(`${target}/${file}`);
      for (const other of names()) assertStringIncludes(html, `href="${other}"`);
    }
    const overview = await Deno.readTextFile(`${target}/index.html`);
    assertStringIncludes(overview, "<title>About 00-overview</title>");
    assertStringIncludes(overview, "Next: About 01-one");

    // Made again, a page changes no other file.
    const again = await pageFiles(target, [await pageOf("01-one")]);
    assertEquals(again.map(([file]) => file), []);
    await Deno.writeTextFile(`${target}/notes.html`, "<p>mine</p>");
    const other = await pageFiles(target, [["01-one", (await pageOf("01-one"))[1] + "<!-- -->"]]);
    assertEquals(other.map(([file]) => file), ["01-one.html"]);
  });
});
