/**
 * What a page says about being checked, for a reader who has only the page.
 *
 * @module
 */

/**
 * The end of a page: what it carries, how to check it, and what a checksum can and cannot show.
 *
 * @example
 * ```ts
 * import { SEAL_NOTE } from "../export/seal_note.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(SEAL_NOTE, "deno task grade");
 * ```
 */
export const SEAL_NOTE = `<footer class="seal">
<p>This page can be checked. It carries, as JSON, what its notebook found for the items of the
report, and a SHA-256 checksum of the outputs of every cell, of the page's head and of the rest, as
they were exported. In a checkout of klayer, <code>deno task grade</code> with the path of this file
or of its folder judges the items anew and names what was changed since. Checksums show an edit; they
are no signature: against somebody who computes them anew, what helps is to run the notebook
again.</p>
</footer>`;
