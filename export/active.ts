/**
 * What in a page could run, or lead away from it without a click, were there no policy against it.
 *
 * @module
 */

import { parseHTML } from "linkedom";

/** The part of the DOM used here; Deno has no types of it. */
interface Element {
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly innerHTML: string;
  querySelectorAll(selector: string): Iterable<Element>;
}

/**
 * Elements that run, embed, submit or move the page's own addresses, also in SVG, and those whose content
 * is text to one parser and markup to another.
 */
const ELEMENTS = new Set([
  ...["script", "iframe", "frame", "frameset", "object", "embed", "applet", "portal"],
  ...["base", "form", "foreignobject", "handler", "listener"],
  ...["noscript", "noembed", "noframes", "plaintext", "textarea", "xmp"],
]);

/** Attributes that hold an address. */
const ADDRESSES = new Set([
  ...["href", "xlink:href", "src", "srcdoc", "action", "formaction", "data", "poster", "ping"],
  ...["from", "to", "values", "by", "background", "cite", "longdesc", "manifest"],
]);

/**
 * Elements, event handlers and addresses of a page that could run something, each in a few words.
 *
 * Such a page is not made: its policy keeps browsers from running any of it, but what a policy must
 * stop has no business in a report. Text that speaks of scripts is text and is not found.
 *
 * @example
 * ```ts
 * import { activeContent } from "../export/active.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(activeContent("<p onclick='x()'>&lt;script&gt;</p>"), ['<p onclick="x()">']);
 * ```
 */
export function activeContent(html: string): string[] {
  const page = /^\s*<!doctype/i.test(html)
    ? html
    : `<!doctype html><html><body>${html}</body></html>`;
  const { document } = parseHTML(page) as unknown as { document: Element };
  // Comments that end earlier for browsers than for others.
  const comments = html.match(/<!--(?:-?>|(?:(?!-->)[^])*?--!>)/g) ?? [];
  const elements = [...document.querySelectorAll("*")].flatMap((element) => {
    const name = element.localName.toLowerCase();
    const attributes = [...element.attributes].filter(({ name, value }) =>
      /^on/i.test(name) ||
      (ADDRESSES.has(name.toLowerCase()) && partsOf(name, value).some(isActive)) ||
      (/^srcdoc$/i.test(name))
    ).map((attribute) => `<${name} ${attribute.name}="${attribute.value}">`);
    // A template's content stands apart from the document.
    const inside = name === "template" ? activeContent(element.innerHTML) : [];
    const isItself = ELEMENTS.has(name.replace(/^.*:/, "")) || refreshes(name, element);
    return [...isItself ? [`<${name}>`] : [], ...attributes, ...inside];
  });
  return [...comments, ...elements];
}

/** An animation may go through a list of addresses. */
function partsOf(name: string, value: string): string[] {
  return /^values$/i.test(name) ? value.split(";") : [value];
}

/** Whether an address is a program or a document of its own. */
function isActive(value: string): boolean {
  // Browsers skip spaces and control characters in front of and within a scheme.
  const bare = value.replace(/[\p{Cc}\s]/gu, "").toLowerCase();
  return /^(javascript|vbscript|livescript|mocha|blob|filesystem|file):/.test(bare) ||
    /^data:(?!image\/(svg\+xml|png|jpeg|gif|webp)[;,]|,)/.test(bare);
}

function refreshes(name: string, { attributes }: Element): boolean {
  return name === "meta" &&
    [...attributes].some(({ name, value }) =>
      name.toLowerCase() === "http-equiv" && !/^content-security-policy$/i.test(value.trim())
    );
}
