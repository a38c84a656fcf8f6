/**
 * Work that may be stopped and taken up again, with a progress line.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import type { ResumeProgress } from "../resume.ts";
import { type Progress, progress } from "./progress.ts";
import { stoppable } from "./stop.ts";

/** What is done, and how it is called. */
export interface Resumed<At> {
  readonly title: string;
  /** What is counted, such as "trials". */
  readonly unit: string;
  /** How many there are, those in the journal included. */
  readonly count: number;
  /** The file that keeps what is finished. */
  readonly journal?: string;
  /** What else is said of where it is. */
  readonly remark?: (at: At) => string | undefined;
}

/**
 * Runs all and shows how far it is. One line stays, which says how many results came from the journal;
 * throws an `InputError` where the Stop button ended it before all were done.
 */
export async function watchResumed<Result, At extends ResumeProgress>(
  { title, unit, count, journal, remark = () => undefined }: Resumed<At>,
  run: (options: {
    readonly journal?: string;
    readonly onProgress: (at: At) => void;
    readonly signal: AbortSignal;
  }) => Promise<Result[]>,
): Promise<Result[]> {
  let line: Promise<Progress> | undefined;
  let last: At | undefined;
  const onProgress = (at: At) => {
    last = at;
    // How many are left to do is known only now.
    line ??= progress(title, at.total, unit);
    void line.then((open) => open.update(at.done, remark(at)));
  };
  const results = await stoppable((signal) => run({ journal, onProgress, signal }));
  const { done, resumed } = last!;
  const remarks = [
    resumed > 0 ? `${resumed} more from the journal of an earlier run` : undefined,
    remark(last!),
  ].filter((each) => each !== undefined);
  const open = await line!;
  open.update(done);
  await open.end(remarks.length > 0 ? remarks.join(", ") : undefined);
  if (results.length < count) {
    throw new InputError(
      `Stopped with ${results.length} of ${count} ${unit} done, expected all; ` +
        (journal ? "they are kept: run the cell again to go on." : "run the cell again."),
    );
  }
  return results;
}
