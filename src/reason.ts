/**
 * Why something failed, in a few words.
 *
 * @module
 */

/**
 * The message of the innermost cause of an error, on one line: "fetch failed" tells nobody anything.
 *
 * @example
 * ```ts
 * import { reasonOf } from "klayer/reason.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const cause = new Error("no such host\nat line 3");
 * assertEquals(reasonOf(new Error("fetch failed", { cause })), "no such host");
 * ```
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message.split("\n")[0]
    .replace(/^error sending request for url \(.*?\): /, "")
    .replace(/\.$/, "");
}
