import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { indexPage, nameOf, page, titleOf } from "../../export/page.ts";
import { pageFile, withLinks } from "../../export/site.ts";
import { plainText } from "../../export/text.ts";
import { requests } from "../../export/requests.ts";
import type { Told } from "../../export/facts.ts";

const run = { name: "02-name", seconds: 61, date: new Date(Date.UTC(2026, 0, 2, 3, 4)) };
const cells = `<div class="prose"><h1>A &amp; <code>b</code></h1><p>x</p></div><!-- prose -->
<div class="prose"><h2>Same</h2></div><!-- prose -->
<div class="output"><h2>Not a heading of the page</h2></div>
<div class="prose"><h2>Same</h2><h3>Über die Daten</h3></div><!-- prose -->`;
const facts = (value: unknown): Told[] => [{ kind: "facts", value, cell: 1 }];

Deno.test("the first heading becomes the title, the others the contents, with ids of their own", async () => {
  const html = await page(cells, [], run);
  assertEquals(titleOf(html), "A & b");
  assertEquals(html.match(/<h1/g)?.length, 1);
  for (const id of ["same", "same-2", "über-die-daten"]) {
    assertStringIncludes(html, `id="${id}"`);
    assertStringIncludes(html, `href="#${id}"`);
  }
  assertStringIncludes(html, "<h2>Not a heading of the page</h2>");
});

Deno.test("the head of a page says what was run, on what", async () => {
  const html = await page(
    cells,
    facts({
      data: { kind: "cifar-10", files: [] },
      dataset: "10k",
      protocol: "report",
      seeds: [400],
      backend: "wasm",
      versions: { deno: "2.9.6" },
      more: { "<hidden>": "50, 30" },
    }),
    { ...run, commit: "abc", klayer: "1.0.0" },
  );
  const header = html.match(/<header>.*<\/header>/s)?.[0] ?? "";
  const words = header.replaceAll("</dt><dd>", ": ").replace(/<[^>]*>/g, "");
  for (
    const text of [
      "Data: CIFAR-10, the official files (set 10k).",
      "Protocol: report",
      "Seed: 400",
      "Backend: wasm",
      "Software: klayer 1.0.0, Deno 2.9.6",
      "&lt;hidden&gt;: 50, 30",
      "Commit: abc",
      "Run time: 1 min 1 s",
      "Date: 2026-01-02 03:04 UTC",
    ]
  ) {
    assertStringIncludes(words, text);
  }
});

Deno.test("a page of saved outputs says so, and what is not known of their run", async () => {
  const html = await page(cells, [], { name: "02-name", saved: true, commit: "abc of 2026-01-02" });
  const words = html.replaceAll("</dt><dd>", ": ").replace(/<[^>]*>/g, "");
  assertStringIncludes(words, "Outputs: as saved in the notebook, not run again");
  assertStringIncludes(words, "Commit: abc of 2026-01-02");
  assertStringIncludes(words, "Run time: not recorded");
});

Deno.test("pages lead to all pages that there are, and to the ones before and after", async () => {
  const one = await page(cells, [], run);
  const all = [
    { name: "00-overview", title: "All" },
    { name: "02-name", title: "A & b" },
    { name: "03-next", title: "$& <T>" },
  ];
  const html = withLinks(one, "02-name", all);
  const links = [...html.matchAll(/<a href="([^"#]*)"([^>]*)>([^<]*)</g)];
  assertEquals(links.map(([, href, , text]) => `${href} ${plainText(text)}`), [
    "index.html 00 Overview",
    "02-name.html 02 Name",
    "03-next.html 03 Next",
    "index.html Before: All",
    "03-next.html Next: $& <T>",
  ]);
  assertEquals(links.filter(([, , more]) => more === ' aria-current="page"').length, 1);
  // Links can be brought up to date, and nothing else is touched then.
  assertEquals(withLinks(html, "02-name", all), html);
  assertEquals(withLinks(html, "02-name", []), one);
});

Deno.test("what a cell shows is never taken for the page's own links", async () => {
  const cell = `<nav class="pages">mine</nav><nav class="steps">mine</nav>`;
  const html = withLinks(await page(cell, [], run), "02-name", []);
  assertStringIncludes(html, cell);
});

Deno.test("a page knows its notebook; other files are no pages", async () => {
  assertEquals(nameOf(await page(cells, [], run)), "02-name");
  assertEquals(nameOf(await indexPage([])), undefined);
  assertEquals(nameOf(`<template id="klayer-data">{</template>`), undefined);
});

Deno.test("a link to the overview's notebook leads to the folder's first page", async () => {
  const html = await page(`<p><a href="00-overview.ipynb#x">see</a></p>`, [], run);
  assertStringIncludes(html, `href="${pageFile("00-overview")}#x"`);
});

Deno.test("a stand-in, or a file that is not official, is a warning before the title", async () => {
  const file = { name: "test_batch.bin", md5: "0", official: false };
  const provenances = [
    { kind: "synthetic", files: [], seed: 1 },
    { kind: "cifar-10", files: [file] },
  ];
  for (const data of provenances) {
    const html = await page(cells, facts({ data }), run);
    assert(html.indexOf('class="data warning"') > 0);
    assert(html.indexOf('class="data warning"') < html.indexOf("<h1>"));
  }
});

Deno.test("a page allows no request and no script", async () => {
  const html = await page(cells, [], run);
  assertMatch(html, /Content-Security-Policy" content="default-src 'none';/);
  assertEquals(requests(html), []);
  assertEquals(requests(await indexPage([{ name: "a b", title: "<T>" }])), []);
});

Deno.test("everything that a browser would fetch or run is found", () => {
  const fetching = [
    `<script>1</script>`,
    `<img src="x.png">`,
    `<img src='//host/x.png'>`,
    `<link rel="stylesheet" href="https://host/x.css">`,
    `<style>@import "x.css";</style>`,
    `<p style="background: url(https://host/x.png)">`,
    `<style>@font-face { src: url("x.woff2") }</style>`,
    `<iframe src="data:text/html,x"></iframe>`,
    `<svg><image href="https://host/x.png"/></svg>`,
  ];
  for (const html of fetching) assert(requests(html).length > 0, html);
});

Deno.test("links, embedded images and words are no requests", () => {
  const html = `<a href="https://host/">see url(x) and src=y</a><img src="data:image/png;base64,xx">
<svg><use href="#mark"/></svg><pre>&lt;script src="x"&gt; @import</pre>`;
  assertEquals(requests(html), []);
});

Deno.test("what the cells published travels with the page, whatever it contains", async () => {
  const value = { text: `</template><script>"&amp;"` };
  const html = await page(cells, [{ kind: "item", value, cell: 3 }], run);
  const found = html.match(/<template id="klayer-data">(.*)<\/template>/s)?.[1] ?? "";
  assertEquals(JSON.parse(plainText(found)).published, [{ kind: "item", value, cell: 3 }]);
});
