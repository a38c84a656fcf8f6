/**
 * The folder of pages: what changes in it when pages are made, and changing it all at once.
 *
 * @module
 */

import { reasonOf } from "../src/reason.ts";
import { statOrNull } from "../src/stat.ts";
import { InputError } from "../src/errors.ts";
import { indexPage, nameOf, titleOf } from "./page.ts";
import { isOverview, pageFile, withLinks } from "./site.ts";

/**
 * The files to write for new pages: the pages themselves, those that stand there already with links
 * to the new ones, and a list of all where there is no overview.
 */
export async function pageFiles(
  target: string,
  pages: readonly (readonly [name: string, html: string])[],
): Promise<[file: string, html: string][]> {
  const before = await pagesIn(target);
  const after = new Map([...before, ...pages]);
  const all = [...after].map(([name, html]) => ({ name, title: titleOf(html) ?? name }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  const files = [...after].map(([name, html]): [string, string, string | undefined] => [
    pageFile(name),
    withLinks(html, name, all),
    before.get(name),
  ]).filter(([, html, old]) => html !== old).map(([file, html]): [string, string] => [file, html]);
  return all.some(({ name }) => isOverview(name))
    ? files
    : [...files, ["index.html", await indexPage(all)]];
}

/** The pages in a folder by the names of their notebooks. */
async function pagesIn(target: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    for await (const { name: file } of Deno.readDir(target)) {
      if (!file.endsWith(".html")) continue;
      const html = await Deno.readTextFile(`${target}/${file}`);
      const name = nameOf(html);
      if (name !== undefined && pageFile(name) === file) found.set(name, html);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

/** Writes all files beside their places first, then renames them: no reader ever sees half a file. */
export async function putInPlace(
  directory: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const temporary = await Deno.makeTempDir({ dir: directory, prefix: ".new-" });
  try {
    for (const [name, text] of files) await Deno.writeTextFile(`${temporary}/${name}`, text);
    for (const [name] of files) await Deno.rename(`${temporary}/${name}`, `${directory}/${name}`);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/**
 * Finds out before a long work whether files can be put into a directory at its end.
 *
 * Throws an `InputError` where they cannot.
 */
export async function checkPlace(directory: string): Promise<void> {
  try {
    const isNew = statOrNull(directory) === null;
    await putInPlace(directory, []);
    if (isNew) await Deno.remove(directory);
  } catch (error) {
    throw new InputError(
      `Found that nothing can be written to ${directory} (${reasonOf(error)}), expected a folder ` +
        "for the pages; give permission there, or make room.",
    );
  }
}
