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
