import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FILES } from "klayer/cifar10/files.ts";
import { grade, type Sheet } from "klayer/report/grade.ts";
import { sheetCsv, sheetJson } from "klayer/report/grade_files.ts";
import type { PageFindings } from "klayer/report/grade_pages.ts";
import { EXPLAINED, gradeItem, PASSING, WHY_REQUIRED } from "klayer/report/grade_rules.ts";
import { sheetText } from "klayer/report/grade_text.ts";
import { itemOf, items } from "klayer/report/items.ts";

const official = Object.entries<string>(FILES).map(([name, md5]) => ({
  name,
  md5,
  official: true,
}));
const copied = official.map((file) =>
  file.name === "test_batch.bin" ? { ...file, md5: "0", official: false } : file
);

/** What is found for an item in a run as good as can be. */
function best(id: string): readonly number[] {
  const { rule, printed } = itemOf(id);
  if (rule.kind === "claim") return [1];
  return rule.kind === "spread" ? [printed[0] - 1, printed[0], printed[0] + 1] : printed;
}

/** The pages of a run as good as can be. */
function pages(
  change: (page: PageFindings) => PageFindings = (page) => page,
  files = official,
): PageFindings[] {
  return [...new Set(items.map(({ page }) => page))].map((name): PageFindings => ({
    file: `${name}.html`,
    sha256: name,
    name,
    date: "",
    commit: "abc",
    klayer: "0.1.0",
    saved: false,
    data: { kind: "cifar-10", files },
    edited: "no",
    edits: [],
    items: items.filter(({ page }) => page === name)
      .map(({ id }) => ({ id, found: best(id), standIn: false })),
    overview: [],
  })).map(change);
}

/** The pages with something else found for one item. */
function withFound(id: string, found: readonly number[], files = official): PageFindings[] {
  return pages((page) => ({
    ...page,
    items: page.items.map((item) => item.id === id ? { ...item, found } : item),
  }), files);
}

const page04 = "04-batch-normalisation";
const only04 = (changes: Partial<PageFindings>) =>
  pages((page) => page.name === page04 ? { ...page, ...changes } : page);
const rowOf = ({ rows }: Sheet, id: string) => rows.find((row) => row.id === id)!;

Deno.test("a run as good as can be passes, on all 31 items", () => {
  const sheet = grade(pages());
  assertEquals(sheet.against, []);
  assertEquals([sheet.passed, sheet.rows.length, sheet.counts], [true, 31, {
    reproduced: 29,
    agrees: 2,
  }]);
  assertEquals(sheet.notices, []);
  assert(sheet.rows.every(({ passed, required, why }) => passed && required && why !== ""));
  assertStringIncludes(sheetText(sheet), "PASSED");
});

Deno.test("each required item that differs fails the sheet, and is named", () => {
  for (const { id, printed } of items) {
    const sheet = grade(
      withFound(id, printed.length === 0 ? [0.5] : printed.map((x) => 100 * x + 1)),
    );
    assertEquals(sheet.passed, false, id);
    assertEquals(rowOf(sheet, id).verdict, "differs", id);
    assertEquals(sheet.against, [`1 required item: differs (${id})`]);
  }
});

Deno.test("each missing item and each missing page fails the sheet", () => {
  for (const { id, page } of items) {
    const without = pages((each) => ({ ...each, items: each.items.filter((x) => x.id !== id) }));
    assertEquals(grade(without).against, [`1 required item: missing (${id})`]);
    const sheet = grade(pages().filter(({ name }) => name !== page));
    assertEquals(sheet.passed, false);
    assertEquals(rowOf(sheet, id).reason, `no page of ${page}`);
  }
});

Deno.test("a known difference passes with its finding, a larger one does not", () => {
  const cases: [string, number[], number[]][] = [
    ["baseline", Array.from({ length: 20 }, (_, i) => 42.7 + i / 20), Array(20).fill(44.2)],
    ["figure-8", [48.37], [46]],
    ["figure-9", [10], [90]],
    ["coarse", [0], [NaN]],
  ];
  assertEquals(cases.map(([id]) => id).sort(), Object.keys(EXPLAINED).sort());
  for (const [id, known, other] of cases) {
    const sheet = grade(withFound(id, known, copied));
    const row = rowOf(sheet, id);
    assertEquals([sheet.passed, row.verdict], [true, "differs, explained"], id);
    assertStringIncludes(sheetText(sheet), EXPLAINED[id].finding);
    assertEquals(rowOf(grade(withFound(id, other, copied)), id).verdict, "differs", id);
  }
});

Deno.test("what rests on a copy of the test file, or on many seeds, explains nothing without", () => {
  assertEquals(gradeItem(itemOf("figure-8"), [48.37], true).verdict, "differs");
  assertEquals(gradeItem(itemOf("baseline"), [42.7, 42.8], false).verdict, "differs");
});

Deno.test("with a copy of the test file accuracies agree within 0.8 points, and it is said", () => {
  const sheet = grade(withFound("figure-2", [50.1], copied));
  const row = rowOf(sheet, "figure-2");
  assertEquals([row.verdict, sheet.passed], ["agrees", true]);
  assertEquals(row.tolerance, "0.8 points (test file not official)");
  assertEquals(sheet.notices, ["test_batch.bin is NOT the official file of CIFAR-10"]);
  assertEquals(grade(withFound("figure-2", [50.1])).passed, false);
});

Deno.test("the stand-in never passes, whatever was found, and is said", () => {
  const standIn = { kind: "synthetic", files: [], seed: 1 } as const;
  for (
    const changes of [
      { data: standIn },
      { items: pages()[3].items.map((item) => ({ ...item, standIn: true })) },
    ]
  ) {
    const sheet = grade(only04(changes));
    assertEquals(sheet.passed, false);
    const verdicts = sheet.rows.filter(({ page }) => page === page04).map(({ verdict }) => verdict);
    assertEquals(new Set(verdicts), new Set(["stand-in data"]));
    assertStringIncludes(sheetText(sheet), "required items: stand-in data");
  }
  assertStringIncludes(sheetText(grade(only04({ data: standIn }))), "synthetic STAND-IN");
  assertEquals(rowOf(grade(only04({ data: null })), "overfit").verdict, "missing");
});

Deno.test("an edited page fails the sheet and its rows, and what was edited is named", () => {
  for (const edited of ["yes", "unknown"] as const) {
    const sheet = grade(only04({ edited, edits: ["cell [7]"] }));
    assertEquals(sheet.passed, false);
    const failed = sheet.rows.filter(({ passed }) => !passed);
    assertEquals(new Set(failed.map(({ page }) => page)), new Set([page04]));
    assert(failed.every((row) => row.edited === edited));
    assertStringIncludes(sheet.against[0], edited === "yes" ? "cell [7]" : "no checksums");
  }
});

Deno.test("two pages of one notebook, and an item found twice, are counted for neither", () => {
  const [first, ...others] = pages();
  const twice = grade([first, { ...first, file: "other.html" }, ...others]);
  assertEquals(rowOf(twice, "plain2").verdict, "missing");
  assertStringIncludes(twice.against[0], "other.html: both are pages of 01-gradient-checks");
  const doubled = { ...first, items: [...first.items, first.items[0]] };
  assertEquals(rowOf(grade([doubled, ...others]), "plain2").verdict, "missing");
});

Deno.test("an item counts on the page of its own notebook only", () => {
  const [first, second, ...others] = pages();
  const moved = grade([{ ...first, items: [] }, {
    ...second,
    items: [...second.items, ...first.items],
  }, ...others]);
  assertEquals(rowOf(moved, "plain2").verdict, "missing");
});

Deno.test("pages swapped among each other are told; pages from other data fail", () => {
  const [first, second, ...others] = pages();
  const swapped = grade([
    { ...first, file: second.file },
    { ...second, file: first.file },
    ...others,
  ]);
  assertStringIncludes(swapped.notices[0], `${second.file}: holds the page of ${first.name}`);
  const other = grade([{ ...first, data: { kind: "cifar-10", files: copied } }, second, ...others]);
  assertEquals(other.passed, false);
  assertStringIncludes(other.against[0], "different files test_batch.bin");
  const commits = grade([{ ...first, commit: "def" }, second, ...others]);
  assertEquals(commits.passed, true);
  assertStringIncludes(
    commits.notices[0],
    "different commits: def (01-gradient-checks.html)",
  );
});

Deno.test("a page that the overview was not made from is told by its numbers", () => {
  const [first] = pages();
  const overview = { ...first, name: "00-overview", file: "index.html", items: [] };
  const read = pages().flatMap((page) => page.items);
  assertEquals(grade([...pages(), { ...overview, overview: read }]).passed, true);
  const sheet = grade([...withFound("overfit", [87.7, 29.2]), { ...overview, overview: read }]);
  const reason = `${page04}.html: not the page that index.html was made from (overfit)`;
  assert(sheet.against.includes(reason), sheet.against.join("\n"));
});

Deno.test("a page alone is asked for its own items", () => {
  const alone = pages().filter(({ name }) => name === page04);
  const sheet = grade(alone, { only: [page04] });
  assertEquals([sheet.passed, sheet.rows.length, sheet.counts], [true, 31, { reproduced: 5 }]);
  assertEquals(sheet.rows.filter(({ required }) => required).length, 5);
  assertEquals(sheetText(sheet).match(/no page of/g), null);
  assertEquals(grade(only04({ items: [] }), { only: [page04] }).passed, false);
});

Deno.test("every rule says why it is required, and every verdict passes or does not", () => {
  assert(items.every(({ rule }) => WHY_REQUIRED[rule.kind].length > 20));
  assertEquals(PASSING.includes("differs"), false);
  assertEquals(PASSING.includes("missing"), false);
  assertEquals(PASSING.includes("stand-in data"), false);
});

Deno.test("JSON and CSV have the rows in full precision, and no formula", () => {
  const found = itemOf("he").printed.map((x) => x + 1e-15);
  const hostile = withFound("he", found).map((page) => ({ ...page, file: "=cmd|' /C calc'!A0" }));
  const sheet = grade(hostile);
  const json = JSON.parse(sheetJson(sheet));
  assertEquals(json.rows.length, 31);
  assertEquals(rowOf(json, "he").found, found);
  assertEquals(json.pages.length, 6);
  const lines = sheetCsv(sheet).split("\r\n");
  assertEquals([lines.length, lines.at(-1)], [33, ""]);
  assertStringIncludes(lines[0], "id,item,page,file,expected,found,");
  const line = lines.find((each) => each.startsWith("he,"))!;
  assertStringIncludes(line, found.join("; "));
  assertStringIncludes(line, ",'=cmd");
  assertEquals(sheetCsv(sheet).match(/(^|[,\n"])[=@]/g), null);
});
