import { assert, assertEquals } from "@std/assert";
import type { Browser } from "playwright-core";
import { codeCells, joined, readNotebook } from "../../export/ipynb.ts";
import { extractFormulas } from "../../export/math.ts";
import { notebookNames, report } from "../../export/report.ts";
import { pageFile } from "../../export/site.ts";
import { tools } from "../export/project.ts";
import { findChromium, launch } from "./chromium.ts";
import { visit } from "./visit.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const source = `${root}/notebooks`;
const pictures = `${import.meta.dirname}/screenshots`;
const names = await notebookNames(source);
const chromium = findChromium();
const { environment, reason } = chromium === null
  ? { environment: null, reason: " (needs Chromium: install it, or name it in $CHROMIUM)" }
  : await tools();

let browser: Browser;
let target: string;

Deno.test.beforeAll(async () => {
  if (environment === null) return;
  target = await Deno.makeTempDir({ prefix: "klayer-pages-" });
  await Deno.mkdir(pictures, { recursive: true });
  await report({ environment, source, target, names, saved: true });
  browser = await launch(chromium!);
});

Deno.test.afterAll(async () => {
  if (environment === null) return;
  await browser.close();
  await Deno.remove(target, { recursive: true });
});

/** A test with the browser; ignored, with the reason, where there is none. */
function test(name: string, fn: () => Promise<void>): void {
  const ignore = environment === null;
  // The browser outlives each test.
  Deno.test({ name: name + reason, ignore, fn, sanitizeOps: false, sanitizeResources: false });
}

const looks = [
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const;

for (const name of names) {
  test(`${name} opens offline, whole and accessible, wide and light, narrow and dark`, async () => {
    const file = `${target}/${pageFile(name)}`;
    assert((await Deno.stat(file)).size < 3e6, "3 MB or more");
    const { cells } = await readNotebook(`${source}/${name}.ipynb`);
    const expected = cells.filter(({ cell_type }) => cell_type === "markdown")
      .reduce((sum, { source }) => sum + extractFormulas(joined(source)).formulas.length, 0);
    for (const look of looks) {
      const screenshot = `${pictures}/${name}-${look.width}-${look.colorScheme}.png`;
      const { flaws, formulas } = await visit(browser, `file://${file}`, { ...look, screenshot });
      assertEquals(flaws, []);
      assertEquals(formulas, expected);
    }
  });
}

test("pages lead to each other, and nowhere that is not there", async () => {
  const files = new Set(Array.from(Deno.readDirSync(target), ({ name }) => name));
  assertEquals(files, new Set(names.map(pageFile)));
  for (const file of files) {
    const html = await Deno.readTextFile(`${target}/${file}`);
    const links = [...html.matchAll(/<a href="([\w-]+\.(?:html|ipynb))/g)].map(([, link]) => link);
    assertEquals(links.filter((link) => !files.has(link)), []);
    for (const other of files) assert(links.includes(other), `${file} does not lead to ${other}`);
  }
});

test("all code opens at once, and prints only when it is open", async () => {
  const name = names[1];
  const page = await browser.newPage();
  try {
    await page.goto(`file://${target}/${pageFile(name)}`);
    const shown = () => page.locator("details.code > .highlight:visible").count();
    const all = codeCells(await readNotebook(`${source}/${name}.ipynb`)).length;
    const visible = () =>
      page.locator("details.code > .highlight").evaluateAll((blocks: unknown[]) =>
        blocks.filter((block) => (block as { checkVisibility(): boolean }).checkVisibility()).length
      );
    assertEquals(await visible(), 0);
    await page.getByLabel("show all code").check();
    assertEquals([await visible(), await shown()], [all, all]);
    await page.getByLabel("show all code").uncheck();
    await page.locator("details.code summary").first().click();
    assertEquals(await visible(), 1);
    await page.emulateMedia({ media: "print" });
    assertEquals(await page.locator("details.code summary:visible").count(), 1);
  } finally {
    await page.close();
  }
});

test("the checks see what they look for", async () => {
  const white = btoa(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"/>`);
  const file = `${target}/bad.html`;
  await Deno.writeTextFile(
    file,
    `<!doctype html><html><title>Bad</title><h2>Too deep</h2><main>
<p style="color: #ccc; background: #fff; width: 700px">pale \\frac <a href="#gone">link</a></p>
<img alt="blank" src="data:image/svg+xml;base64,${white}"><img alt="" src="data:,">
<img alt="fetched" src="missing.png"><math></math><script>undefined.x</script></main></html>`,
  );
  const { flaws } = await visit(browser, `file://${file}`, { width: 390, colorScheme: "light" });
  const expected = [
    /^a request: file:.*missing\.png/,
    /^an error: .*undefined/,
    /^on the console: .*ERR_FILE_NOT_FOUND/,
    /blank\) is blank/,
    /has no text alternative/,
    /fetched\) is broken/,
    /^not one h1/,
    /^h2 after h0: Too deep/,
    /pixels wide, not 390/,
    /^no place #gone/,
    /^an empty formula/,
    /^TeX that was left: \\frac/,
    /^color-contrast: /,
    /^html-has-lang: /,
  ];
  for (const pattern of expected) {
    assert(flaws.some((flaw) => pattern.test(flaw)), `${pattern} in ${JSON.stringify(flaws)}`);
  }
});
