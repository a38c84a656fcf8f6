/**
 * The results as text.
 *
 * @module
 */

import { isBusy, type Machine } from "./machine.ts";
import type { Row } from "./measure.ts";
import type { Result } from "./parts.ts";

/** What the figures stand on, a line each. */
export function machineLines(machine: Machine): string[] {
  const { processor, cores, deno, numpy, torch, load } = machine;
  const lines = [
    `${processor}, ${cores} cores; Deno ${deno}; ${numpy}; ${
      torch ?? "PyTorch: not installed, left out"
    }`,
    load === null ? "load average: unknown" : `load average at the start: ${load.toFixed(2)}`,
  ];
  if (isBusy(machine)) {
    lines.push("WARNING: other programs were at work; do not trust the figures.");
  }
  return lines;
}

/** How long the products of an epoch would take at the rate of the part "peak". */
export function limitLines({ gflop }: Result, results: readonly Result[]): string[] {
  const peak = results.find(({ part }) => part === "peak");
  if (gflop === null || peak === undefined) return [];
  const limits = peak.rows.map(({ threads, median }) =>
    `${threeDigits(gflop / median)} s (threads: ${threads})`
  );
  return [`Its products alone, at the peak rate of dgemm: ${limits.join(", ")}.`];
}

/** A table per result: medians, the extremes over the rounds, and how many times as fast as NumPy. */
export function tableLines({ title, unit, rows }: Result): string[] {
  const head = ["", "threads", unit, "least", "most", "x NumPy", "x best NumPy"];
  const cells = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))
      .join("  ").trimEnd()
  );
  return ["", title, ...lines];
}

function cellsOf({ name, threads, values, median, overNumpy, overBestNumpy }: Row): string[] {
  const factor = (ratio: number | null) => ratio === null ? "" : ratio.toFixed(2);
  const numbers = [median, Math.min(...values), Math.max(...values)].map(threeDigits);
  return [name, String(threads), ...numbers, factor(overNumpy), factor(overBestNumpy)];
}

/** Three significant digits, and never an exponent. */
export function threeDigits(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Number.isFinite(decimals) ? value.toFixed(Math.min(decimals, 6)) : String(value);
}
