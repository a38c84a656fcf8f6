/**
 * Numbered figures that show wherever a notebook is read.
 *
 * @module
 */

import { type Displayable, displayable } from "./jupyter.ts";
import { escapeHtml, unbroken } from "./markup.ts";

/** What `figure` makes a figure of. */
export interface FigureOptions {
  readonly number: number | string;
  /** What the figure shows, stated as a finding; it stands below the figure. */
  readonly title: string;
  /** What someone who cannot see the figure should know; it may be longer than the title. */
  readonly alt: string;
  /**
   * One SVG document, or several panels side by side (one below the other on a phone). A panel that is a
   * picture of its own has an alternative text of its own.
   */
  readonly svg: string | readonly (string | Panel)[];
}

/** A panel with what someone who cannot see it should know. */
export interface Panel {
  readonly svg: string;
  readonly alt: string;
}

/**
 * A figure with a caption.
 *
 * The drawing travels inside an `img`, because JupyterLab and GitHub strip inline SVG, and some
 * versions of nbconvert show the image/svg+xml type blank.
 * GitHub's view of a notebook keeps an `img` with SVG in base64 (activeviam/atoti-notebooks, issue
 * 425); in VS Code a folder that is not trusted shows the plain text, which is caption and alternative.
 *
 * @example
 * ```ts
 * import { figure, lineChart } from "klayer/notebook/mod.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = lineChart({ x: "epoch", y: "cost (nats)", series: [{ label: "a", values: [3, 2] }] });
 * const fall = figure({ number: 1, title: "The cost falls.", alt: "From 3 to 2.", svg });
 * assertStringIncludes(String(fall[DISPLAY]()["text/html"]), "Figure 1. The cost falls.");
 * ```
 */
export function figure({ number, title, alt, svg }: FigureOptions): Displayable {
  const panels = typeof svg === "string" ? [svg] : svg;
  const images = panels.map((each, index) => {
    const panel = typeof each === "string" ? each : each.svg;
    const own = typeof each === "string"
      ? index > 0 && `Panel ${index + 1} of ${panels.length} of this figure.`
      : each.alt;
    const text = [index === 0 && alt, own].filter(Boolean).join(" ");
    const width = panel.match(/<svg\b[^>]*?\swidth="(\d+)/)?.[1];
    const most = width ? `;max-width:${width}px` : "";
    const style = panels.length > 1 ? ` style="flex:1 1 300px;min-width:0${most}"` : "";
    return `<img alt="${escapeHtml(text)}"${width ? ` width="${width}"` : ""}${style} ` +
      `src="data:image/svg+xml;base64,${base64(panel)}">`;
  });
  // Where the style is stripped the panels still stand side by side if there is room for both.
  const drawing = panels.length > 1
    ? `<div style="display:flex;flex-wrap:wrap;align-items:flex-start">\n${
      images.join("\n")
    }\n</div>`
    : images[0];
  const caption = `Figure ${number}. ${title}`;
  return displayable(
    `<figure>\n${drawing}\n<figcaption>${unbroken(escapeHtml(caption))}</figcaption>\n</figure>`,
    `${caption}\n${alt}`,
  );
}

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
