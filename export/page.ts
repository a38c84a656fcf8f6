/**
 * The page around the cells of a notebook: head, table of contents, style; no request, no script.
 *
 * @module
 */

import { escapeHtml } from "../src/notebook/markup.ts";
import { structure } from "./contents.ts";
import { html, style } from "./document.ts";
import type { Told } from "./facts.ts";
import { factList, provenanceLine, type RunFacts } from "./head.ts";
import { type PageData, parsePage, sealOf } from "./seal.ts";
import { SEAL_NOTE } from "./seal_note.ts";
import { allPages, pageFile, type SitePage, steps } from "./site.ts";
import { plainText } from "./text.ts";

/**
 * A whole page from the converted cells of a notebook. Its links to other pages are `withLinks`'
 * to fill in.
 *
 * Code is folded: who grades reads text, tables and figures; who learns opens a cell, or all of them
 * with one click.
 */
export async function page(cells: string, things: readonly Told[], run: RunFacts): Promise<string> {
  const { body, title, contents } = structure(cells, run.name);
  const data = { schema: 1, run, published: things };
  const css = await style();
  const write = (data: PageData) =>
    html(
      plainText(title),
      css,
      `<header>
${allPages(run.name, [])}
${provenanceLine(things)}
<h1>${title}</h1>
${factList(things, run)}
</header>
${contents}
<main>
<p class="all-code"><label><input type="checkbox"> show all code</label></p>
${body}
</main>
${steps(run.name, [])}
${SEAL_NOTE}
<template id="klayer-data">${escapeHtml(JSON.stringify(data))}</template>`,
    );
  return write({ ...data, seal: sealOf(parsePage(write(data))!, data) });
}

/** The page that lists the others, where there is no overview. */
export async function indexPage(pages: readonly SitePage[]): Promise<string> {
  const items = pages.map(({ name, title }) =>
    `<li><a href="${encodeURIComponent(pageFile(name))}">${escapeHtml(title)}</a></li>`
  );
  return html(
    "klayer: all pages",
    await style(),
    `<main><div class="prose"><h1>klayer</h1>
<p>A deep-learning course report, run again. Each page was made by executing its notebook.</p>
<ul>
${items.join("\n")}
</ul></div></main>`,
  );
}

/** The title of a page made by `page`. */
export function titleOf(html: string): string | undefined {
  const title = html.match(/<title>(.*?)<\/title>/s)?.[1];
  return title === undefined ? undefined : plainText(title);
}

/** The name of the notebook behind a page made by `page`. */
export function nameOf(html: string): string | undefined {
  const data = html.match(/<template id="klayer-data">([^<]*)<\/template>/)?.[1];
  if (data === undefined) return undefined;
  try {
    return JSON.parse(plainText(data))?.run?.name;
  } catch {
    return undefined;
  }
}
