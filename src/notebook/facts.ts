/**
 * What a page must say about itself, told by the notebook and read by the export.
 *
 * @module
 */

import type { Provenance } from "../dataset.ts";
import { display, drain } from "./jupyter.ts";

/** The MIME type under which a notebook hands values to the export; people do not see it. */
export const FACTS_TYPE = "application/vnd.klayer.facts+json";

/** What the head of a page is made of. Later facts of a notebook add to earlier ones. */
export interface Facts {
  /** Where the images came from: `data.provenance` of a data set. */
  readonly data?: Provenance;
  /** Name of the data set, such as "10k". */
  readonly dataset?: string;
  /** "report" or "standard". */
  readonly protocol?: string;
  readonly seeds?: readonly number[];
  /** Name of the kernels' backend. */
  readonly backend?: string;
  /** Anything else worth a line of the page's head: name and value. */
  readonly more?: Readonly<Record<string, string | number>>;
}

/** A value on its way to the export: what kind of thing it is, and the thing. */
export interface Published {
  readonly kind: string;
  readonly value: unknown;
}

/**
 * Tell the export what this notebook ran on; the notebook itself shows one line of it. Await it.
 * Throws outside a Jupyter kernel.
 */
export async function facts(given: Facts): Promise<void> {
  const versions = { deno: Deno.version.deno, v8: Deno.version.v8 };
  await publish({ kind: "facts", value: { ...given, versions } }, factsLine(given));
}

/**
 * Hand any value to the export, shown in the notebook as one line of text. The grader's items
 * travel this way, too. Await it. Throws outside a Jupyter kernel.
 */
export async function publish(published: Published, line: string): Promise<void> {
  await display({ [FACTS_TYPE]: published, "text/plain": line });
  await drain(JSON.stringify(published).length);
}

/**
 * The one line that a reader of the notebook sees.
 *
 * @example
 * ```ts
 * import { factsLine } from "klayer/notebook/facts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = factsLine({ data: { kind: "cifar-10", files: [] }, protocol: "report" });
 * assertEquals(line, "Data: CIFAR-10, the official files. Protocol: report.");
 * ```
 */
export function factsLine({ data, dataset, protocol, seeds, backend, more }: Facts): string {
  const parts: [string, string | undefined][] = [
    ["Data", data && provenanceText(data) + (dataset ? `, set ${dataset}` : "")],
    ["Protocol", protocol],
    ["Seeds", seeds?.join(", ")],
    ["Backend", backend],
    ...Object.entries(more ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  const line = parts.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}.`).join(" ");
  return data?.kind === "synthetic" ? `${line} ${STAND_IN_NOTE}` : line;
}

/** The prose of a notebook cannot follow its numbers everywhere, so it says what it was written for. */
const STAND_IN_NOTE = "The text was written for CIFAR-10; where it reads a result, that of the " +
  "stand-in may be another.";

/** Where the images came from, in a few words that never hide a stand-in. */
export function provenanceText({ kind, files, seed }: Provenance): string {
  if (kind === "synthetic") return `the synthetic STAND-IN (seed ${seed}), not CIFAR-10`;
  const foreign = files.filter(({ official }) => !official).map(({ name }) => name);
  if (foreign.length === 0) return "CIFAR-10, the official files";
  return `CIFAR-10, but NOT the official file for ${foreign.join(", ")}`;
}
