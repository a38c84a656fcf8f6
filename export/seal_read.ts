/**
 * Reading a page for the grader. A page may come from anybody: nothing in it is believed to have the
 * form that it should have, and nothing of it reaches a terminal or a spreadsheet as it stands.
 *
 * @module
 */

import { FILES } from "../src/cifar10/files.ts";
import type { Provenance } from "../src/dataset.ts";
import { InputError } from "../src/errors.ts";
import { ITEMS_KIND, OVERVIEW_KIND } from "../src/notebook/items.ts";
import type { PageFindings, PageItem } from "../src/report/grade_pages.ts";
import { visible } from "../src/report/grade_text.ts";
import { brokenParts, dataText, type Element, parsePage, sealOf } from "./seal.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is read from a page; the file that it stands in is the caller's to add. */
export type Read = Omit<PageFindings, "file" | "sha256">;

/** Longer lists are cut: no fact about a run takes more. */
const MOST = 1000;

const OFFICIAL = new Map<string, string>(Object.entries(FILES));

/**
 * What a page says. Throws `InputError`, in words that follow the name of the file, where it is not
 * a page that `deno task report` made.
 *
 * @example
 * ```ts
 * import { readPage } from "../export/seal_read.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => readPage("<html><p>Hello</p></html>"), Error, "is no page of klayer");
 * ```
 */
export function readPage(html: string): Read {
  const page = parsePage(html);
  const data = page && parsedData(page);
  if (!page || !data) {
    throw new InputError("is no page of klayer: it carries no results that can be read");
  }
  const run = record(data.run);
  const published = list(data.published).map(record);
  const facts = published.filter(({ kind }) => kind === "facts").map(({ value }) => record(value));
  const parts = sealParts(data.seal);
  const edits = parts === null ? [] : brokenParts(parts, sealOf(page, data).parts);
  return {
    name: text(run.name),
    date: text(run.date),
    commit: text(run.commit),
    klayer: text(run.klayer),
    saved: run.saved === true,
    data: provenance(facts.findLast((fact) => fact.data !== undefined)?.data),
    edited: parts === null ? "unknown" : edits.length > 0 ? "yes" : "no",
    edits: edits.map(text),
    items: itemsOf(published, ITEMS_KIND),
    overview: itemsOf(published, OVERVIEW_KIND),
  };
}

function itemsOf(published: readonly Json[], wanted: string): PageItem[] {
  return published.filter(({ kind }) => kind === wanted).flatMap(({ value }) => list(value))
    .map(record).map(({ id, found, data }) => ({
      id: text(id),
      found: list(found).map((number) => typeof number === "number" ? number : NaN),
      standIn: data !== "cifar-10",
    }));
}

function parsedData(page: Element): Json | null {
  try {
    const data: unknown = JSON.parse(dataText(page) ?? "");
    return typeof data === "object" && data !== null && "published" in data ? data as Json : null;
  } catch {
    return null;
  }
}

function sealParts(seal: unknown): Record<string, string> | null {
  const { algorithm, parts } = record(seal);
  if (algorithm !== "SHA-256" || typeof parts !== "object" || parts === null) return null;
  return Object.fromEntries(
    Object.entries(parts).map(([name, sum]) => [
      name,
      typeof sum === "string" ? sum : JSON.stringify(sum),
    ]),
  );
}

/** What a page says of its images; whether a file is the official one is decided by its checksum. */
function provenance(value: unknown): Provenance | null {
  const { kind, files, seed } = record(value);
  if (kind !== "cifar-10" && kind !== "synthetic") return null;
  const read = list(files).map(record).map((file) => {
    const [name, md5] = [text(file.name), text(file.md5)];
    return { name, md5, official: OFFICIAL.get(name) === md5 };
  });
  return { kind, files: read, ...typeof seed === "number" ? { seed } : {} };
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null ? value as Json : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST) : [];
}

/** A short text that is safe to show. */
function text(value: unknown): string {
  return typeof value === "string" ? visible(value) : "";
}
