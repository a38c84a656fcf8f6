/**
 * A search with a progress line.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { runSearch, type SearchRequest } from "../report/run_search.ts";
import type { SearchProgress, TrialResult } from "../search.ts";
import { watchResumed } from "./watch_resumed.ts";

/**
 * Runs a search on all cores and shows how far it is: trials done, best so far, time left. One line
 * stays, which says how many results came from the journal.
 *
 * @param journal the file that keeps finished trials, so that a stop of the kernel loses none of them;
 * none by default
 * @throws {InputError} as `runSearch` does, and where the Stop button ends it; an error outside a Jupyter kernel
 */
export function watchSearch(
  title: string,
  data: Dataset,
  request: SearchRequest,
  journal?: string,
): Promise<TrialResult[]> {
  return watchResumed(
    { title, unit: "trials", count: request.trials.length, journal, remark: bestSoFar },
    (options) => runSearch(data, request, options),
  );
}

function bestSoFar({ best }: SearchProgress): string | undefined {
  return best === null ? undefined : `best ${best.validationAccuracy!.toFixed(2)}%`;
}
