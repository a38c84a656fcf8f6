/**
 * A training run as it goes on: its curve and a line of figures, replaced in place.
 *
 * @module
 */

import type { Progress, Run } from "../run.ts";
import { liveChart } from "./live_chart.ts";
import { DISPLAY, type Displayable, type MimeBundle } from "./jupyter.ts";
import { escapeHtml } from "./markup.ts";
import { duration, progressLine } from "./progress.ts";
import { openReplaced } from "./replaced.ts";

/** A run on the screen. */
export interface Live {
  update(at: Progress): void;
  /** What stays is one line, or a figure of the run and that line. Await it. */
  end(run: Run, figure?: Displayable): Promise<void>;
}

/** How often the output is replaced at most, in milliseconds. */
const INTERVAL = 400;

/** Shows a run that begins now. Throws outside a Jupyter kernel. */
export async function live(title: string, epochs: number): Promise<Live> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const output = await openReplaced({ "text/plain": `${title}: 0 of ${epochs} epochs` });
  let next = started + INTERVAL;
  return {
    update(at) {
      if (performance.now() < next) return;
      const line = liveLine(title, at, seconds());
      const svg = new TextEncoder().encode(liveChart(at.history, epochs)).toBase64();
      const html = `<figure><img alt="The cost of the run so far." width="480" ` +
        `src="data:image/svg+xml;base64,${svg}">\n<figcaption>${
          escapeHtml(line)
        }</figcaption></figure>`;
      output.replace({ "text/html": html, "text/plain": line }, true);
      next = performance.now() + INTERVAL;
    },
    async end(run, figure) {
      const line = endLine(title, run, seconds());
      output.replace(figure === undefined ? { "text/plain": line } : below(figure, line), false);
      await output.settle();
    },
  };
}

/** A figure with a line below it. */
function below(figure: Displayable, line: string): MimeBundle {
  const { "text/html": html, "text/plain": text } = figure[DISPLAY]();
  return {
    "text/html": `${html}\n<p><small>${escapeHtml(line)}</small></p>`,
    "text/plain": `${text}\n${line}`,
  };
}

/**
 * What is said of a run under way: where it is, the last costs and accuracies, the time left.
 *
 * @example
 * ```ts
 * import { liveLine } from "klayer/notebook/live.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const history = {
 *   initialCost: 2.3,
 *   trainCost: [2],
 *   validationCost: [2.1],
 *   trainAccuracy: [31.25],
 *   validationAccuracy: [30],
 * };
 * const line = liveLine("Run", { epoch: 2, epochs: 4, fraction: 0, history }, 3);
 * assertStringIncludes(line, "1 of 4 epochs, cost 2.0000 (validation 2.1000), 31.25% (30.00%), 9.0 s left");
 * ```
 */
export function liveLine(
  title: string,
  { epoch, epochs, fraction, history }: Progress,
  seconds: number,
): string {
  const { initialCost, trainCost, validationCost, trainAccuracy, validationAccuracy } = history;
  // Training figures are missing where they are not recorded.
  const last = (training: readonly number[], validation: readonly number[], digits: number) =>
    [training, validation].map((values) => values.at(-1) ?? NaN)
      .map((value) => Number.isFinite(value) ? value.toFixed(digits) : "–");
  const [cost, costThere] = last(trainCost, validationCost, 4);
  const [right, rightThere] = last(trainAccuracy, validationAccuracy, 2);
  const remark = trainCost.length === 0
    ? `cost ${initialCost.toFixed(4)}`
    : `cost ${cost} (validation ${costThere}), ${right}% (${rightThere}%)`;
  return progressLine(title, epoch - 1 + fraction, epochs, "epochs", seconds, remark);
}

/**
 * What is said of a run that has ended.
 *
 * @example
 * ```ts
 * import { endLine } from "klayer/notebook/live.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   endLine("Run", { trainCost: [2, 1.5], stopped: null }, 4.06),
 *   "Run: 2 epochs in 4.1 s, cost 1.5000",
 * );
 * ```
 */
export function endLine(
  title: string,
  { trainCost, stopped }: Pick<Run, "trainCost" | "stopped">,
  seconds: number,
): string {
  const epochs = trainCost.length === 1 ? "1 epoch" : `${trainCost.length} epochs`;
  const took = `${title}: ${epochs} in ${duration(seconds)}`;
  if (stopped !== null) return `${took}, stopped in epoch ${stopped.epoch}: ${stopped.reason}`;
  return `${took}, cost ${trainCost.at(-1)!.toFixed(4)}`;
}
