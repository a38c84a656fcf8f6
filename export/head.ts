/**
 * The head of a page: what was run, on what, with what, when.
 *
 * @module
 */

import { provenanceText } from "../src/notebook/facts.ts";
import { escapeHtml } from "../src/notebook/markup.ts";
import { duration } from "../src/notebook/progress.ts";
import { factsOf, type Told } from "./facts.ts";

/** What a page says about the run that made it, beyond what its cells published. */
export interface RunFacts {
  readonly name: string;
  /** Of the execution, where known. */
  readonly seconds?: number;
  /** Of the execution, where known. */
  readonly date?: Date;
  /** The commit of the checkout, where known. */
  readonly commit?: string;
  /** The version of this library, where it has one. */
  readonly klayer?: string;
  /** The outputs were saved with the notebook earlier, and not made for this page. */
  readonly saved?: boolean;
}

/** The first thing a reader sees, and not to be overlooked when the data are not CIFAR-10. */
export function provenanceLine(things: readonly Told[]): string {
  const { data, dataset } = factsOf(things);
  if (data === undefined) return `<p class="data">Data: this notebook uses none.</p>`;
  const real = data.kind === "cifar-10" && data.files.every(({ official }) => official);
  const set = dataset === undefined ? "" : ` (set ${dataset})`;
  return `<p class="data${real ? "" : " warning"}">Data: ${
    escapeHtml(provenanceText(data) + set)
  }.</p>`;
}

/** Protocol, seeds, backend, versions, commit, run time and date. */
export function factList(things: readonly Told[], run: RunFacts): string {
  const { protocol, seeds, backend, versions, more } = factsOf(things);
  const names: Record<string, string> = { deno: "Deno", v8: "V8" };
  const software = [
    run.klayer && `klayer ${run.klayer}`,
    ...Object.entries(versions ?? {}).map(([name, text]) => `${names[name] ?? name} ${text}`),
  ];
  const rows: [string, string | number | undefined][] = [
    ["Protocol", protocol],
    [seeds?.length === 1 ? "Seed" : "Seeds", seeds?.join(", ")],
    ["Backend", backend],
    ...Object.entries(more ?? {}),
    ["Software", software.filter(Boolean).join(", ")],
    ["Commit", run.commit ?? "unknown"],
    ["Run time", run.seconds === undefined ? "not recorded" : duration(run.seconds)],
    ["Date", run.date === undefined ? "not recorded" : dateText(run.date)],
    ["Outputs", run.saved ? "as saved in the notebook, not run again for this page" : undefined],
  ];
  const items = rows.filter(([, value]) => value !== undefined && value !== "").map(
    ([name, value]) =>
      `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd></div>`,
  );
  return `<dl>\n${items.join("\n")}\n</dl>`;
}

function dateText(date: Date): string {
  return date.toISOString().replace("T", " ").replace(/:\d\d\..*/, " UTC");
}
