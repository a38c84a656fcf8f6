import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { extractFormulas, insertFormulas, mathML } from "../../export/math.ts";

const found = (markdown: string) => extractFormulas(markdown).formulas.map(({ tex }) => tex);

Deno.test("formulas are found within lines and on their own", () => {
  assertEquals(extractFormulas("a $x_1$ b\n\n$$\\frac{1}{2}\n+ 1$$\n\n($y$)").formulas, [
    { tex: "x_1", display: false },
    { tex: "\\frac{1}{2}\n+ 1", display: true },
    { tex: "y", display: false },
  ]);
});

const notFormulas: [string, string][] = [
  ["a code span", "`$x$`"],
  ["a code span of two ticks", "``a ` $x$ b``"],
  ["a fence", "```sh\necho $x$ $y$\n```"],
  ["a fence of tildes", "~~~\n$x$\n```\n$y$\n~~~"],
  ["a fence without end", "```\n$x$"],
  ["escaped dollars", "\\$x$ and \\$y\\$"],
  ["money", "from $5 to $6"],
  ["a lone dollar", "a $ b"],
  ["dollars of two paragraphs", "a $b\n\nc$ d"],
];
for (const [name, markdown] of notFormulas) {
  Deno.test(`${name} is no formula, and stays as it is`, () => {
    assertEquals(extractFormulas(markdown), { markdown, formulas: [] });
  });
}

Deno.test("formulas after code are found", () => {
  assertEquals(found("`a` $x$ `b`"), ["x"]);
  assertEquals(found("```\n$no$\n```\n$yes$"), ["yes"]);
});

Deno.test("putting formulas back where they were taken from loses no text", () => {
  const piece = fc.constantFrom("a ", "$x_1$", "`$c$`", "$$\ny\n$$", "\n\n", "\\$", "*e*", "5 ");
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const source = pieces.join("");
    const { markdown, formulas } = extractFormulas(source, 3);
    let next = 3;
    const restored = markdown.replaceAll(/\uE000(\d+)\uE001/g, (_, number) => {
      assertEquals(Number(number), next++);
      const { tex, display } = formulas[number - 3];
      return display ? `$$${tex}$$` : `$${tex}$`;
    });
    assertEquals(restored.replaceAll(/\s/g, ""), source.replaceAll(/\s/g, ""));
  }));
});

Deno.test("formulas become MathML, in place", () => {
  const { markdown, formulas } = extractFormulas("Let $W_l$ be *given*, $a < b$.");
  const html = insertFormulas(markdown, formulas);
  assertEquals(html.match(/<math/g)?.length, 2);
  assertStringIncludes(html, "<msub><mi>W</mi><mi>l</mi></msub>");
  assertStringIncludes(html, "&lt;");
  assert(html.startsWith("Let <math"));
  assert(html.endsWith("</math>.</span>"), "the full stop does not begin a line");
});

Deno.test("a displayed formula scrolls in a box of its own", () => {
  assertStringIncludes(mathML({ tex: "x", display: true }), 'class="formula" tabindex="0"');
});

Deno.test("TeX that cannot be read is an error", () => {
  assertThrows(() => mathML({ tex: "\\frac{a", display: false }), Error, "Unexpected end");
  assertThrows(() => mathML({ tex: "\\nonsense", display: false }), Error, "nonsense");
});
