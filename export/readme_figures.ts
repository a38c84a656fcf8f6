/**
 * The figures of the README: drawings of notebooks' outputs, as files that Markdown can show.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import { joined, readNotebook } from "./ipynb.ts";

/** Which figure of which notebook goes to which file of the folder `figures`. */
export const README_FIGURES = [
  { notebook: "02-three-layer-failure", number: "2.3", panel: 0, file: "learning-rates.svg" },
  { notebook: "07-what-holds", number: "7.5", panel: 0, file: "depth-accuracy.svg" },
  { notebook: "07-what-holds", number: "7.5", panel: 1, file: "depth-gain.svg" },
] as const;

/** A panel of a figure in a notebook's outputs, counted from 0: SVG. */
export async function figureOf(path: string, number: string, panel = 0): Promise<string> {
  const { cells } = await readNotebook(path);
  const figures = cells.flatMap(({ outputs = [] }) => outputs)
    .map(({ data }) => joined(data?.["text/html"] as string | string[] | undefined))
    .flatMap((html) => html.match(/<figure>.*?<\/figure>/gs) ?? []);
  const figure = figures.find((html) => html.includes(`<figcaption>Figure ${number}.`));
  const drawings = [...figure?.matchAll(/data:image\/svg\+xml;base64,([^"]+)"/g) ?? []];
  if (drawings[panel] === undefined) {
    throw new InputError(
      `Found ${drawings.length} panels of figure ${number} in ${path}, expected ${
        panel + 1
      } or more: ` +
        "run the notebook with `deno task report --update`.",
    );
  }
  return new TextDecoder().decode(Uint8Array.fromBase64(drawings[panel][1])) + "\n";
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url);
  await Deno.mkdir(new URL("figures", root), { recursive: true });
  for (const { notebook, number, panel, file } of README_FIGURES) {
    const path = new URL(`notebooks/${notebook}.ipynb`, root).pathname;
    await Deno.writeTextFile(new URL(`figures/${file}`, root), await figureOf(path, number, panel));
  }
}
