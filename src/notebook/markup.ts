/**
 * HTML fragments that carry their plain-text form with them.
 *
 * @module
 */

/** A piece of output twice: as HTML, and as text where HTML cannot be shown. */
export interface Markup {
  readonly html: string;
  readonly text: string;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escape text for use in HTML, as content or inside a quoted attribute.
 *
 * @example
 * ```ts
 * import { escapeHtml } from "klayer/notebook/markup.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(escapeHtml(`1 < 2 & "x"`), "1 &lt; 2 &amp; &quot;x&quot;");
 * ```
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/**
 * HTML in which neither the hyphen of an exponent nor the space about an equals sign ends a line.
 *
 * @example
 * ```ts
 * import { unbroken } from "klayer/notebook/markup.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(unbroken("at h = 2"), "at h&nbsp;=&nbsp;2");
 * assertEquals(unbroken("1e-5"), '<span style="white-space:nowrap">1e-5</span>');
 * ```
 */
export function unbroken(html: string): string {
  return html.replace(/ = /g, "&nbsp;=&nbsp;")
    .replace(/[\d.]+e[-+]\d+/g, '<span style="white-space:nowrap">$&</span>');
}

/**
 * A number (or several) from the report beside ours: the leading characters on which both agree
 * stay plain, the rest of ours is underlined. Underlining, not colour, so that it survives
 * printing, GitHub and colour blindness.
 *
 * @example
 * ```ts
 * import { digits } from "klayer/notebook/markup.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { html, text } = digits("2.30226725356702", "2.3022672535670137");
 * assertEquals(html, "<samp>2.3022672535670<u>2</u></samp>");
 * assertEquals(text, "2.30226725356702");
 * ```
 */
export function digits(ours: number | string, printed: number | string): Markup {
  const [text, other] = [String(ours), String(printed)];
  let agreed = 0;
  while (agreed < text.length && text[agreed] === other[agreed]) agreed++;
  const tail = text.slice(agreed);
  const html = escapeHtml(text.slice(0, agreed)) + (tail && `<u>${escapeHtml(tail)}</u>`);
  return { html: `<samp>${html}</samp>`, text };
}
