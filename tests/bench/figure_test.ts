import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { benchFigure } from "../../bench/figure.ts";
import type { Result } from "../../bench/parts.ts";
import { limitLines, tableLines, threeDigits } from "../../bench/table.ts";

const row = (name: string, median: number) => ({
  name,
  threads: 2,
  values: [median],
  median,
  overNumpy: name === "NumPy" ? 1 : 2.5,
  overBestNumpy: null,
});
const result = (part: Result["part"], at: number | null, gflop: number | null): Result => ({
  part,
  title: `title of ${part}`,
  unit: "seconds",
  at,
  gflop,
  rows: [row("klayer, native", 0.0812), row("NumPy", 0.203)],
});
const sweep = [50, 100].map((n) => result("n", n, null));

Deno.test("the figure has a panel for each part that was measured, in one document", () => {
  const svg = benchFigure([result("plain", null, 3), ...sweep]);
  assertStringIncludes(svg, "Plain, 10k, n = 100: seconds per epoch");
  assertStringIncludes(svg, "Plain step, width 50: ms against n");
  assert(!svg.includes("Search"));
  assertStringIncludes(svg, ">0.0812<");
  assertStringIncludes(svg, "klayer, native, 2 threads");
  assertEquals(svg.match(/<svg /g)?.length, 3);
  assertStringIncludes(svg, 'fill="white"');
});

Deno.test("a table line has the median, the extremes and the ratios", () => {
  const [, title, head, klayer] = tableLines(result("plain", null, 3));
  assertEquals(title, "title of plain");
  assert(head.trimStart().startsWith("threads"));
  assertEquals(klayer.split(/ {2,}/), [
    "klayer, native",
    "2",
    "0.0812",
    "0.0812",
    "0.0812",
    "2.50",
  ]);
});

Deno.test("the limit is the operations over the peak rate", () => {
  const peak = { ...result("peak", null, null), rows: [row("NumPy, products only", 150)] };
  const [line] = limitLines(result("plain", null, 3), [peak]);
  assertStringIncludes(line, "0.0200 s (threads: 2)");
  assertEquals(limitLines(result("plain", null, 3), []), []);
  assertEquals(limitLines(result("search", null, null), [peak]), []);
});

Deno.test("numbers have three digits and no exponent", () => {
  assertEquals([0.08123, 1.5, 75.26, 1234.5, 0].map(threeDigits), [
    "0.0812",
    "1.50",
    "75.3",
    "1235",
    "0",
  ]);
});
