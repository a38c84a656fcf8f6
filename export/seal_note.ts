/**
 * What a page says about being checked, for a reader who has only the page.
 *
 * @module
 */

import { escapeHtml } from "../src/notebook/markup.ts";

/**
 * The end of a page: what it carries, how to check it, and what a checksum can and cannot show.
 *
 * @param file name of the page
 *
 * @example
 * ```ts
 * import { sealNote } from "../export/seal_note.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(sealNote("02-name.html"), "deno task grade 02-name.html");
 * ```
 */
export function sealNote(file: string): string {
  return `<footer class="seal">
<p>This page can be checked. It carries, as JSON, what its notebook found for the items of the
report, and a SHA-256 checksum of the outputs of every cell, of the page's head and of the rest, as
they were exported. In a checkout of klayer,
<code>deno task grade ${escapeHtml(file)}</code> judges the items anew and names what was
changed since. Checksums show an edit; they are no signature: against somebody who computes them
anew, what helps is to run the notebook again.</p>
</footer>`;
}
