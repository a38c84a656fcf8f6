/**
 * The grader's sheet: one row for each item of the report, from what exported pages say.
 *
 * @module
 */

import {
  type Graded,
  gradeItem,
  type GradeVerdict,
  PASSING,
  tolerance,
  WHY_REQUIRED,
} from "./grade_rules.ts";
import { pageFaults, type PageFindings, type PageItem, pageNotices } from "./grade_pages.ts";
import { type Item, items } from "./items.ts";

/** The file that test accuracies are measured on. */
const TEST_FILE = "test_batch.bin";

/** A row of the sheet. */
export interface SheetRow {
  readonly id: string;
  readonly item: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  readonly tolerance: string;
  readonly verdict: GradeVerdict;
  readonly reason: string;
  /** What accounts for a difference; empty where nothing is to be accounted for. */
  readonly finding: string;
  /** Whether the sheet passes only with this row, and why. */
  readonly required: boolean;
  readonly why: string;
  readonly passed: boolean;
  /** The notebook that the item belongs to, and the file that it was found in. */
  readonly page: string;
  readonly file: string;
  readonly edited: PageFindings["edited"];
}

/** The whole sheet. */
export interface Sheet {
  readonly passed: boolean;
  /** What stands against passing, one line each. */
  readonly against: readonly string[];
  /** What is worth knowing and stands against nothing. */
  readonly notices: readonly string[];
  /** Of the required rows. */
  readonly counts: Readonly<Partial<Record<GradeVerdict, number>>>;
  readonly pages: readonly PageFindings[];
  readonly rows: readonly SheetRow[];
}

/** What is asked of the pages. */
export interface GradeOptions {
  /** The notebooks whose items are required; all unless given. */
  readonly only?: readonly string[];
  /** What else is worth knowing, to be added to the sheet's notices. */
  readonly notices?: readonly string[];
}

/**
 * Grades pages. An item counts only where it is found on the page of its own notebook, on CIFAR-10,
 * on a page that is as it was exported. All verdicts are made here, from the numbers found; what a
 * page says about its own verdicts is not read.
 *
 * @example
 * ```ts
 * import { grade } from "klayer/report/grade.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { passed, rows, counts } = grade([]);
 * assertEquals([passed, rows.length, counts.missing], [false, 31, 31]);
 * ```
 */
export function grade(
  pages: readonly PageFindings[],
  { only, notices = [] }: GradeOptions = {},
): Sheet {
  const rows = items.map((item) => {
    const required = only?.includes(item.page) ?? true;
    return row(item, pages.filter(({ name }) => name === item.page), required);
  });
  const required = rows.filter((row) => row.required);
  const counts: Partial<Record<GradeVerdict, number>> = {};
  for (const { verdict } of required) counts[verdict] = (counts[verdict] ?? 0) + 1;
  const against = [...pageFaults(pages), ...shortfalls(required)];
  return {
    passed: against.length === 0,
    against,
    notices: [
      ...notices,
      ...pageNotices(pages),
      ...required.length === 0 ? ["No item of the report is required of this page"] : [],
    ],
    counts,
    pages,
    rows,
  };
}

function row(item: Item, pages: readonly PageFindings[], required: boolean): SheetRow {
  const page = pages.length === 1 ? pages[0] : undefined;
  const entries = page?.items.filter(({ id }) => id === item.id) ?? [];
  const { verdict, reason, finding = "" } = verdictOn(item, pages, entries);
  return {
    id: item.id,
    item: item.name,
    expected: item.printed,
    found: entries.length === 1 ? entries[0].found : [],
    tolerance: tolerance(item, hasOfficialTest(page)),
    verdict,
    reason,
    finding,
    required,
    why: WHY_REQUIRED[item.rule.kind],
    passed: PASSING.includes(verdict) && page?.edited === "no",
    page: item.page,
    file: page?.file ?? "",
    edited: page?.edited ?? "unknown",
  };
}

function verdictOn(
  item: Item,
  pages: readonly PageFindings[],
  entries: readonly PageItem[],
): Graded {
  const missing = (reason: string) => ({ verdict: "missing" as const, reason });
  if (pages.length === 0) return missing(`no page of ${item.page}`);
  if (pages.length > 1) return missing(`${pages.length} pages of ${item.page}, expected one`);
  const [page] = pages;
  if (entries.length === 0) return missing("the page does not have it");
  if (entries.length > 1) return missing(`the page has it ${entries.length} times, expected once`);
  if (page.data === null) return missing("the page does not say which images it used");
  if (page.data.kind !== "cifar-10" || entries[0].standIn) {
    return { verdict: "stand-in data", reason: "computed from the synthetic stand-in" };
  }
  return gradeItem(item, entries[0].found, hasOfficialTest(page));
}

function hasOfficialTest(page: PageFindings | undefined): boolean {
  return page?.data?.files.some(({ name, official }) => name === TEST_FILE && official) ?? false;
}

function shortfalls(rows: readonly SheetRow[]): string[] {
  const failed = rows.filter(({ verdict }) => !PASSING.includes(verdict));
  const kinds = [...new Set(failed.map(({ verdict }) => verdict))];
  return kinds.map((kind) => {
    const ids = failed.filter(({ verdict }) => verdict === kind).map(({ id }) => id);
    return `${ids.length} required ${ids.length === 1 ? "item" : "items"}: ${kind} (${
      ids.join(", ")
    })`;
  });
}
