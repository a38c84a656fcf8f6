import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { grade } from "klayer/report/grade.ts";
import { sheetCsv, sheetJson } from "klayer/report/grade_files.ts";
import { sheetText } from "klayer/report/grade_text.ts";
import { escapeHtml } from "klayer/notebook/markup.ts";
import { codeCells } from "../../export/ipynb.ts";
import { dataText, parsePage, sealOf } from "../../export/seal.ts";
import { readPage } from "../../export/seal_read.ts";
import { withLinks } from "../../export/site.ts";
import { goodPage, names, notebook, pageOf } from "./sealed_pages.ts";

const name = "04-batch-normalisation";

for (const each of names) {
  Deno.test(`the page of ${each} is sealed cell by cell and is as it was exported`, async () => {
    const page = await goodPage(each);
    const { edited, edits } = readPage(page);
    assertEquals([edited, edits], ["no", []]);
    const { seal } = JSON.parse(dataText(parsePage(page)!)!);
    const cells = codeCells(await notebook(each)).map((_, i) => `cell-${i + 1}`);
    assertEquals(Object.keys(seal.parts), [...cells, "header", "results", "rest"]);
  });
}

/** The number of the cell whose outputs hold a text. */
function cellWith(page: string, text: string): number {
  const before = page.slice(0, page.indexOf(text));
  return Number(before.match(/id="cell-(\d+)"/g)?.at(-1)?.match(/\d+/)?.[0]);
}

/** What is named when `from` becomes `to`, where `from` first stands in the page. */
async function named(from: string, to: string): Promise<readonly string[]> {
  const page = await goodPage(name);
  assert(page.includes(from), from);
  const { edited, edits } = readPage(page.replace(from, () => to));
  assertEquals(edited, "yes");
  return edits;
}

Deno.test("a number changed in a table is noticed, and its cell named", async () => {
  const page = await goodPage(name);
  const [number] = page.match(/>\d\d\.\d\d</)!;
  const cell = cellWith(page, number);
  assert(cell > 0);
  assertEquals(await named(number, ">99.99<"), [`cell [${cell}]`]);
});

Deno.test("a changed figure is noticed, and its cell named", async () => {
  const page = await goodPage(name);
  const [image] = page.match(/src="data:image\/svg[^"]{200}/)!;
  const other = image.slice(0, -1) + (image.endsWith("a") ? "b" : "a");
  assertEquals(await named(image, other), [`cell [${cellWith(page, image)}]`]);
});

Deno.test("changed results are noticed", async () => {
  const [found] = (await goodPage(name)).match(/found&quot;:\[\d+\.\d+/)!;
  assertEquals(await named(found, "found&quot;:[99.99"), ["the embedded results"]);
});

Deno.test("a removed, an added and a doubled cell are noticed and named", async () => {
  const page = await goodPage(name);
  const [cell] = page.match(/<section class="cell" id="cell-5">[^]*?<\/section>/)!;
  const edits = (html: string) => readPage(html).edits;
  assertEquals(edits(page.replace(cell, "")), ["cell [5] removed", "text, code or style"]);
  const added = `${cell}<section class="cell" id="cell-99"><p>50.84</p></section>`;
  assertEquals(edits(page.replace(cell, () => added)), [
    "text, code or style",
    "cell [99] added",
  ]);
  assertEquals(edits(page.replace(cell, () => cell + cell)), [
    "text, code or style",
    "cell [5], again added",
  ]);
});

Deno.test("a changed head, text, code, style or checksum is noticed and told apart", async () => {
  assertEquals(await named(`<p class="data`, `<p class="more data`), ["the head of the page"]);
  assertEquals(await named("<main>", "<main><p>All is well.</p>"), ["text, code or style"]);
  assertEquals(await named("</style>", "td { display: none }</style>"), ["text, code or style"]);
  assertEquals(await named(`class="code"><pre>`, `class="code"><pre>// `), [
    "text, code or style",
  ]);
  const [, sum] = (await goodPage(name)).match(/&quot;cell-2&quot;:&quot;(\w{64})/)!;
  assertEquals(await named(sum, sum.replace(/^./, (x) => x === "0" ? "1" : "0")), ["cell [2]"]);
});

Deno.test("line ends, links to other pages and a browser's way to write HTML break no seal", async () => {
  const page = await goodPage(name);
  const others = [{ name: "01-other", title: "Other" }, { name, title: "This" }];
  const same = [
    page.replaceAll("\n", "\r\n"),
    `\ufeff${page}`,
    withLinks(page, name, others),
    page.replaceAll(/<(\w+) class="(\w+)"/g, "<$1 class='$2'").replace("<!doctype html>", ""),
    page.replaceAll(/<section (class="cell") (id="[^"]+")/g, "<section $2 $1"),
    page.replace("<body>", "<body><!-- saved from the web -->"),
  ];
  for (const [i, html] of same.entries()) {
    assert(html !== page, `variant ${i}`);
    assertEquals(readPage(html).edits, [], `variant ${i}`);
  }
});

Deno.test("a page without checksums is not said to be unedited", async () => {
  const page = await goodPage(name);
  const text = dataText(parsePage(page)!)!;
  const data = JSON.parse(text);
  for (const seal of [undefined, null, 1, {}, { parts: 1 }, { algorithm: "MD5", parts: {} }]) {
    const html = page.replace(
      escapeHtml(text),
      () => escapeHtml(JSON.stringify({ ...data, seal })),
    );
    assertEquals(readPage(html).edited, "unknown");
  }
});

Deno.test("who computes the checksums anew is not noticed: a seal is no signature", async () => {
  const edited = (await goodPage(name)).replace(/>\d\d\.\d\d</, ">99.99<");
  const text = dataText(parsePage(edited)!)!;
  const data = JSON.parse(text);
  const forged = { ...data, seal: sealOf(parsePage(edited)!, data) };
  const html = edited.replace(escapeHtml(text), () => escapeHtml(JSON.stringify(forged)));
  assertEquals(readPage(html).edited, "no");
});

Deno.test("which files are the official ones is decided by their checksums, not by the page", async () => {
  const files = async (change: (published: string) => string) =>
    readPage(await pageOf(name, await notebook(name, change))).data?.files
      .map(({ official }) => official);
  const md5 = (published: string) => published.replaceAll(/"md5":"\w+"/g, '"md5":"00"');
  const claimed = await files((text) =>
    md5(text).replaceAll(`"official":false`, `"official":true`)
  );
  assertEquals(new Set(claimed), new Set([false]));
  assert(
    (await files((text) => text.replaceAll(`"official":true`, `"official":false`)))?.includes(true),
  );
});

const garbage: [string, string][] = [
  ["nothing", ""],
  ["a word", "hello"],
  ["half a tag", "<html><template id="],
  ["zeros", "\0".repeat(1000)],
  ["another page", "<!doctype html><html><body><p>Hello.</p></body></html>"],
  ["an empty template", `<html><template id="klayer-data"></template></html>`],
  ["broken JSON", `<html><template id="klayer-data">{"published": [</template></html>`],
  ["a list", `<html><template id="klayer-data">[1, 2]</template></html>`],
  ["null", `<html><template id="klayer-data">null</template></html>`],
  ["JSON nested too deep", `<html><template id="klayer-data">${"[".repeat(1e5)}</template></html>`],
  ["elements nested deep", "<div>".repeat(20_000)],
];
for (const [what, html] of garbage) {
  Deno.test(`${what} is no page, and said so in one line`, () => {
    const error = assertThrows(() => readPage(html), InputError);
    assertMatch(error.message, /^is no page of klayer[^\n]*$/);
  });
}

Deno.test("whatever a page carries, the sheet has 31 rows, fails, and has nothing to act upon", () => {
  const hostile = fc.constantFrom(
    "\x1b[2J",
    "=1+1",
    "@x",
    "+1",
    "-1",
    "\u202e",
    "\r\n",
    "<b>",
    "__proto__",
  );
  const word = fc.oneof(hostile, fc.string(), hostile.chain((a) => fc.string().map((b) => a + b)));
  const leaf = fc.oneof(word, fc.double(), fc.constantFrom(null, true));
  const some = (value: fc.Arbitrary<unknown>) =>
    fc.oneof(leaf, value, fc.array(value, { maxLength: 3 }));
  const item = fc.record({
    id: fc.oneof(fc.constantFrom("overfit", "figure-2", "baseline", "coarse"), word),
    found: some(fc.array(leaf, { maxLength: 4 })),
    data: fc.oneof(fc.constantFrom("cifar-10", "synthetic"), leaf),
  });
  const facts = fc.record({
    data: some(fc.record({
      kind: fc.constantFrom("cifar-10", "synthetic", "x"),
      files: some(fc.record({ name: word, md5: word, official: leaf })),
    })),
  });
  const published = fc.oneof(
    fc.record({ kind: fc.constantFrom("items", "overview"), value: some(item) }),
    fc.record({ kind: fc.constant("facts"), value: some(facts) }),
    leaf,
  );
  const run = fc.record({
    name: fc.oneof(fc.constantFrom(...names), word),
    commit: leaf,
    date: leaf,
  });
  const seal = some(
    fc.record({ algorithm: fc.constant("SHA-256"), parts: fc.dictionary(word, leaf) }),
  );
  const data = fc.record({ run: some(run), published: some(published), seal });
  fc.assert(
    fc.property(data, (data) => {
      const html = `<html><template id="klayer-data">${
        escapeHtml(JSON.stringify(data))
      }</template></html>`;
      const sheet = grade([{ file: "x.html", sha256: "0", ...readPage(html) }]);
      assertEquals([sheet.rows.length, sheet.passed], [31, false]);
      const texts = [
        sheetText(sheet),
        sheetJson(sheet),
        sheetCsv(sheet).slice(1).replaceAll("\r\n", "\n"),
      ];
      for (const text of texts) assert(!/[^\P{C}\n]/u.test(text), JSON.stringify(text));
    }),
    { numRuns: 300 },
  );
});
