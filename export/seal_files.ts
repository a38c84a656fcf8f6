/**
 * The pages of a folder, or one page, read for the grader.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import type { PageFindings } from "../src/report/grade_pages.ts";
import { visible } from "../src/report/grade_text.ts";
import { sha256 } from "./seal.ts";
import { readPage } from "./seal_read.ts";

/** A page of this project is below 3 MB and has some 10,000 tags; nothing near these limits is one. */
const [MOST_BYTES, MOST_TAGS] = [16_000_000, 100_000];

/** What was read. */
export interface ReadPages {
  readonly pages: readonly PageFindings[];
  /** Files that are no pages, and why, one line each. */
  readonly others: readonly string[];
  /** The folder that was read or that the page lies in. */
  readonly folder: string;
  readonly isFolder: boolean;
}

/**
 * Reads one page, or all of a folder (`*.html`, not those of folders inside it). Two files with the
 * same bytes are one page. Throws `InputError` where there is no page.
 */
export async function readPages(path: string): Promise<ReadPages> {
  const expected = `expected a page or a folder of pages, such as deno task report makes`;
  const info = await Deno.stat(path).catch((error) => {
    throw new InputError(`Found no page at ${path} (${reasonOf(error)}), ${expected}.`);
  });
  if (!info.isDirectory) {
    const page = await read(path).catch((error) => {
      throw new InputError(`${path}: ${reasonOf(error)}; ${expected}.`);
    });
    return { pages: [page], others: [], folder: parent(path), isFolder: false };
  }
  const pages = new Map<string, PageFindings>();
  const others: string[] = [];
  for (const name of await pageNames(path)) {
    const file = `${path.replace(/[/\\]+$/, "")}/${name}`;
    try {
      const page = await read(file);
      if (!pages.has(page.sha256)) pages.set(page.sha256, page);
    } catch (error) {
      others.push(`${visible(name)}: ${reasonOf(error)}`);
    }
  }
  if (pages.size === 0) {
    const found = others.length === 0 ? "no *.html" : `no page but ${others.length} other files`;
    throw new InputError(`Found ${found} in ${path}, ${expected}.`);
  }
  return { pages: [...pages.values()], others, folder: path, isFolder: true };
}

async function pageNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory && /\.html?$/i.test(name)) names.push(name);
    }
  } catch (error) {
    throw new InputError(`Cannot list ${folder}: ${reasonOf(error)}.`);
  }
  return names.sort();
}

async function read(file: string): Promise<PageFindings> {
  // A link or a pipe in a stranger's folder may lead anywhere.
  const { isFile, size } = await Deno.lstat(file);
  if (!isFile) throw new InputError("is no file of its own");
  if (size > MOST_BYTES) throw new InputError(`has ${size} bytes, too many for a page of klayer`);
  const bytes = await Deno.readFile(file);
  const html = new TextDecoder().decode(bytes);
  // Parsing takes time with the square of how deep elements are nested.
  const tags = html.split("<").length - 1;
  if (tags > MOST_TAGS) throw new InputError(`has ${tags} tags, too many for a page of klayer`);
  const page = readPage(html);
  return { file: visible(file.replace(/^.*[/\\]/s, "")), sha256: sha256(bytes), ...page };
}

function parent(path: string): string {
  return path.replace(/[^/\\]*$/, "").replace(/(?<=.)[/\\]$/, "") || ".";
}

/** In a few words; how a stranger's page breaks a parser is of no interest. */
function reasonOf(error: unknown): string {
  if (error instanceof InputError) return error.message;
  if (error instanceof Deno.errors.NotFound) return "there is nothing";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return "it may not be read";
  }
  return "it cannot be read";
}
