/**
 * The HTML document that every page is: a policy that allows no script and no request, and one style.
 *
 * @module
 */

import { escapeHtml } from "../src/notebook/markup.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A document of its own; `title` is text, `css` and `body` are put in as they are. */
export function html(title: string, css: string, body: string): string {
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

/** The style of all pages. */
export async function style(): Promise<string> {
  return await Deno.readTextFile(new URL("./template/page.css", import.meta.url));
}
