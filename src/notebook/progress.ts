/**
 * One line that tells how far a long computation is, replaced in place.
 *
 * @module
 */

import { openReplaced } from "./replaced.ts";

/** The line of one computation. */
export interface Progress {
  /** Say how many steps are done, and something about the last, such as its cost. */
  update(done: number, remark?: string): void;
  /** Finish: what stays is the title, the steps and the time taken. Await it. */
  end(remark?: string): Promise<void>;
}

const INTERVAL = 200;

/**
 * Show a line such as "40-epoch run: 12 of 40 epochs, cost 1.4759, 3 s left", five times a second
 * at most; after `end`, "40-epoch run: 40 epochs in 4.1 s". Throws outside a Jupyter kernel.
 */
export async function progress(title: string, total: number, unit = "epochs"): Promise<Progress> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const plain = (text: string) => ({ "text/plain": text });
  const output = await openReplaced(plain(`${title}: 0 of ${total} ${unit}`));
  let steps = 0;
  let next = 0;
  return {
    update(done, remark) {
      steps = done;
      if (performance.now() < next) return;
      next = performance.now() + INTERVAL;
      output.replace(plain(progressLine(title, done, total, unit, seconds(), remark)), true);
    },
    async end(remark) {
      const took = `${title}: ${Math.floor(steps)} ${unit} in ${duration(seconds())}`;
      output.replace(plain(remark ? `${took}, ${remark}` : took), false);
      await output.settle();
    },
  };
}

/**
 * The text of an unfinished line.
 *
 * @example
 * ```ts
 * import { progressLine } from "klayer/notebook/progress.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = progressLine("Run", 10, 40, "epochs", 2, "cost 1.5932");
 * assertEquals(line, "Run: ▓▓▓▓▓░░░░░░░░░░░░░░░ 10 of 40 epochs, cost 1.5932, 6.0 s left");
 * ```
 */
export function progressLine(
  title: string,
  done: number,
  total: number,
  unit: string,
  seconds: number,
  remark?: string,
): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const full = Math.round(share * 20);
  const bar = "▓".repeat(full) + "░".repeat(20 - full);
  const left = share > 0 ? `${duration(seconds / share - seconds)} left` : undefined;
  return `${title}: ${bar} ` +
    [`${Math.floor(done)} of ${total} ${unit}`, remark, left].filter((part) => part).join(", ");
}

/**
 * A time span as people say it.
 *
 * @example
 * ```ts
 * import { duration } from "klayer/notebook/progress.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.02, 4.06, 73, 4000].map(duration), ["20 ms", "4.1 s", "1 min 13 s", "1 h 6 min"]);
 * ```
 */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
