/**
 * What stands in the head of a journal of runs, and where the journal lies.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Dataset } from "../dataset.ts";
import type { Json } from "../journal.ts";
import { openKernels } from "../kernels/mod.ts";
import { sourcesDigest } from "../sources.ts";

/** A data set as far as a journal says which one it is. */
export type DatasetName = Pick<Dataset, "name" | "provenance">;

/** All that the results of a journal depend on, besides what each entry says itself. */
export interface JournalHead {
  readonly [name: string]: Json;
}

/**
 * The head of a journal: the plan, the images, further settings, the backend and the versions.
 *
 * @example
 * ```ts
 * import { journalHead } from "klayer/report/journal_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const provenance = { kind: "synthetic", files: [], seed: 1 } as const;
 * const head = journalHead({ name: "10k", provenance }, { plan: "mine" });
 * assertEquals(Object.keys(head), ["plan", "dataset", "backend", "version"]);
 * ```
 */
export function journalHead(
  { name: set, provenance }: DatasetName,
  { plan, ...settings }: { readonly plan: Json } & JournalHead,
  backend?: string,
): JournalHead {
  const { kind, files, seed = null } = provenance;
  const md5 = Object.fromEntries(files.map((file) => [file.name, file.md5]));
  return {
    plan,
    dataset: { name: set, kind, seed, md5 },
    ...settings,
    backend: openKernels(backend, { threads: 1 }).name,
    version: { klayer: sourcesDigest(), deno: Deno.version.deno },
  };
}

/**
 * A path below `folder` that another head would not have, so that results of different settings, data
 * or versions of this library never meet.
 *
 * @example
 * ```ts
 * import { journalFile } from "klayer/report/journal_file.ts";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(journalFile("runs", "mine", "first 10", {}), /^runs\/mine-first-10-[0-9a-f]{8}\.jsonl$/);
 * ```
 */
export function journalFile(folder: string, name: string, set: string, head: JournalHead): string {
  const digest = createHash("md5").update(JSON.stringify(head)).digest("hex").slice(0, 8);
  return `${folder}/${name}-${set.replaceAll(/[^0-9a-z]+/gi, "-")}-${digest}.jsonl`;
}
