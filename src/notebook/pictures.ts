/**
 * Images of the data set, and what has their shape, as panels of figures.
 *
 * @module
 */

import { encode } from "fast-png";
import { escapeHtml } from "./markup.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;

/** A picture with a few words below it. */
export interface Picture {
  /** 3072 bytes in the layout of the data set: a red, a green and a blue plane, each 32 x 32. */
  readonly pixels: Uint8Array;
  /** Lines below the picture. */
  readonly lines: readonly string[];
}

/**
 * A picture as an SVG document, enlarged without smoothing, with its lines below it.
 *
 * @param scale screen pixels for each pixel of the image
 *
 * @example
 * ```ts
 * import { pictureSvg } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = pictureSvg({ pixels: new Uint8Array(3072), lines: ["a cat"] });
 * assertStringIncludes(svg, "data:image/png;base64,");
 * assertStringIncludes(svg, "a cat");
 * ```
 */
export function pictureSvg({ pixels, lines }: Picture, scale = 4): string {
  const size = SIDE * scale;
  const [width, height] = [size + 16, size + 10 + 17 * lines.length + 8];
  const words = lines.map((line, i) =>
    `<text x="8" y="${size + 24 + 17 * i}" font-size="13"${i === 0 ? ' font-weight="600"' : ""}>` +
    `${escapeHtml(line)}</text>`
  );
  return svg(width, height, image(png([pixels], 1), 8, 8, size, size) + words.join(""));
}

/**
 * Several pictures in rows, close together, as one SVG document.
 *
 * @param all 3072 bytes each, in the layout of the data set
 * @param columns pictures in a row
 * @param scale screen pixels for each pixel of an image
 *
 * @example
 * ```ts
 * import { contactSheet } from "klayer/notebook/mod.ts";
 * import { assertMatch } from "@std/assert";
 *
 * const grey = new Uint8Array(3072).fill(128);
 * assertMatch(contactSheet([grey, grey, grey], 2), /<svg[^>]* width="154" height="154"/);
 * ```
 */
export function contactSheet(
  all: readonly Uint8Array[],
  columns: number,
  scale = 2,
): string {
  const rows = Math.ceil(all.length / columns);
  const length = (count: number) => (count * (SIDE + GAP) - GAP) * scale;
  const [width, height] = [length(columns), length(rows)];
  return svg(width + 2 * 11, height + 2 * 11, image(png(all, columns), 11, 11, width, height));
}

/** White pixels between the pictures of a sheet. */
const GAP = 2;

/** Pictures in rows as a PNG file. */
function png(all: readonly Uint8Array[], columns: number): Uint8Array {
  const rows = Math.ceil(all.length / columns);
  const [width, height] = [columns, rows].map((count) => count * (SIDE + GAP) - GAP);
  const data = new Uint8Array(3 * width * height).fill(255);
  for (const [p, pixels] of all.entries()) {
    const left = (p % columns) * (SIDE + GAP);
    const top = Math.floor(p / columns) * (SIDE + GAP);
    for (let i = 0; i < PLANE; i++) {
      const at = 3 * ((top + Math.floor(i / SIDE)) * width + left + i % SIDE);
      for (let colour = 0; colour < 3; colour++) data[at + colour] = pixels[colour * PLANE + i];
    }
  }
  return encode({ width, height, data, channels: 3 });
}

function image(file: Uint8Array, x: number, y: number, width: number, height: number): string {
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" ` +
    `style="image-rendering:pixelated" href="data:image/png;base64,${file.toBase64()}"/>`;
}

function svg(width: number, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" fill="#1a1a1a">` +
    `<rect width="${width}" height="${height}" fill="white"/>${content}</svg>`;
}
