/**
 * What another notebook published, for the notebook that sums up.
 *
 * @module
 */

import { FACTS_TYPE, type Published } from "./facts.ts";

/**
 * Everything that the cells of a notebook published, in order: read from its outputs as the running
 * export has made them, or else from the notebook as it was last saved; null where there is none.
 *
 * @param page the notebook's name without .ipynb
 * @param executed the folder of that export; by default the one that the environment names
 *
 * @example
 * ```ts
 * import { publishedBy } from "klayer/notebook/published.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await publishedBy("no-such-notebook"), null);
 * ```
 */
export async function publishedBy(
  page: string,
  executed: string | undefined = Deno.env.get("KLAYER_EXECUTED"),
): Promise<Published[] | null> {
  const text = (executed && await textOf(`${executed}/${page}.ipynb`)) ??
    await textOf(`${page}.ipynb`);
  if (text === null) return null;
  const { cells } = JSON.parse(text) as { cells: readonly Cell[] };
  return cells.flatMap(({ outputs = [] }) => outputs)
    .map(({ data }) => data?.[FACTS_TYPE] as Published | undefined)
    .filter((published) => published !== undefined);
}

interface Cell {
  readonly outputs?: readonly { readonly data?: Readonly<Record<string, unknown>> }[];
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
