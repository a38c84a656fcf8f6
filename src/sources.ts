/**
 * The version of this library that a result was computed with.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { projectRoot } from "./locate.ts";

let known: string | undefined;

/**
 * A checksum over the modules of src/ that compute, as hexadecimal digits: a result that was kept is
 * good for as long as it stays the same. It is taken once in a process, on the first call.
 *
 * Throws what `Deno.readTextFileSync` throws.
 *
 * @example
 * ```ts
 * import { sourcesDigest } from "klayer/sources.ts";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(sourcesDigest(), /^[0-9a-f]{32}$/);
 * ```
 */
export function sourcesDigest(): string {
  return known ??= digestOf(`${projectRoot()}/src`);
}

/** The checksum over the modules in a directory and below, those of `notebook` left out. */
function digestOf(directory: string): string {
  const hash = createHash("md5");
  for (const path of modules(directory)) {
    hash.update(`${path.slice(directory.length)}\n${Deno.readTextFileSync(path)}\n`);
  }
  return hash.digest("hex");
}

function modules(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    if (isDirectory) return name === "notebook" ? [] : modules(path);
    return name.endsWith(".ts") ? [path] : [];
  }).sort();
}
