/**
 * The headings of a page: ids to link to, the title, the table of contents.
 *
 * @module
 */

import { escapeHtml } from "../src/notebook/markup.ts";
import { pageFile } from "./site.ts";
import { plainText } from "./text.ts";

/** The cells of a notebook with ids in their headings, and what was found there. */
export interface Structure {
  readonly body: string;
  /** The first heading, as HTML; it is no longer in the body. */
  readonly title: string;
  /** The table of contents as HTML; empty where it would have a single line. */
  readonly contents: string;
}

/**
 * Gives headings ids, takes the first one as title, and lists the others. Only what authors wrote is
 * looked at: a heading that a cell put out is no part of the page's order.
 */
export function structure(cells: string, name: string): Structure {
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
  return { body, title: title ?? escapeHtml(name), contents: contents(entries) };
}

/**
 * The list twice, of which the style shows one: folded where it stands above the text, open where
 * there is room beside it. A `details` element cannot be told by a style alone to open.
 */
function contents(entries: readonly string[]): string {
  if (entries.length < 2) return "";
  const list = `<ul>\n${entries.join("\n")}\n</ul>`;
  return `<nav class="contents" aria-label="Contents">
<details class="folded"><summary>Contents</summary>
${list}
</details>
<div class="beside">
<p>Contents</p>
${list}
</div>
</nav>`;
}

/** A link from notebook to notebook leads from page to page. */
function linkPages(html: string): string {
  return html.replace(
    /href="([\w-]+)\.ipynb(#[^"]*)?"/g,
    (_, name, place = "") => `href="${pageFile(name)}${place}"`,
  );
}

function unique(text: string, used: Set<string>): string {
  const slug = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "part";
  let id = slug;
  for (let count = 2; used.has(id); count++) id = `${slug}-${count}`;
  used.add(id);
  return id;
}
