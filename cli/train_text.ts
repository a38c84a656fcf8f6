/**
 * What `deno task train` prints where no JSON is asked for.
 *
 * @module
 */

import type { History } from "klayer/run.ts";
import { FILES } from "klayer/run_folder.ts";
import type { Recorded } from "klayer/run_record.ts";
import { type TestAccuracies, testNames } from "klayer/test_accuracy.ts";

/** The line of an epoch that has just finished. */
export function epochLine(epoch: number, epochs: number, history: History): string {
  const at = epoch - 1;
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)} of ${epochs}:`,
    `training cost ${history.trainCost[at].toFixed(6)},`,
    `accuracy ${percent(history.trainAccuracy[at])};`,
    `validation cost ${history.validationCost[at].toFixed(6)},`,
    `accuracy ${percent(history.validationAccuracy[at])}`,
  ].join(" ");
}

/** What the run came to. */
export function summary(
  { best, stopped, initialCost, trainCost, seconds }: Recorded,
  test: TestAccuracies,
): string {
  const rows = [["training cost, before and after", `${initialCost} ${trainCost.at(-1) ?? ""}`]];
  if (stopped !== null) rows.push(["stopped", `in epoch ${stopped.epoch}: ${stopped.reason}`]);
  if (best !== null) {
    rows.push([
      "best validation accuracy",
      `${percent(best.validationAccuracy)} (epoch ${best.epoch})`,
    ]);
  }
  rows.push(...testRows(test));
  rows.push(["seconds of training", seconds.training.toFixed(2)]);
  rows.push(["seconds of evaluation", seconds.evaluation.toFixed(2)]);
  return alignRows(rows);
}

/** Where the run is, and what is there. */
export function savedLine(folder: string): string {
  const { page, record, state } = FILES;
  return `saved in ${folder}: ${page} (a page), ${record} (the history), ${state} (the weights)`;
}

/** A name and a value for each test accuracy. */
export function testRows(test: TestAccuracies): string[][] {
  return Object.entries(test).map(([name, accuracy]) => [
    testNames[name as keyof TestAccuracies],
    percent(accuracy),
  ]);
}

/** Names and values, below each other. */
export function alignRows(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** An accuracy for the eye. */
export function percent(accuracy: number): string {
  return `${accuracy.toFixed(2)}%`;
}
