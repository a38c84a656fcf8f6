/**
 * A search with a progress line.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { InputError } from "../errors.ts";
import { runSearch, type SearchRequest } from "../report/run_search.ts";
import type { SearchProgress, TrialResult } from "../search.ts";
import { type Progress, progress } from "./progress.ts";
import { stoppable } from "./stop.ts";

/**
 * Runs a search on all cores and shows how far it is: trials done, best so far, time left. One line
 * stays, which says how many results came from the journal.
 *
 * @param journal the file that keeps finished trials, so that a stop of the kernel loses none of them;
 * none by default
 * @throws {InputError} as `runSearch` does, and where the Stop button ends it; an error outside a Jupyter kernel
 */
export async function watchSearch(
  title: string,
  data: Dataset,
  request: SearchRequest,
  journal?: string,
): Promise<TrialResult[]> {
  let line: Promise<Progress> | undefined;
  let last: SearchProgress | undefined;
  const onProgress = (at: SearchProgress) => {
    last = at;
    // How many trials are left to do is known only now.
    line ??= progress(title, at.total, "trials");
    void line.then((open) => open.update(at.done, bestSoFar(at)));
  };
  const results = await stoppable((signal) =>
    runSearch(data, request, { journal, onProgress, signal })
  );
  const remarks = [
    last!.resumed > 0 ? `${last!.resumed} more from the journal of an earlier run` : undefined,
    bestSoFar(last!),
  ];
  const open = await line!;
  open.update(last!.done);
  await open.end(remarks.filter((remark) => remark !== undefined).join(", "));
  if (results.length < request.trials.length) {
    throw new InputError(
      `Stopped with ${results.length} of ${request.trials.length} trials done, expected all; ` +
        (journal ? "they are kept: run the cell again to go on." : "run the cell again."),
    );
  }
  return results;
}

function bestSoFar({ best }: SearchProgress): string | undefined {
  return best === null ? undefined : `best ${best.validationAccuracy!.toFixed(2)}%`;
}
