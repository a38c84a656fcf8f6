import { assertEquals, assertThrows } from "@std/assert";
import { type Item, itemOf, items } from "klayer/report/items.ts";
import { judge } from "klayer/report/judge.ts";

Deno.test("the report has 31 items, each with an id of its own", () => {
  assertEquals(items.length, 31);
  assertEquals(new Set(items.map(({ id }) => id)).size, 31);
  assertThrows(() => itemOf("figure-11"), RangeError, "figure-11");
});

Deno.test("the printed numbers, found again, are reproduced on the official test file", () => {
  for (const item of items) {
    if (item.rule.kind === "spread" || item.rule.kind === "diverged") continue;
    const found = item.rule.kind === "claim" ? [1] : item.printed;
    assertEquals(judge(item, found, true).verdict, "reproduced", item.id);
  }
});

Deno.test("nothing found, or no number, is never reproduced", () => {
  for (const item of items) {
    for (const found of [[], item.printed.map(() => NaN)]) {
      assertEquals(judge(item, found, true).verdict, "differs", item.id);
    }
  }
});

const item = (printed: number[], rule: Item["rule"]): Item => ({
  id: "x",
  name: "x",
  page: "x",
  printed,
  rule,
});

Deno.test("one wrong digit in one row is noticed", () => {
  const costs = item([2.302, 1.5], { kind: "digits", least: 12 });
  assertEquals(judge(costs, [2.302, 1.5], true), {
    verdict: "reproduced",
    agreement: "16.0 digits or more",
  });
  assertEquals(judge(costs, [2.302, 1.5000001], true).verdict, "differs");
  assertEquals(judge(costs, [2.302], true).verdict, "differs");
});

Deno.test("on a copy of the test file nothing is reproduced, but may agree", () => {
  const accuracy = item([50], { kind: "points", within: 0.1 });
  const verdicts = ([found, official]: [number, boolean]) => judge(accuracy, [found], official);
  assertEquals(verdicts([50.05, true]).verdict, "reproduced");
  assertEquals(verdicts([50.5, true]).verdict, "differs");
  assertEquals(verdicts([50.5, false]).verdict, "agrees");
  assertEquals(verdicts([51, false]).verdict, "differs");
  assertEquals(verdicts([49.5, false]).agreement, "−0.50 points, test file not official");
});

Deno.test("a diverged run agrees up to some points and is never reproduced", () => {
  const figure = itemOf("figure-9");
  assertEquals(judge(figure, [16.45], true), {
    verdict: "agrees",
    agreement: "−1.77 points, the run diverges",
  });
  assertEquals(judge(figure, [10], true).verdict, "differs");
});

Deno.test("noise agrees up to a factor, a number of one seed up to two deviations", () => {
  const noise = item([1e-9, 0.1], { kind: "magnitude", factor: 10 });
  assertEquals(judge(noise, [5e-9, 0.02], true).verdict, "agrees");
  assertEquals(judge(noise, [5e-9, 0.005], true).verdict, "differs");
  assertEquals(judge(noise, [0, 0.1], true).verdict, "differs");
  const seeds = item([5], { kind: "spread", deviations: 2 });
  assertEquals(judge(seeds, [2, 3, 4, 5], true).verdict, "agrees");
  assertEquals(judge(seeds, [2, 2.1, 1.9, 2], true).verdict, "differs");
});

Deno.test("exact is every number, as many as are printed", () => {
  const both = item([87.7, 29.1], { kind: "exact" });
  assertEquals(judge(both, [87.7, 29.1], false), { verdict: "reproduced", agreement: "exact" });
  for (const found of [[87.7, 29.2], [87.6, 29.1], [87.7]]) {
    assertEquals(judge(both, found, true), { verdict: "differs", agreement: "not the same" });
  }
});

Deno.test("on a copy of the test file even the printed accuracy itself is not reproduced", () => {
  const accuracy = item([50], { kind: "points", within: 0.1 });
  assertEquals(judge(accuracy, [50], false).verdict, "agrees");
});

Deno.test("a number of one seed may be too low or too high", () => {
  const rule = { kind: "spread", deviations: 2 } as const;
  for (const printed of [-50, 50]) {
    assertEquals(judge(item([printed], rule), [2, 3, 4, 5], true).verdict, "differs");
  }
  assertEquals(judge(item([3], rule), [3], true).agreement, "fewer than two seeds");
});

Deno.test("a claim holds where its notebook says 1, and only there", () => {
  const claim = item([], { kind: "claim", claim: "it falls" });
  assertEquals(judge(claim, [1], false), { verdict: "reproduced", agreement: "holds: it falls" });
  for (const found of [[0], [2], []]) {
    assertEquals(judge(claim, found, true).verdict, "differs");
  }
});
