/**
 * A study of many runs with a progress line.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { InputError } from "../errors.ts";
import { runStudy, type StudyResult } from "../report/run_study.ts";
import type { RunSpec } from "../report/spec.ts";
import type { ResumeProgress } from "../resume.ts";
import { type Progress, progress } from "./progress.ts";
import { stoppable } from "./stop.ts";

/**
 * Trains and tests many networks, one on each core, and shows how far it is: runs done, time left. One
 * line stays, which says how many results came from the journal.
 *
 * @param journal the file that keeps finished runs, so that a stop of the kernel loses none of them;
 * none by default
 * @throws {InputError} as `runStudy` does, and where the Stop button ends it; an error outside a Jupyter
 * kernel
 */
export async function watchStudy(
  title: string,
  data: Dataset,
  specs: readonly RunSpec[],
  journal?: string,
): Promise<StudyResult[]> {
  let line: Promise<Progress> | undefined;
  let last: ResumeProgress | undefined;
  const onProgress = (at: ResumeProgress) => {
    last = at;
    // How many runs are left to do is known only now.
    line ??= progress(title, at.total, "runs");
    void line.then((open) => open.update(at.done));
  };
  const results = await stoppable((signal) =>
    runStudy(data, specs, { journal, onProgress, signal })
  );
  const open = await line!;
  open.update(last!.done);
  const { resumed } = last!;
  await open.end(resumed > 0 ? `${resumed} more from the journal of an earlier run` : undefined);
  if (results.length < specs.length) {
    throw new InputError(
      `Stopped with ${results.length} of ${specs.length} runs done, expected all; ` +
        (journal ? "they are kept: run the cell again to go on." : "run the cell again."),
    );
  }
  return results;
}
