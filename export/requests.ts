/**
 * Proof that a page is whole: what in it a browser would fetch or run.
 *
 * @module
 */

import { activeContent } from "./active.ts";

/**
 * What in a page would make a browser fetch or run something, each as it stands there; links to
 * click on are no requests, unless they run something.
 *
 * A page is read twice, as a parser sees it and as mere text: no two parsers agree on markup that is
 * made to be misread, and a page that looks suspect to either is not made.
 */
export function requests(html: string): string[] {
  return [...new Set([...fetched(html), ...handlers(html), ...activeContent(html)])];
}

/** Event handlers in anything that looks like a tag, also in comments. */
function handlers(html: string): string[] {
  // Words in a quoted value are none.
  const bare = html.replaceAll(/="[^"]*"|='[^']*'/g, '=""');
  return bare.match(/<[a-z][^<>]*?[\s/"']on[a-z]+\s*=[^<>]*/gi) ?? [];
}

function fetched(html: string): string[] {
  const patterns = [
    /<(?:script|iframe|object|embed|base|form)\b[^>]*/gi,
    /<link\b(?![^>]*href="data:)[^>]*/gi,
    /\s(?:src|srcset|poster|background|data)\s*=\s*["']?(?!data:)[^"'\s>]+/gi,
    /<(?:image|use|feImage)\b[^>]*\shref\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi,
    /url\(\s*["']?(?!data:|#)[^)]+/gi,
    /@import\b[^;]*/gi,
  ];
  // Text between tags, in descriptions and in embedded images, where prose may speak of url(...), cannot fetch anything.
  const harmless =
    /\s(?:(?:alt|title|aria-label)=(?:"[^"]*"|'[^']*')|src=(?:"data:[^"]*"|'data:[^']*'))/gi;
  const tags =
    html.replaceAll(harmless, "").match(/<style\b[^>]*>[^]*?<\/style>|<[a-z][^>]*>/gi)?.join(
      "\n",
    ) ?? "";
  return patterns.flatMap((pattern) => tags.match(pattern) ?? []).map((found) => found.trim());
}
