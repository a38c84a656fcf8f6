import { assertEquals, assertStringIncludes } from "@std/assert";
import { decode } from "fast-png";
import { DISPLAY } from "klayer/notebook/jupyter.ts";
import { contactSheet, figure, pictureSvg } from "klayer/notebook/mod.ts";

/** The PNG inside an SVG document. */
function pngOf(svg: string) {
  const [, text] = svg.match(/href="data:image\/png;base64,([^"]*)"/)!;
  return decode(Uint8Array.fromBase64(text));
}

/** An image of one colour but for its second pixel in the first row, which is white. */
function image(...colour: number[]): Uint8Array {
  const pixels = new Uint8Array(3072);
  colour.forEach((value, plane) => {
    pixels.fill(value, 1024 * plane, 1024 * (plane + 1));
    pixels[1024 * plane + 1] = 255;
  });
  return pixels;
}

Deno.test("a picture has the colours of its planes, row by row", () => {
  const { width, height, channels, data } = pngOf(
    pictureSvg({ pixels: image(1, 2, 3), lines: [] }),
  );
  assertEquals([width, height, channels], [32, 32, 3]);
  assertEquals([...data.subarray(0, 9)], [1, 2, 3, 255, 255, 255, 1, 2, 3]);
  assertEquals([...data.subarray(-3)], [1, 2, 3]);
});

Deno.test("pictures of a sheet stand in rows, white between them", () => {
  const sheet = [image(1, 1, 1), image(2, 2, 2), image(3, 3, 3)];
  const { width, height, data } = pngOf(contactSheet(sheet, 2));
  assertEquals([width, height], [66, 66]);
  const at = (x: number, y: number) => data[3 * (y * width + x)];
  assertEquals([at(0, 0), at(32, 0), at(34, 0), at(0, 33), at(0, 34), at(34, 34)], [
    1,
    255,
    2,
    255,
    3,
    255,
  ]);
});

Deno.test("words below a picture are escaped, and each panel has its own alternative text", () => {
  const svg = pictureSvg({ pixels: image(0, 0, 0), lines: ["a < b & c"] });
  assertStringIncludes(svg, "a &lt; b &amp; c");
  const panels = ["a cat", "a dog"].map((alt) => ({ svg, alt }));
  const shown = figure({ number: 1, title: "Two.", alt: "Pets.", svg: panels })[DISPLAY]();
  const html = String(shown["text/html"]);
  assertStringIncludes(html, 'alt="Pets. a cat"');
  assertStringIncludes(html, 'alt="a dog"');
});
