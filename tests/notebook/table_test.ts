import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseHTML } from "linkedom";
import { DISPLAY, type Displayable } from "klayer/notebook/jupyter.ts";
import { digits, table } from "klayer/notebook/mod.ts";

// deno-lint-ignore no-explicit-any -- Deno has no types of the DOM
function parse(html: string): any {
  return (parseHTML(`<!doctype html><body>${html}</body>`) as unknown as { document: unknown })
    .document;
}

function shownBy(displayable: Displayable): { html: string; text: string } {
  const bundle = displayable[DISPLAY]();
  return { html: String(bundle["text/html"]), text: String(bundle["text/plain"]) };
}

const losses = {
  caption: "Table 1. Cost & <more>",
  columns: [
    "epoch",
    { name: "cost", source: "printed" },
    { name: "cost", source: "reproduced" },
    { name: "verdict" },
  ],
  rows: [
    [1, 2.302262164108896, digits(2.3022621641088956, 2.302262164108896), "same"],
    [10, 2.5, "–", "a < b"],
  ],
  note: "Underlined & so on",
} as const;

Deno.test("a table has a caption, a head for each column and each row, and escapes its texts", () => {
  const document = parse(shownBy(table(losses)).html);
  assertEquals(document.querySelector("caption")?.textContent, "Table 1. Cost & <more>");
  assertEquals(document.querySelectorAll("thead th[scope=col]").length, 4);
  assertEquals(document.querySelectorAll("tbody th[scope=row]").length, 2);
  assertEquals(document.querySelectorAll("tbody td").length, 6);
  assertEquals(document.querySelectorAll("tbody tr")[1].lastElementChild?.textContent, "a < b");
  assertEquals(document.querySelector("small:last-child") !== null, true);
});

Deno.test("the heads of a table say which numbers are the report's and which are ours", () => {
  const { html, text } = shownBy(table(losses));
  for (const words of ["printed in the report", "reproduced here"]) {
    assertStringIncludes(html, words);
    assertStringIncludes(text, words);
  }
});

Deno.test("numbers stand right, by their decimal points, in HTML and as text", () => {
  const { html, text } = shownBy(table(losses));
  const document = parse(html);
  // deno-lint-ignore no-explicit-any
  const cells: any[] = [...document.querySelectorAll("tbody tr > :nth-child(2)")];
  assertEquals(cells.map((cell) => cell.getAttribute("align")), ["right", "right"]);
  const points = cells.map((cell) => {
    const number = cell.querySelector("samp")?.textContent ?? "";
    return number.length - number.indexOf(".");
  });
  assertEquals(points[0], points[1]);
  const [first, second] = text.split("\n").filter((line) => /^\s*1/.test(line));
  assertEquals(first.indexOf("."), second.indexOf("."));
});

Deno.test("what differs is underlined, and words are not set like numbers", () => {
  const document = parse(shownBy(table(losses)).html);
  assertEquals(document.querySelector("u")?.textContent, "56");
  assertEquals(document.querySelector("tbody tr")?.lastElementChild?.innerHTML, "same");
});

Deno.test("columns of one group share a head that spans them", () => {
  const columns = ["k", { name: "a", group: "η = 0.1" }, { name: "b", group: "η = 0.1" }, "z"];
  const { html } = shownBy(table({ caption: "c", columns, rows: [[1, 2, 3, 4]] }));
  const document = parse(html);
  const head = document.querySelector("th[scope=colgroup]");
  assertEquals(head?.textContent, "η = 0.1");
  assertEquals(head?.getAttribute("colspan"), "2");
});

Deno.test("a row that does not fit the columns is refused by name", () => {
  assertThrows(
    () => table({ caption: "T", columns: ["a", "b"], rows: [[1, 2], [1]] }),
    RangeError,
    'Found 1 values in row 2 of the table "T", expected 2',
  );
});

Deno.test("a table without rows is still a table", () => {
  const { html, text } = shownBy(table({ caption: "T", columns: ["a"], rows: [] }));
  assertStringIncludes(html, "</table>");
  assertStringIncludes(text, "T\n\na");
});
