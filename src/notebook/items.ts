/**
 * What notebooks found for the items of the report: shown as a table, told to the export, and read
 * again by the overview.
 *
 * @module
 */

import type { Dataset, Provenance } from "../dataset.ts";
import { gradeItem, type GradeVerdict } from "../report/grade_rules.ts";
import { type Item, itemOf, items } from "../report/items.ts";
import { type Facts, publish, type Published } from "./facts.ts";
import { show } from "./jupyter.ts";
import { publishedBy } from "./published.ts";
import { table } from "./table.ts";

/** An item with what a notebook found for it. */
export interface FoundItem {
  readonly id: string;
  readonly found: readonly number[];
  readonly verdict: GradeVerdict;
  /** Digits, difference or claim, in a few words. */
  readonly agreement: string;
  /** What accounts for a difference, and where that is shown. */
  readonly finding?: string;
  /** The kind of data: with the synthetic stand-in nothing can be reproduced. */
  readonly data: "cifar-10" | "synthetic";
}

/** The kind under which {@linkcode reportItems} publishes its items. */
export const ITEMS_KIND = "items";

/** The kind under which the overview publishes the items that it read. */
export const OVERVIEW_KIND = "overview";

/**
 * Shows printed beside reproduced with the verdict for each item, and publishes the items. Await it.
 *
 * @param number of the table
 * @param found by item id, see `report/items.ts`
 */
export async function reportItems(
  number: string,
  { provenance }: Pick<Dataset, "provenance">,
  found: Readonly<Record<string, readonly number[]>>,
): Promise<void> {
  const value = Object.entries(found).map(([id, values]) => judged(id, values, provenance));
  await show(table({
    caption: `Table ${number}. What this notebook reproduces of the report.`,
    columns: [
      "item",
      { name: "value", source: "printed", kind: "text" },
      { name: "value", source: "reproduced", kind: "text" },
      "agreement",
      "verdict",
    ],
    rows: value.map((item) => itemRow(itemOf(item.id), item)),
    note: ITEM_NOTE,
  }));
  await publish({ kind: ITEMS_KIND, value }, `${value.length} items for the overview.`);
}

/** What the grader's sheet will say of the numbers found for an item. */
function judged(id: string, found: readonly number[], { kind, files }: Provenance): FoundItem {
  const official = files.some((file) => file.name === "test_batch.bin" && file.official);
  const { verdict, reason, finding } = gradeItem(itemOf(id), found, official);
  return { id, found, verdict, agreement: reason, ...finding && { finding }, data: kind };
}

/** A row of a table of items: name, printed, reproduced, agreement, verdict. */
export function itemRow(item: Item, found: FoundItem | undefined): string[] {
  const printed = inShort(item, item.printed);
  if (found === undefined) return [item.name, printed, "–", "–", "not run"];
  const reproduced = item.rule.kind === "claim" ? "–" : inShort(item, found.found);
  const verdict = found.data === "synthetic" ? "stand-in data" : found.verdict;
  return [item.name, printed, reproduced, found.agreement, verdict];
}

/** What a table of items has to say below it. */
export const ITEM_NOTE = "Of a table of costs the last one is shown; the agreement is that of all.";

/** A list of numbers in the width of a table's cell. */
function inShort({ name, rule }: Item, values: readonly number[]): string {
  if (values.length === 0) return "–";
  if (rule.kind === "magnitude") return values.map((value) => value.toExponential(1)).join(", ");
  const text = (value: number) => name.endsWith("(%)") ? value.toFixed(2) : String(value);
  if (rule.kind === "spread" && values.length > 1) {
    return `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
  }
  return values.length > 2 ? text(values.at(-1)!) : values.map(text).join(", ");
}

/**
 * What the other notebooks found: read from their outputs as the running export has made them, or
 * else from the notebooks as they were last saved.
 *
 * @param executed the folder of that export; by default the one that the environment names
 */
export async function foundItems(executed?: string): Promise<Map<string, FoundItem>> {
  const pages = new Set(items.map(({ page }) => page));
  const found = new Map<string, FoundItem>();
  for (const page of pages) {
    for (const item of itemsOf(await publishedBy(page, executed) ?? [])) found.set(item.id, item);
  }
  return found;
}

/**
 * Publishes what the overview read of the other notebooks, so that a page which it was not made from
 * can be told. Await it.
 */
export async function publishOverview(found: ReadonlyMap<string, FoundItem>): Promise<void> {
  const value = [...found.values()];
  await publish({ kind: OVERVIEW_KIND, value }, `${value.length} items read.`);
}

/** The items of what a notebook published, judged by the rules of today. */
function itemsOf(published: readonly Published[]): FoundItem[] {
  const data = published.filter(({ kind }) => kind === "facts")
    .map(({ value }) => (value as Facts).data).findLast((each) => each !== undefined);
  return published.filter(({ kind }) => kind === ITEMS_KIND)
    .flatMap(({ value }) => value as FoundItem[])
    .map((item) => ({ ...item, found: item.found.map((value) => value ?? NaN) }))
    .map((item) => data ? judged(item.id, item.found, data) : item);
}
