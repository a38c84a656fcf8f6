/**
 * How far the fetching of the archive has come, on the terminal or as plain lines.
 *
 * @module
 */

import type { FetchProgress } from "klayer/fetch.ts";

/** What each stage is called. */
const STAGES: Record<FetchProgress["stage"], string> = {
  download: "Downloading",
  verify: "Verifying",
  extract: "Unpacking",
};

const BAR = 24;

/** Where the output goes; the default is standard error. */
export interface Terminal {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Milliseconds. */
  now(): number;
}

/**
 * A progress callback: on a terminal one line per stage, redrawn ten times a second at most, with
 * bar, percent, speed and time left; elsewhere, such as in a CI log, a plain line each 10 percent.
 */
export function fetchProgress(terminal: Terminal = standardError()) {
  let stage = "", startTime = 0, startBytes = 0, shown = -Infinity, tenth = -1;
  return (progress: FetchProgress): void => {
    const { done, total } = progress;
    const now = terminal.now();
    // A stage that starts afresh shows as fewer bytes than before.
    if (progress.stage !== stage || done < startBytes) {
      [stage, startTime, startBytes, shown, tenth] = [progress.stage, now, done, -Infinity, -1];
    }
    const finished = done >= total;
    const speed = 1000 * (done - startBytes) / Math.max(now - startTime, 1);
    if (terminal.isTerminal) {
      if (!finished && now - shown < 100) return;
      terminal.write(`\r\x1b[K${bar(progress)} ${progressText(progress, speed)}`);
      if (finished) terminal.write("\n");
      shown = now;
    } else if (Math.floor(10 * done / total) > tenth) {
      tenth = Math.floor(10 * done / total);
      terminal.write(`${progressText(progress, speed)}\n`);
    }
  };
}

/** One line: stage, percent, megabytes, speed (bytes per second) and time left. */
export function progressText({ stage, done, total }: FetchProgress, speed: number): string {
  const percent = `${Math.floor(100 * done / total)}%`.padStart(4);
  const bytes = `${megabytes(done)} of ${megabytes(total)} MB`;
  if (done >= total || speed <= 0) return `${STAGES[stage]} ${percent}, ${bytes}`;
  const left = timeLeft((total - done) / speed);
  return `${STAGES[stage]} ${percent}, ${bytes}, ${megabytes(speed)} MB/s, ${left} left`;
}

function bar({ done, total }: FetchProgress): string {
  const full = Math.min(BAR, Math.floor(BAR * done / total));
  return `[${"=".repeat(full)}${" ".repeat(BAR - full)}]`;
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value.toFixed(value < 1 ? 2 : 1);
}

function timeLeft(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.ceil(seconds)} s`;
}

/** Standard error, where progress goes. */
export function standardError(): Terminal {
  const encoder = new TextEncoder();
  return {
    isTerminal: Deno.stderr.isTerminal(),
    write(text) {
      try {
        Deno.stderr.writeSync(encoder.encode(text));
      } catch {
        // A closed terminal or a full disk: not to know how far the work is does not stop the work.
      }
    },
    now: () => performance.now(),
  };
}
