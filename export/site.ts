/**
 * The pages of one folder: what they are called, and how they lead to each other.
 *
 * @module
 */

import { escapeHtml } from "../src/notebook/markup.ts";

/** A page that stands in the folder. */
export interface SitePage {
  /** The name of its notebook, such as "02-three-layers". */
  readonly name: string;
  readonly title: string;
}

/**
 * The file of a notebook's page: the overview, number 00, is the page that a folder opens with.
 *
 * @example
 * ```ts
 * import { pageFile } from "../export/site.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["00-overview", "02-three-layers"].map(pageFile), [
 *   "index.html",
 *   "02-three-layers.html",
 * ]);
 * ```
 */
export function pageFile(name: string): string {
  return isOverview(name) ? "index.html" : `${name}.html`;
}

/** The overview tells what the other notebooks have found, so that it is run after them. */
export function isOverview(name: string): boolean {
  return name.startsWith("00-");
}

/** "02-three-layers" as "02 Three layers". */
function shortName(name: string): string {
  const words = name.replace(/-/g, " ");
  return words.replace(/(?<=^[\d ]*)\p{L}/u, (letter) => letter.toUpperCase());
}

/** A page whose links to the other pages are those of `pages`, at its top and at its end. */
export function withLinks(html: string, name: string, pages: readonly SitePage[]): string {
  // A cell may show anything: the page's own links are the first of the one and the last of the other.
  const top = replaced(html, html.indexOf(TOP), allPages(name, pages));
  return replaced(top, top.lastIndexOf(END), steps(name, pages));
}

const TOP = `<nav class="pages"`;
const END = `<nav class="steps"`;

function replaced(html: string, start: number, nav: string): string {
  const end = html.indexOf("</nav>", start);
  return start < 0 || end < 0 ? html : html.slice(0, start) + nav + html.slice(end + 6);
}

/** Links to all pages, in their order; the one that is open is marked. */
export function allPages(name: string, pages: readonly SitePage[]): string {
  const items = pages.map((page) => {
    const here = page.name === name ? ` aria-current="page"` : "";
    const link = `<a href="${encodeURIComponent(pageFile(page.name))}"${here}>`;
    return `<li>${link}${escapeHtml(shortName(page.name))}</a></li>`;
  });
  return `${TOP} aria-label="All pages"><ul>\n${items.join("\n")}\n</ul></nav>`;
}

/** Links to the page before and the page after. */
export function steps(name: string, pages: readonly SitePage[]): string {
  const at = pages.findIndex((page) => page.name === name);
  const link = (label: string, page: SitePage | undefined) =>
    page === undefined || at < 0
      ? ""
      : `<a href="${encodeURIComponent(pageFile(page.name))}">${label}: ${
        escapeHtml(page.title)
      }</a>`;
  const before = link("Before", pages[at - 1]);
  const next = link("Next", pages[at + 1]);
  return `${END} aria-label="Page before and page after">${before}${next}</nav>`;
}
