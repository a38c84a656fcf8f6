/**
 * The seal of a page: checksums of its parts, which show that it was changed after export, and where.
 *
 * Anyone can compute a checksum, so a seal shows edits; it is no signature, and somebody who makes
 * the checksums anew leaves no trace in the page. What speaks against that is outside of it: the
 * commit that the page names, run again.
 *
 * @module
 */

import { parseHTML } from "linkedom";
import { createHash } from "node:crypto";

/** Checksums of the parts of a page. */
export interface Seal {
  readonly algorithm: "SHA-256";
  /** By part: "cell-3" (the outputs of code cell 3), "header", "results", "rest"; in hexadecimal. */
  readonly parts: Readonly<Record<string, string>>;
}

/** What a page carries for the grader: JSON in its last `<template id="klayer-data">`. */
export type PageData = Readonly<Record<string, unknown>> & { readonly seal?: unknown };

const [ELEMENT, TEXT] = [1, 3]; // values of nodeType

/** The parts of the document object model that are read here; linkedom's own types need a browser's. */
export interface Node {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly childNodes: Iterable<Node>;
}

/** An element. */
export interface Element extends Node {
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

/** A parsed page; null where there is no element at all. */
export function parsePage(html: string): Element | null {
  const { document } = parseHTML(html) as unknown as { document: { documentElement?: Element } };
  return document.documentElement ?? null;
}

/** What the page carries for the grader, as text; null where there is nothing. */
export function dataText(page: Element): string | null {
  return dataElement(page)?.textContent ?? null;
}

function dataElement(page: Element): Element | undefined {
  return [...page.querySelectorAll("template#klayer-data")].at(-1);
}

/**
 * The seal that a page should have, whatever seal it carries.
 *
 * What counts is what a browser is told: elements, attributes and text, not how they are written
 * down, so that a page that was saved again by a browser or has other line ends keeps its seal. The
 * links between pages are left out, because a later export of another page changes them.
 *
 * @example
 * ```ts
 * import { parsePage, sealOf } from "../export/seal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = (output: string) =>
 *   parsePage(`<html><section class="cell" id="cell-1"><p>${output}</p></section></html>`)!;
 * const [before, after] = [sealOf(page("50.1"), {}).parts, sealOf(page("51.1"), {}).parts];
 * assertEquals(Object.keys(before).filter((part) => before[part] !== after[part]), ["cell-1"]);
 * ```
 */
export function sealOf(page: Element, data: PageData): Seal {
  const cells = [...page.querySelectorAll("section.cell")];
  const header = [...page.querySelectorAll("body > header")];
  const code = new Set<Node>(page.querySelectorAll("section.cell > details.code"));
  const links = new Set<Node>(page.querySelectorAll("nav.pages, nav.steps"));
  const outputs = cells.map((cell) => [...cell.childNodes].filter((node) => !code.has(node)));
  const elsewhere = new Set<Node>([...links, ...header, ...outputs.flat()]);
  const template = dataElement(page);
  if (template) elsewhere.add(template);
  const parts: Record<string, string> = {};
  const add = (name: string, text: string) => parts[unused(name, parts)] = sha256(text);
  for (const [i, cell] of cells.entries()) {
    add(cell.getAttribute("id") ?? "cell", outline(outputs[i], links));
  }
  add("header", outline(header, links));
  add("results", JSON.stringify({ ...data, seal: undefined }));
  add("rest", outline([page], elsewhere));
  return { algorithm: "SHA-256", parts };
}

/** The parts that differ between two seals: changed, removed or added, each in words. */
export function brokenParts(carried: Seal["parts"], actual: Seal["parts"]): string[] {
  const names = new Set([...Object.keys(carried), ...Object.keys(actual)]);
  return [...names].filter((name) => carried[name] !== actual[name]).map((name) => {
    const [before, after] = [Object.hasOwn(carried, name), Object.hasOwn(actual, name)];
    const change = !after ? " removed" : !before ? " added" : "";
    return partName(name) + change;
  });
}

const NAMES: Readonly<Record<string, string>> = {
  header: "the head of the page",
  results: "the embedded results",
  rest: "text, code or style",
};

function partName(name: string): string {
  return NAMES[name] ?? name.replace(/^cell-(\d+)/, "cell [$1]");
}

/** A page must not have two cells of one number; one that has is not overlooked. */
function unused(name: string, taken: Readonly<Record<string, string>>): string {
  return Object.hasOwn(taken, name) ? unused(`${name}, again`, taken) : name;
}

/** Elements, attributes in alphabetical order and text, written in one way; comments are left out. */
function outline(nodes: readonly Node[], skip: ReadonlySet<Node>): string {
  const written: string[] = [];
  // Not recursive: a page from a stranger may be nested as deep as it likes.
  const open: (Node | string)[] = [...nodes].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string") written.push(next);
    else if (skip.has(next)) continue;
    else if (next.nodeType === TEXT) written.push(escaped(next.nodeValue ?? ""));
    else if (next.nodeType === ELEMENT) {
      const { localName, attributes, childNodes } = next as Element;
      const pairs = [...attributes].map(({ name, value }) => ` ${name}="${escaped(value)}"`);
      written.push(`<${localName}${pairs.sort().join("")}>`);
      open.push(`</${localName}>`, ...[...childNodes].reverse());
    }
  }
  return written.join("");
}

function escaped(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

/** SHA-256 of a text in UTF-8, or of bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
