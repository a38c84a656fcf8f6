/**
 * Recognising outputs that were cut off on their way.
 *
 * @module
 */

import { joined, type Output } from "./ipynb.ts";

/** The largest output that the kernel passes on reliably, in bytes. */
export const LARGEST_OUTPUT = 5_000_000;

/** Why an output looks cut off, or null. */
export function truncation({ data, text, metadata }: Output): string | null {
  const size = new TextEncoder().encode(JSON.stringify(data ?? text ?? "")).length;
  if (size > LARGEST_OUTPUT) {
    return `it has ${(size / 1e6).toFixed(1)} MB, more than the ${LARGEST_OUTPUT / 1e6} MB that ` +
      `the kernel passes on reliably`;
  }
  if (metadata?.klayer?.unfinished) return "its progress line never came to an end";
  for (const [type, value] of Object.entries(data ?? {})) {
    const content = typeof value === "string" || Array.isArray(value) ? joined(value) : null;
    if (content === null) continue;
    if (/[/+]json$/.test(type) && !isJson(content)) return `its ${type} is not complete JSON`;
    if (type === "image/svg+xml" && !isWholeSvg(content)) return "its drawing has no end";
    if (type === "text/html") {
      const open = unclosedTag(content);
      if (open !== null) return `its HTML never closes <${open}>`;
      if (!svgImages(content).every(isWholeSvg)) return "a drawing in its HTML has no end";
    }
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isWholeSvg(text: string): boolean {
  return text.trimEnd().endsWith("</svg>");
}

/** The drawings inside `img` elements. */
function svgImages(html: string): string[] {
  return [...html.matchAll(/src="data:image\/svg\+xml;base64,([^"]*)/g)].map(([, code]) => {
    try {
      return new TextDecoder().decode(Uint8Array.fromBase64(code));
    } catch {
      return "";
    }
  });
}

const CONTAINERS = /<(\/?)(table|thead|tbody|tr|figure|figcaption|svg|div|details|pre|ul|ol)\b/gi;

/** The first container element that is opened more often than closed. */
function unclosedTag(html: string): string | null {
  if (/<[a-z][^<>]*$/i.test(html)) return html.match(/<([a-z]+)[^<>]*$/i)?.[1] ?? null;
  const depth = new Map<string, number>();
  for (const [, slash, name] of html.matchAll(CONTAINERS)) {
    const tag = name.toLowerCase();
    depth.set(tag, (depth.get(tag) ?? 0) + (slash ? -1 : 1));
  }
  return [...depth].find(([, open]) => open > 0)?.[0] ?? null;
}
