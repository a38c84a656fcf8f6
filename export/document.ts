/**
 * The HTML document that every page is: a policy that allows no script and no request, and one style.
 *
 * @module
 */

import { escapeHtml } from "../src/notebook/markup.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; " +
  "base-uri 'none'; form-action 'none'";

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

/** The style of all pages, with the font of their formulas. */
export async function style(): Promise<string> {
  const template = new URL("./template/", import.meta.url);
  const font = await Deno.readFile(new URL("math/math.woff2", template));
  return `@font-face {
  font-family: "klayer math";
  src: url(data:font/woff2;base64,${font.toBase64()}) format("woff2");
}
${await Deno.readTextFile(new URL("page.css", template))}`;
}
