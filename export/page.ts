/**
 * The page around the cells of a notebook: head, table of contents, style; no request, no script.
 *
 * @module
 */

import { provenanceText } from "../src/notebook/facts.ts";
import { escapeHtml } from "../src/notebook/markup.ts";
import { duration } from "../src/notebook/progress.ts";
import { factsOf, type Told } from "./facts.ts";

/** What a page says about the run that made it, beyond what its cells published. */
export interface RunFacts {
  readonly name: string;
  readonly seconds: number;
  readonly date: Date;
  /** The commit of the checkout, where known. */
  readonly commit?: string;
  /** The version of this library, where it has one. */
  readonly klayer?: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole page from the converted cells of a notebook. */
export async function page(cells: string, things: readonly Told[], run: RunFacts): Promise<string> {
  const { body, title, contents } = structure(cells, run.name);
  const data = { schema: 1, run, published: things };
  return html(
    plainText(title),
    await style(),
    `<header>
<p class="top"><a href="index.html">klayer</a> · ${escapeHtml(run.name)}</p>
${provenance(things)}
<h1>${title}</h1>
${factList(things, run)}
</header>
${contents}
<main>
<p class="all-code"><label><input type="checkbox"> show all code</label></p>
${body}
</main>
<template id="klayer-data">${escapeHtml(JSON.stringify(data))}</template>`,
  );
}

/** The page that lists the others. */
export async function indexPage(
  pages: readonly { readonly name: string; readonly title: string }[],
): Promise<string> {
  const items = pages.map(({ name, title }) =>
    `<li><a href="${encodeURIComponent(name)}.html">${escapeHtml(title)}</a></li>`
  );
  return html(
    "klayer: all pages",
    await style(),
    `<main class="prose"><h1>klayer</h1>
<p>A deep-learning course report, run again. Each page was made by executing its notebook.</p>
<ul>
${items.join("\n")}
</ul></main>`,
  );
}

/** The title of a page made by `page`. */
export function titleOf(html: string): string | undefined {
  return html.match(/<title>(.*?)<\/title>/s)?.[1]
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

function html(title: string, css: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${css}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

async function style(): Promise<string> {
  return await Deno.readTextFile(new URL("./template/page.css", import.meta.url));
}

/** Gives headings ids, takes the first one as title, and lists the others. */
function structure(cells: string, name: string) {
  const used = new Set<string>();
  const entries: string[] = [];
  let title: string | undefined;
  const body = linkPages(cells).replace(
    /<div class="prose">.*?<\/div><!-- prose -->/gs,
    (prose) =>
      prose.replace(/<h([1-6])>(.*?)<\/h\1>/gs, (_, level, text) => {
        if (title === undefined && level === "1") {
          title = text;
          return "";
        }
        const id = unique(plainText(text), used);
        const entry = text.replace(/<\/?a\b[^>]*>/g, "");
        if (level <= 3) {
          entries.push(`<li class="level-${level}"><a href="#${id}">${entry}</a></li>`);
        }
        return `<h${level} id="${id}">${text}</h${level}>`;
      }),
  );
  const contents = entries.length < 2 ? "" : `<nav aria-label="Contents">
<h2>Contents</h2>
<ul>
${entries.join("\n")}
</ul>
</nav>`;
  return { body, title: title ?? escapeHtml(name), contents };
}

/** A link from notebook to notebook leads from page to page. */
function linkPages(html: string): string {
  return html.replace(/href="([\w-]+)\.ipynb(#[^"]*)?"/g, 'href="$1.html$2"');
}

function unique(text: string, used: Set<string>): string {
  const slug = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "part";
  let id = slug;
  for (let count = 2; used.has(id); count++) id = `${slug}-${count}`;
  used.add(id);
  return id;
}

/** HTML without its tags, and its entities as the characters they stand for. */
function plainText(html: string): string {
  return titleOf(`<title>${html.replace(/<[^>]*>/g, "")}</title>`) ?? "";
}

/** The first thing a reader sees, and not to be overlooked when the data are not CIFAR-10. */
function provenance(things: readonly Told[]): string {
  const { data, dataset } = factsOf(things);
  if (data === undefined) return `<p class="data">Data: this notebook uses none.</p>`;
  const real = data.kind === "cifar-10" && data.files.every(({ official }) => official);
  const set = dataset === undefined ? "" : ` (set ${dataset})`;
  return `<p class="data${real ? "" : " warning"}">Data: ${
    escapeHtml(provenanceText(data) + set)
  }.</p>`;
}

function factList(things: readonly Told[], run: RunFacts): string {
  const { protocol, seeds, backend, versions, more } = factsOf(things);
  const names: Record<string, string> = { deno: "Deno", v8: "V8" };
  const software = [
    run.klayer && `klayer ${run.klayer}`,
    ...Object.entries(versions ?? {}).map(([name, text]) => `${names[name] ?? name} ${text}`),
  ];
  const rows: [string, string | number | undefined][] = [
    ["Protocol", protocol],
    [seeds?.length === 1 ? "Seed" : "Seeds", seeds?.join(", ")],
    ["Backend", backend],
    ...Object.entries(more ?? {}),
    ["Software", software.filter(Boolean).join(", ")],
    ["Commit", run.commit],
    ["Run time", duration(run.seconds)],
    ["Date", run.date.toISOString().replace("T", " ").replace(/:\d\d\..*/, " UTC")],
  ];
  const items = rows.filter(([, value]) => value !== undefined && value !== "").map(
    ([name, value]) =>
      `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd></div>`,
  );
  return `<dl>\n${items.join("\n")}\n</dl>`;
}
