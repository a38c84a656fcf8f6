import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DISPLAY } from "klayer/notebook/jupyter.ts";
import {
  accuracySteps,
  bestTable,
  dotRows,
  rangeTable,
  searchMap,
  searchProfile,
} from "klayer/notebook/mod.ts";
import { coarse } from "klayer/report/search_plan.ts";
import { drawTrials, type TrialResult } from "klayer/search.ts";

/** Accuracies that fall with the distance from eta = 0.02, whatever lambda is. */
const results: TrialResult[] = drawTrials(coarse, 400).map((trial) => ({
  ...trial,
  validationAccuracy: Math.round(100 * (43 - 5 * Math.abs(Math.log(trial.eta / 0.02)))) / 100,
  epoch: 9,
  stopped: null,
  seconds: 1,
}));
const best = Math.max(...results.map(({ validationAccuracy }) => validationAccuracy!));
const text = (shown: ReturnType<typeof bestTable>) => String(shown[DISPLAY]()["text/plain"]);

Deno.test("a map has a dot for each trial, in steps that differ by size as well as by colour", () => {
  const svg = searchMap({ results });
  const dots = [...svg.matchAll(/<g [^>]*stroke="#1a1a1a" fill="(#[0-9a-f]{6})"[\s\S]*?<\/g>/g)];
  const sizes = new Map<string, Set<string>>();
  let count = 0;
  for (const [group, fill] of dots) {
    for (const [, r] of group.matchAll(/<circle [^>]*r="([\d.]+)"/g)) {
      sizes.set(fill, (sizes.get(fill) ?? new Set()).add(r));
      count++;
    }
  }
  // Five more in the legend.
  assertEquals(count, results.length + 5);
  assertEquals([...sizes.values()].map((each) => each.size), [1, 1, 1, 1, 1]);
  assertEquals(new Set([...sizes.values()].flatMap((each) => [...each])).size, 5);
  assertStringIncludes(svg, `best ${best.toFixed(2)}%`);
  for (const bound of accuracySteps(results)) assertStringIncludes(svg, `>${bound.toFixed(1)}<`);
  for (const lambda of ["1e-6", "1e-2"]) assertStringIncludes(svg, `>${lambda}<`);
});

Deno.test("a profile has a row for each lambda and rings the best trial", () => {
  const svg = searchProfile({ results });
  for (const { lambda } of coarse.ranges) {
    assertStringIncludes(svg, `λ = ${lambda.toExponential()}`);
  }
  assertEquals(svg.match(/<circle/g)?.length, results.length + 1);
});

Deno.test("searches of no trial, of one, and of equal ones can be drawn", () => {
  const [one] = results;
  const equal = results.map((result) => ({ ...result, validationAccuracy: 10 }));
  const none = results.map((result) => ({ ...result, validationAccuracy: null }));
  for (const some of [[], [one], equal, none]) {
    for (const svg of [searchMap({ results: some }), searchProfile({ results: some })]) {
      assert(svg.startsWith("<svg") && svg.endsWith("</svg>"));
      assertEquals(/NaN|Infinity|undefined/.test(svg), false);
    }
  }
});

Deno.test("a wide range of learning rates is ticked at powers of ten only", () => {
  const wide = results.map((result, i) => ({ ...result, eta: 10 ** (-4 + 4 * i / 149) }));
  const ticks = (svg: string) =>
    svg.split('aria-label="x-axis tick label"')[1].split("</g>")[0].match(/>[\d.]+</g);
  assertEquals(ticks(searchMap({ results: wide })), [
    ">0.0001<",
    ">0.001<",
    ">0.01<",
    ">0.1<",
    ">1<",
  ]);
  assertEquals(ticks(searchMap({ results })), [">0.01<", ">0.02<", ">0.05<"]);
});

Deno.test("no text of these charts is smaller than 12 pixels", () => {
  const rows = [{ label: "η = 0.01", values: [42, 43], mark: 44 }];
  const names = { values: "other seeds", mark: "the search" };
  const charts = [
    searchMap({ results }),
    searchProfile({ results }),
    dotRows({ x: "accuracy (%)", rows, names }),
  ];
  for (const svg of charts) {
    const sizes = [...svg.matchAll(/font-size="([\d.]+)/g)].map(([, size]) => Number(size));
    assert(sizes.length > 0 && sizes.every((size) => size >= 12), `${sizes}`);
  }
});

Deno.test("rows of dots show every value, their mean and the mark", () => {
  const svg = dotRows({
    x: "accuracy (%)",
    rows: [{ label: "a & b", values: [41, 42, 43], mark: 44 }, {
      label: "c",
      values: [40],
      mark: 41,
    }],
    names: { values: "other seeds", mark: "the search" },
  });
  assertStringIncludes(svg, "a &amp; b");
  assertEquals(svg.match(/<circle/g)?.length, 4 + 1);
  // Triangles of the marks and of the legend.
  assertEquals(svg.match(/<path [^>]*d="M0,-/g)?.length, 3);
  assertStringIncludes(svg, "other seeds (line: mean)");
});

Deno.test("steps part the results evenly and never repeat", () => {
  const steps = accuracySteps(results);
  assertEquals(steps.length, 4);
  const counts = [...steps, Infinity].map((bound, i) =>
    results.filter(({ validationAccuracy: accuracy }) =>
      accuracy! < bound && accuracy! >= (steps[i - 1] ?? 0)
    ).length
  );
  assert(counts.every((count) => count >= 25 && count <= 35), `${counts}`);
  assertEquals(accuracySteps(results.map((result) => ({ ...result, validationAccuracy: 7 }))), [7]);
  assertEquals(accuracySteps([]), []);
});

Deno.test("the tables hold the ranges of the plan and the best in their order", () => {
  const ranges = text(rangeTable({ caption: "Table 1.", plan: coarse, results }));
  assertEquals(ranges.match(/0\.005\u00a0…\u00a00\.1 +30 /g)?.length, 5);
  assertStringIncludes(ranges, best.toFixed(2));
  const rows = text(bestTable({ caption: "Table 2.", results, count: 3 })).split("\n").slice(4);
  const top = results.toSorted((a, b) => b.validationAccuracy! - a.validationAccuracy!);
  assertEquals(rows.length, 3);
  for (const [i, row] of rows.entries()) {
    assertStringIncludes(row, String(top[i].eta));
    assertStringIncludes(row, top[i].validationAccuracy!.toFixed(2));
  }
});

Deno.test("a range without results has dashes, not NaN", () => {
  const shown = text(
    rangeTable({ caption: "Table 1.", plan: coarse, results: results.slice(0, 30) }),
  );
  assertEquals(shown.includes("NaN"), false);
  assertStringIncludes(shown, "–");
});
