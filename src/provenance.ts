/**
 * Says in one sentence what a data set is made of.
 *
 * @module
 */

import { FILES } from "./cifar10/files.ts";
import type { Dataset } from "./dataset.ts";

/**
 * The first line of every page and output: which data these are, and whether they are official.
 *
 * @example
 * ```ts
 * import { provenanceLine } from "klayer/provenance.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const provenance = { kind: "synthetic", files: [], seed: 400 } as const;
 * assertStringIncludes(provenanceLine({ provenance }), "SYNTHETIC STAND-IN, not CIFAR-10");
 * ```
 */
export function provenanceLine({ provenance }: Pick<Dataset, "provenance">): string {
  const { kind, files, seed } = provenance;
  if (kind === "synthetic") {
    return `SYNTHETIC STAND-IN, not CIFAR-10: images made by a program from seed ${seed}; ` +
      "no figure here can be compared with the report's.";
  }
  const others = files.filter(({ official }) => !official);
  if (others.length === 0) {
    return `CIFAR-10 (binary version); all ${files.length} files read are the official ones.`;
  }
  const named = others.map(({ name, md5 }) =>
    `${name} is NOT the official file (md5 ${md5}, official ${FILES[name as keyof typeof FILES]})`
  );
  return `CIFAR-10 (binary version); ${files.length - others.length} of ${files.length} files ` +
    `read are official; ${named.join("; ")}.`;
}
