import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { digits, escapeHtml } from "klayer/notebook/markup.ts";

/** What a browser shows of HTML without elements, or with their tags removed. */
function shown(html: string): string {
  return html.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

Deno.test("escaped text has no markup and shows as itself", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const html = escapeHtml(text);
    assertEquals(/[<>"']/.test(html), false);
    assertEquals(shown(html), text);
  }));
});

Deno.test("digits shows our number whatever the printed one is", () => {
  fc.assert(fc.property(fc.double(), fc.double(), (ours, printed) => {
    const { html, text } = digits(ours, printed);
    assertEquals(shown(html), String(ours));
    assertEquals(text, String(ours));
  }));
});

Deno.test("digits underlines from the first difference on, and nothing when there is none", () => {
  assertEquals(digits("2.3045", "2.3061").html, "<samp>2.30<u>45</u></samp>");
  assertEquals(digits("1.5", "1.5").html, "<samp>1.5</samp>");
  assertEquals(digits("<", ">").html, "<samp><u>&lt;</u></samp>");
});
