import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DISPLAY } from "klayer/notebook/jupyter.ts";
import { checkTable, logLogChart } from "klayer/notebook/mod.ts";

const axes = { x: "step h", y: "deviation" };
const points = Array.from({ length: 9 }, (_, i) => ({ x: 10 ** (i - 9), y: 10 ** (-2 * i) }));

Deno.test("a power law is a straight line, named at its right end", () => {
  const svg = logLogChart({ ...axes, series: [{ label: "falling", points }] });
  const [, d] = svg.match(/aria-label="line"[^>]*><path d="M([^"]+)"/)!;
  const at = d.split("L").map((pair) => pair.split(",").map(Number));
  assertEquals(at.length, points.length);
  const slopes = at.slice(1).map(([x, y], i) => (y - at[i][1]) / (x - at[i][0]));
  for (const slope of slopes) assert(Math.abs(slope - slopes[0]) < 0.01, `${slopes}`);
  for (const text of ["falling", "step h", "deviation", "10⁻⁹"]) {
    assertStringIncludes(svg, `>${text}<`);
  }
});

Deno.test("points without a logarithm are left out, and lines without points", () => {
  const holes = [{ x: 1e-3, y: 0 }, { x: 0, y: 1 }, { x: 1e-2, y: NaN }, { x: 1e-1, y: Infinity }];
  const svg = logLogChart({
    ...axes,
    series: [{ label: "whole", points: [...points, ...holes] }, { label: "empty", points: holes }],
  });
  assert(!svg.includes("NaN") && !svg.includes("Infinity") && !svg.includes(">empty<"));
  assertStringIncludes(svg, ">whole<");
});

Deno.test("marks and rings stand where they belong", () => {
  const marks = [{ label: "here", x: 1e-5 }, { label: "there", x: 1e-7 }];
  const ring = { x: 1e-5, y: 1e-8 };
  const svg = logLogChart({ ...axes, series: [{ label: "a", points, ring }], marks });
  const [, ruleX] = svg.match(/aria-label="rule"[^>]*><line [^>]*x1="([\d.]+)"/)!;
  const [, ringX] = svg.match(/<circle r="7" cy="[\d.]+" cx="([\d.]+)"/)!;
  assert(Math.abs(Number(ruleX) - Number(ringX)) < 1, `${ruleX} and ${ringX}`);
  for (const { label } of marks) assertStringIncludes(svg, `>${label}<`);
});

Deno.test("a chart of nothing is still a chart", () => {
  const svg = logLogChart({ ...axes, series: [] });
  assert(!svg.includes("NaN") && !svg.includes("Infinity"), svg);
  assertStringIncludes(svg, ">step h<");
});

Deno.test("a table of checks underlines the digits that differ", () => {
  const entry = { name: "b₂", printed: 1.25e-11, found: 1.26e-11, digits: 2.1 } as const;
  const entries = [{ ...entry, source: "rounding", verdict: "2 digits" } as const];
  const shown = checkTable("Table 1", [{ title: "3 layers", entries }])[DISPLAY]();
  assertStringIncludes(String(shown["text/html"]), "1.2<u>6e-11</u>");
  assertStringIncludes(String(shown["text/plain"]), "3\u00a0layers:\u00a0b₂");
});
