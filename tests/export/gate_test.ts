import { assertEquals, assertMatch } from "@std/assert";
import { flawLine, flaws, formulaFlaws } from "../../export/gate.ts";
import type { Notebook, Output } from "../../export/ipynb.ts";

/** A notebook of one executed cell with these outputs. */
function executed(outputs: readonly Output[], tags: readonly string[] = []): Notebook {
  const cell = { cell_type: "code", source: "\nlook();\nmore();", metadata: { tags }, outputs };
  return { cells: [cell as never], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

function complaints(outputs: readonly Output[], tags: readonly string[] = []): string[] {
  const execution = { notebook: executed(outputs, tags), failed: null, seconds: 1 };
  return flaws(execution).map((flaw) => flawLine("03-name", flaw));
}

const display = (data: Record<string, unknown>, klayer?: Record<string, unknown>): Output => ({
  output_type: "display_data",
  data,
  metadata: klayer ? { klayer } : {},
});
const svg = (text: string) => `<img src="data:image/svg+xml;base64,${btoa(text)}">`;

const bad: [string, Output[], RegExp][] = [
  ["no output", [], /shows nothing/],
  ["an empty output", [display({})], /shows nothing/],
  ["an output of empty text", [display({ "text/plain": [" \n"] })], /shows nothing/],
  ["an empty stream", [{ output_type: "stream", text: ["\n"] }], /shows nothing/],
  ["an error", [{ output_type: "error", ename: "TypeError", evalue: "no" }], /TypeError: no/],
  ["an output of 6 MB", [display({ "text/plain": "x".repeat(6e6) })], /truncated.*6\.0 MB/],
  ["a stream of 6 MB", [{ output_type: "stream", text: "x".repeat(6e6) }], /truncated.*6\.0 MB/],
  ["JSON that is cut off", [display({ "application/json": '{"a": [1, 2' })], /not complete JSON/],
  ["a table that is cut off", [display({ "text/html": "<table><tr><td>1</td>" })], /<table>/],
  ["a tag that is cut off", [display({ "text/html": "<b>1</b><img src=" })], /<img>/],
  ["a drawing that is cut off", [display({ "text/html": svg("<svg><g>") })], /drawing/],
  ["an SVG that is cut off", [display({ "image/svg+xml": "<svg><g>" })], /drawing/],
  ["unfinished progress", [display({ "text/plain": "1 of 9" }, { unfinished: true })], /progress/],
  ["a lost first part", [display({ "text/plain": "b" }, { part: [2, 2] })], /part 1 of 2/],
  ["a lost last part", [display({ "text/plain": "a" }, { part: [1, 2] })], /part 2 of 2/],
];
for (const [name, outputs, reason] of bad) {
  Deno.test(`the gate stops ${name}, and names notebook and cell`, () => {
    const [line, ...others] = complaints(outputs);
    assertMatch(line, /^03-name, cell \[1\] \(look\(\);\): /);
    assertMatch(line, reason);
    assertEquals(others, []);
  });
}

const fine: [string, Output[], string[]?][] = [
  ["text", [display({ "text/plain": "1" })]],
  ["a stream", [{ output_type: "stream", text: ["a\n"] }]],
  ["a whole table", [display({ "text/html": "<table><tr><td>1</td></tr></table>" })]],
  ["a whole drawing", [display({ "text/html": `<figure>${svg("<svg></svg>\n")}</figure>` })]],
  ["JSON kept as an object", [display({ "application/json": { a: 1 } })]],
  ["two shows of all their parts", [
    display({ "text/plain": "a" }, { part: [1, 2] }),
    display({ "text/plain": "b" }, { part: [2, 2] }),
    display({ "text/plain": "c" }, { part: [1, 1] }),
  ]],
  ["nothing, when tagged silent", [], ["silent"]],
  ["an error on purpose", [{ output_type: "error", ename: "E", evalue: "" }], ["raises-exception"]],
];
for (const [name, outputs, tags] of fine) {
  Deno.test(`the gate lets ${name} pass`, () => assertEquals(complaints(outputs, tags), []));
}

Deno.test("the silent tag excuses no error", () => {
  assertEquals(
    complaints([{ output_type: "error", ename: "E", evalue: "" }], ["silent"]).length,
    1,
  );
});

Deno.test("of a failed execution, the cells that never ran are not blamed", () => {
  const notebook = executed([]);
  const { cells } = notebook;
  const failed = { cell: 1, reason: "Error: Execution failed" };
  const found = flaws({
    notebook: { ...notebook, cells: [...cells, ...cells] },
    failed,
    seconds: 1,
  });
  assertEquals(found.length, 1);
  assertMatch(found[0].reason, /syntax error, or an import/);
});

Deno.test("a formula that cannot be read is found, with its cell", () => {
  const cell = { cell_type: "markdown" as const, source: ["# Head\n", "$\\frac{a$"], metadata: {} };
  const [flaw] = formulaFlaws({ ...executed([]), cells: [cell] });
  assertEquals(flaw.cell, "Markdown cell 1");
  assertEquals(flaw.line, "# Head");
});
