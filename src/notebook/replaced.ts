/**
 * One output that is replaced in place.
 *
 * @module
 */

import { display, drain, type MimeBundle } from "./jupyter.ts";

/** An output on the screen. */
export interface Replaced {
  /**
   * Puts something else in its place; `unfinished` says that more is to come. Where it is not, this is
   * the last: what comes later is not shown.
   */
  replace(data: MimeBundle, unfinished: boolean): void;
  /** Waits until the last replacement has surely arrived. */
  settle(): Promise<void>;
}

let outputs = 0;

/** Displays an output that can be replaced. Throws outside a Jupyter kernel. */
export async function openReplaced(first: MimeBundle): Promise<Replaced> {
  const id = `klayer-replaced-${++outputs}`;
  await display(first, { unfinished: true }, { id });
  // Messages are sent one after another, so that an old one never overtakes a new one.
  let sent = Promise.resolve();
  let length = 0;
  let isFinished = false;
  return {
    replace(data, unfinished) {
      if (isFinished) return;
      isFinished = !unfinished;
      sent = sent.then(() => display(data, { unfinished }, { id, update: true }));
      if (!unfinished) length = JSON.stringify(data).length;
    },
    async settle() {
      await sent;
      await drain(length);
    },
  };
}
