/**
 * A study of many runs with a progress line.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { runStudy, type StudyResult } from "../report/run_study.ts";
import type { RunSpec } from "../report/spec.ts";
import { watchResumed } from "./watch_resumed.ts";

/**
 * Trains and tests many networks, one on each core, and shows how far it is: runs done, time left. One
 * line stays, which says how many results came from the journal.
 *
 * @param journal the file that keeps finished runs, so that a stop of the kernel loses none of them;
 * none by default
 * @throws {InputError} as `runStudy` does, and where the Stop button ends it; an error outside a Jupyter
 * kernel
 */
export function watchStudy(
  title: string,
  data: Dataset,
  specs: readonly RunSpec[],
  journal?: string,
): Promise<StudyResult[]> {
  return watchResumed(
    { title, unit: "runs", count: specs.length, journal },
    (options) => runStudy(data, specs, options),
  );
}
