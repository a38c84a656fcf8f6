/**
 * What exported pages say, and what is to be said about the pages themselves.
 *
 * @module
 */

import type { Provenance } from "../dataset.ts";

/** What a page found for an item. */
export interface PageItem {
  readonly id: string;
  /** NaN for what is no number. */
  readonly found: readonly number[];
  /** It was computed from the synthetic stand-in. */
  readonly standIn: boolean;
}

/** What a page says, as far as the grader needs it. */
export interface PageFindings {
  /** The name of the file that it was read from. */
  readonly file: string;
  /** SHA-256 of the file, as hexadecimal digits. */
  readonly sha256: string;
  /** The notebook that it says it was made from. */
  readonly name: string;
  /** When, and of which program; what the page does not say is an empty text. */
  readonly date: string;
  readonly commit: string;
  readonly klayer: string;
  /** Its outputs were saved with the notebook earlier, and not made for this page. */
  readonly saved: boolean;
  /** Where its images came from; null where it does not say. */
  readonly data: Provenance | null;
  /** Whether it was changed after export: "unknown" where it carries no checksums. */
  readonly edited: "no" | "yes" | "unknown";
  /** What was changed, such as "cell [3]". */
  readonly edits: readonly string[];
  readonly items: readonly PageItem[];
  /** For the overview: what it had read of the other pages. */
  readonly overview: readonly PageItem[];
}

/** What stands against a set of pages, one line each. */
export function pageFaults(pages: readonly PageFindings[]): string[] {
  return [...pages.flatMap(edits), ...doubles(pages), ...mixedFiles(pages), ...foreignItems(pages)];
}

/** What is worth knowing of a set of pages and stands against nothing. */
export function pageNotices(pages: readonly PageFindings[]): string[] {
  const standIns = pages.filter(({ data }) => data?.kind === "synthetic");
  const notOfficial = fileNames(pages).filter((name) =>
    pages.some(({ data }) => data?.files.some((file) => file.name === name && !file.official))
  );
  const saved = pages.filter(({ saved }) => saved).map(({ file }) => file);
  return [
    ...saved.length === 0 ? [] : [
      `${saved.length === pages.length ? "All pages" : saved.join(", ")}: made from outputs that ` +
      "were saved earlier",
    ],
    ...standIns.map(({ file }) => `${file}: made from the synthetic STAND-IN, not from CIFAR-10`),
    ...notOfficial.map((name) => `${name} is NOT the official file of CIFAR-10`),
    ...differing("commits", pages, ({ commit }) => commit),
    ...differing("versions of klayer", pages, ({ klayer }) => klayer),
    ...pages.filter(({ file, name }) => !isFileOf(file, name)).map(({ file, name }) =>
      `${file}: holds the page of ${name}`
    ),
  ];
}

function edits({ file, edited, edits }: PageFindings): string[] {
  if (edited === "no") return [];
  return [
    edited === "yes"
      ? `${file}: EDITED after export: ${edits.join(", ")}`
      : `${file}: carries no checksums, so nobody can tell whether it was edited`,
  ];
}

function doubles(pages: readonly PageFindings[]): string[] {
  return [...groups(pages, ({ name }) => name)].filter(([, files]) => files.length > 1)
    .map(([name, files]) => `${files.join(" and ")}: both are pages of ${name}`);
}

/** Pages computed from different files of one name are no single experiment. */
function mixedFiles(pages: readonly PageFindings[]): string[] {
  return fileNames(pages).flatMap((name) =>
    differing(
      `files ${name}`,
      pages,
      ({ data }) => data?.files.find((file) => file.name === name)?.md5 ?? "",
    )
  );
}

/** Pages that are not those which the overview was made from. */
function foreignItems(pages: readonly PageFindings[]): string[] {
  const text = ({ found, standIn }: PageItem) => JSON.stringify([found, standIn]);
  return pages.flatMap(({ file, overview }) => {
    const read = new Map(overview.map((item) => [item.id, text(item)]));
    return pages.flatMap((page) => {
      const ids = page.items.filter((item) => (read.get(item.id) ?? text(item)) !== text(item))
        .map(({ id }) => id);
      if (ids.length === 0) return [];
      return [`${page.file}: not the page that ${file} was made from (${ids.join(", ")})`];
    });
  });
}

function differing(
  what: string,
  pages: readonly PageFindings[],
  side: (page: PageFindings) => string,
): string[] {
  const sides = [...groups(pages, side)].filter(([value]) => value !== "");
  if (sides.length < 2) return [];
  const parts = sides.map(([value, files]) => `${value} (${files.join(", ")})`);
  return [`The pages come from different ${what}: ${parts.join("; ")}`];
}

/** The files of the pages, by something about them. */
function groups(
  pages: readonly PageFindings[],
  side: (page: PageFindings) => string,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const page of pages) found.set(side(page), [...found.get(side(page)) ?? [], page.file]);
  return found;
}

function fileNames(pages: readonly PageFindings[]): string[] {
  return [...new Set(pages.flatMap(({ data }) => data?.files.map(({ name }) => name) ?? []))];
}

/** The overview is what a folder opens with. */
function isFileOf(file: string, name: string): boolean {
  const base = file.replace(/\.html?$/i, "");
  return base === name || (base === "index" && name.startsWith("00-"));
}
