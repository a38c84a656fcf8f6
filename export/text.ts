/**
 * The text of HTML.
 *
 * @module
 */

const CHARACTERS: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/**
 * HTML without its tags, and what `escapeHtml` escaped as the characters that it stands for.
 *
 * @example
 * ```ts
 * import { plainText } from "../export/text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plainText("A &amp; <code>&lt;b&gt;</code>"), "A & <b>");
 * ```
 */
export function plainText(html: string): string {
  return html.replace(/<[^>]*>/g, "").replace(/&(?:lt|gt|quot|#39|amp);/g, (x) => CHARACTERS[x]);
}
