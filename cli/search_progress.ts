/**
 * How far a search has come, on the terminal or as plain lines.
 *
 * @module
 */

import { progressLine } from "klayer/notebook/progress.ts";
import type { SearchProgress } from "klayer/search.ts";
import { standardError, type Terminal } from "./fetch_progress.ts";

/**
 * A status of a search: on a terminal one line, redrawn five times a second at most, with bar, best
 * result and time left; elsewhere, such as in a CI log, a plain line each 10 percent.
 */
export function searchProgress(title: string, terminal: Terminal = standardError()) {
  const started = terminal.now();
  let [shown, tenth] = [-Infinity, 0];
  return {
    show({ done, total, best }: SearchProgress): void {
      const now = terminal.now();
      const remark = best === null ? undefined : `best ${best.validationAccuracy!.toFixed(2)}%`;
      const line = progressLine(title, done, total, "trials", (now - started) / 1000, remark);
      if (terminal.isTerminal) {
        if (now - shown < 200) return;
        terminal.write(`\r\x1b[K${line}`);
        shown = now;
      } else if (Math.floor(10 * done / total) > tenth) {
        tenth = Math.floor(10 * done / total);
        terminal.write(`${line}\n`);
      }
    },
    /** Removes the line from the terminal. */
    clear(): void {
      if (terminal.isTerminal) terminal.write("\r\x1b[K");
    },
  };
}
