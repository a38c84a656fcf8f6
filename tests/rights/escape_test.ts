/**
 * Nothing that data or a notebook say becomes markup that runs: hostile texts in every place of a page.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { DISPLAY, type Displayable } from "klayer/notebook/jupyter.ts";
import { figure, lineChart, table } from "klayer/notebook/mod.ts";
import { FACTS_TYPE } from "klayer/notebook/facts.ts";
import { activeContent } from "../../export/active.ts";
import { convert } from "../../export/convert.ts";
import { told } from "../../export/facts.ts";
import { formulaFlaws } from "../../export/gate.ts";
import type { Notebook, NotebookCell, Output } from "../../export/ipynb.ts";
import { indexPage, page } from "../../export/page.ts";
import { requests } from "../../export/requests.ts";
import { tools } from "../export/project.ts";
import { HOSTILE, hostile } from "./hostile.ts";

const { environment, reason } = await tools();
const python = { ignore: environment === null };

/** The known texts, and as many made up; the same ones each time. */
const TEXTS = [...HOSTILE, ...fc.sample(hostile, { numRuns: 60, seed: 1 })];

// deno-lint-ignore no-explicit-any -- Deno has no types of the DOM
function parse(html: string): any {
  return (parseHTML(html) as unknown as { document: unknown }).document;
}

/** What runs, found in another way than the export's: by the attributes and names as parsed. */
function running(html: string): string[] {
  const found: string[] = [];
  for (const element of parse(html).querySelectorAll("*")) {
    const name = element.localName.toLowerCase();
    if (["script", "iframe", "object", "embed", "base", "form"].includes(name)) found.push(name);
    for (const { name, value } of element.attributes) {
      if (name.toLowerCase().startsWith("on")) found.push(`${name}=${value}`);
      if (!/(href|src|action|data|values|to|from)$/i.test(name)) continue;
      const scheme = String(value).replaceAll(/[^\x21-\x7e]/g, "").toLowerCase();
      if (scheme.startsWith("javascript:") || scheme.startsWith("vbscript:")) found.push(scheme);
    }
  }
  return found;
}

function notebookOf(cells: readonly NotebookCell[]): Notebook {
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 };
}

const code = (source: string, outputs: readonly Output[]): NotebookCell => ({
  cell_type: "code",
  source,
  metadata: {},
  outputs,
  execution_count: 1,
});
const markdown = (source: string): NotebookCell => ({
  cell_type: "markdown",
  source,
  metadata: {},
});
const shown = (data: Record<string, unknown>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const of = (displayable: Displayable) => shown({ ...displayable[DISPLAY]() });

/** Every place where a text is a text, with this text in it. */
function cellsWith(text: string): NotebookCell[] {
  const svg = lineChart({ x: text, y: text, series: [{ label: text, values: [1, 2] }] });
  const error = { ename: text, evalue: text, traceback: [text] };
  return [
    code(`// ${text.replaceAll("\n", " ")}\n"${text}";`, [
      of(table({
        caption: text,
        columns: ["a", { name: text, group: text }],
        rows: [[text, text], [1, 2]],
        note: text,
      })),
      of(figure({ number: text, title: text, alt: text, svg })),
      shown({ "text/plain": text }),
      { output_type: "stream", name: "stdout", text } as Output,
      { output_type: "stream", name: "stderr", text } as Output,
      { output_type: "error", ...error } as Output,
      shown({
        [FACTS_TYPE]: {
          kind: "facts",
          value: {
            data: { kind: "cifar-10", files: [{ name: text, md5: text, official: false }] },
            dataset: text,
            protocol: text,
            seeds: [text],
            backend: text,
            more: { [text]: text },
            versions: { [text]: text },
          },
        },
        "text/plain": text,
      }),
      shown({ "image/svg+xml": svg }),
      shown({ "image/png": text }),
      shown({ "image/jpeg": text }),
    ]),
  ];
}

/** Every place where a notebook may put markup of its own, with this text in it. */
function markupWith(text: string): NotebookCell[] {
  return [
    markdown(`# Title ${text}\n\n${text}\n\n- ${text}\n\n| a |\n|---|\n| ${text} |`),
    markdown(text),
    code("1", [shown({ "text/markdown": text }), shown({ "text/html": text })]),
  ];
}

async function pagesOf(cells: readonly NotebookCell[][], names: string[]): Promise<string[]> {
  const notebooks = cells.map(notebookOf);
  const converted = await convert(environment!, notebooks);
  const facts = { seconds: 1, date: new Date(0) };
  return await Promise.all(converted.map((html, i) =>
    page(html, told(notebooks[i]), {
      ...facts,
      ...{ name: names[i], commit: names[i], klayer: names[i] },
    })
  ));
}

Deno.test({
  name: `hostile texts stay texts in tables, figures, facts, streams, errors and code${reason}`,
  ...python,
  fn: async () => {
    const pages = await pagesOf(TEXTS.map(cellsWith), TEXTS);
    for (const [i, html] of pages.entries()) {
      const text = TEXTS[i];
      assertEquals([requests(html), running(html)], [[], []], text);
      const document = parse(html);
      const caption = document.querySelector("caption");
      assertEquals(spaceless(caption.textContent), spaceless(text));
      assertEquals(document.querySelectorAll("caption *").length, 0, text);
      assertStringIncludes(
        spaceless(document.querySelector("figcaption").textContent),
        spaceless(text),
      );
      assertEquals(document.querySelectorAll("figcaption *, dd *, dt *").length, 0, text);
      assertPolicy(html);
    }
  },
});

Deno.test({
  name: `markup of a notebook that could run makes no page${reason}`,
  ...python,
  fn: async () => {
    // Formulas that cannot be read end an export before.
    const texts = TEXTS.filter((text) => formulaFlaws(notebookOf(markupWith(text))).length === 0);
    const pages = await pagesOf(texts.map(markupWith), texts.map((_, i) => `0${i}-page`));
    let refused = 0;
    for (const [i, html] of pages.entries()) {
      const isRefused = requests(html).length > 0;
      if (isRefused) refused++;
      else assertEquals(running(html), [], texts[i]);
      assertPolicy(html);
    }
    assert(refused > 20 && refused < texts.length, `${refused} of ${texts.length} are refused`);
  },
});

Deno.test("hostile names and titles stay texts on the list of pages", async () => {
  for (const text of TEXTS) {
    const html = await indexPage([{ name: text, title: text }]);
    assertEquals([requests(html), running(html)], [[], []], text);
    const link = parse(html).querySelector("li a");
    assertEquals(spaceless(link.textContent), spaceless(text));
    assertEquals(/^(javascript|data):/i.test(link.getAttribute("href")), false);
    assertPolicy(html);
  }
});

Deno.test("hostile labels stay texts in drawings", () => {
  for (const text of TEXTS) {
    const svg = lineChart({ x: text, y: text, series: [{ label: text, values: [1, 2] }] });
    assertEquals([activeContent(svg), running(svg)], [[], []], text);
  }
});

Deno.test("all that could run is found, however it is written", () => {
  const isMarkup = (text: string) =>
    /^("><|<\/?[a-z]|<!--)/i.test(text) && !text.startsWith("<javascript");
  for (const text of HOSTILE.filter(isMarkup)) {
    assert(requests(`<p>${text}</p>`).length > 0, text);
  }
});

Deno.test("words about scripts, and links, are nothing that runs", () => {
  const html = `<p title="on = 1 &lt;script&gt; one = 2">the error depends on eta = 0.1, see
<code>&lt;img onerror=1&gt;</code> and <a href="https://host.invalid/a?on=1#javascript:">there</a></p>
<img alt="cost on epoch = 1" src="data:image/svg+xml;base64,xx">`;
  assertEquals(requests(html), []);
});

function spaceless(text: string): string {
  // Parsers read line ends and control characters in ways of their own; the export replaces its marks.
  return text.replaceAll(/[\s\p{Cc}\uE000\uE001\uFFFD]/gu, "");
}

/** One policy, at the head, before anything of the notebook; it allows no script, base or form. */
function assertPolicy(html: string): void {
  const head = html.slice(0, html.indexOf("<title>"));
  const policies = [...head.matchAll(/http-equiv="Content-Security-Policy" content="([^"]*)"/g)];
  assertEquals(policies.length, 1);
  const [, policy] = policies[0];
  const rules = Object.fromEntries(
    policy.split(";").map((rule) => {
      const [name, ...sources] = rule.trim().split(" ");
      return [name, sources.join(" ")];
    }),
  );
  const { "style-src": style, "img-src": image, "font-src": font = "data:", ...others } = rules;
  assertEquals([style, image, font], ["'unsafe-inline'", "data:", "data:"]);
  assertEquals(others, {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
  });
}
