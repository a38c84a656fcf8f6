import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { convert } from "../../export/convert.ts";
import { execute } from "../../export/execute.ts";
import { flaws } from "../../export/gate.ts";
import { codeCells, joined, type Notebook } from "../../export/ipynb.ts";
import { GateError, notebookNames, report } from "../../export/report.ts";
import { requests } from "../../export/requests.ts";
import { plainText } from "../../export/text.ts";
import { inProject, sketch, tools } from "./project.ts";

const { environment, reason } = await tools();

/** A test that needs the Python tools; ignored, with the reason, where they cannot be had. */
function test(name: string, body: (directory: string) => Promise<void>): void {
  Deno.test({ name: name + reason, ignore: environment === null, fn: () => inProject(body) });
}

const run = (path: string) => execute(environment!, path);

/** Short cells that show something in as many ways as there are; each says its number. */
const kinds: readonly ((i: number) => string)[] = [
  (i) => `${i} + 0`,
  (i) => `console.log("out ${i}")`,
  (i) => `console.error("err ${i}"); console.log("out ${i}"); ({ value: ${i} })`,
  (i) => `Deno.jupyter.html\`<b>bold ${i}</b>\``,
  (i) => `for (let i = 0; i < 200; i++) console.log("line", i); "end ${i}"`,
];
const short = Array.from({ length: 20 }, (_, i) => kinds[i % kinds.length](i));

/** What is missing of the outputs of `short`, cell by cell. */
function lostOutputs(notebook: Notebook): string[] {
  return codeCells(notebook).flatMap(({ outputs = [] }, i) => {
    const shown = outputs.map(({ data, text }) =>
      joined(text ?? (data?.["text/html"] ?? data?.["text/plain"]) as string).trimEnd()
    );
    const lines = Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n");
    const expected = [
      [`${i}`],
      [`out ${i}`],
      [`err ${i}`, `out ${i}`, `{ value: ${i} }`],
      [`<b>bold ${i}</b>`],
      [lines, `"end ${i}"`],
    ][i % kinds.length];
    const missing = expected.filter((text) => !shown.includes(text));
    return missing.map((text) => `cell ${i + 1}: ${text.slice(0, 40)} in ${shown.join(" | ")}`);
  });
}

test("8 exports in a row of many short cells lose no output", async (directory) => {
  const path = await sketch(directory, "many", short);
  const notebooks: Notebook[] = [];
  const lane = async () => {
    for (let i = 0; i < 4; i++) {
      const execution = await run(path);
      assertEquals(flaws(execution), []);
      assertEquals(lostOutputs(execution.notebook), []);
      notebooks.push(execution.notebook);
    }
  };
  // A kernel spends most of its time starting, so two at a time.
  await Promise.all([lane(), lane()]);
  for (const html of await convert(environment!, notebooks)) {
    const text = plainText(html.replaceAll(/<details.*?<\/details>/gs, ""));
    for (const [i] of short.entries()) {
      const wanted = [`${i}`, `out ${i}`, `{ value: ${i} }`, `bold ${i}`, `"end ${i}"`];
      assertMatch(text, new RegExp(`^\\s*${wanted[i % kinds.length]}$`, "m"));
    }
  }
});

test("silent, truncated and oversized cells are all found in one run", async (directory) => {
  const execution = await run(
    await sketch(directory, "flawed", [
      `const quiet = 1;`,
      [`const allowed = 2;`, "silent"],
      `Deno.jupyter.html\`<table><tr><td>1\``,
      `console.log("x".repeat(5_100_000));`,
      `"fine"`,
    ]),
  );
  assertEquals(flaws(execution).map(({ cell, line }) => `${cell} ${line}`), [
    "cell [1] const quiet = 1;",
    "cell [3] Deno.jupyter.html`<table><tr><td>1`",
    `cell [4] console.log("x".repeat(5_100_000));`,
  ]);
});

test("a failing cell, a syntax error and a missing package stop the run", async (directory) => {
  const failures: [string, RegExp][] = [
    [`throw new TypeError("boom");`, /TypeError: boom/],
    [`await Promise.reject(new Error("late"));`, /Error: late/],
    [`const = 3;`, /does not run: a syntax error/],
    [`import "./no-such-module.ts";`, /fails|does not run/],
  ];
  await Promise.all(failures.map(async ([code, expected], index) => {
    const path = await sketch(directory, `fails-${index}`, [`"before"`, code, `"after"`]);
    const execution = await run(path);
    const [flaw, ...others] = flaws(execution);
    assertEquals(others, []);
    assertEquals(flaw.cell, "cell [2]");
    assertMatch(flaw.reason, expected);
  }));
});

test("the kernel gets the environment, and runs beside its notebook", async (directory) => {
  const path = await sketch(directory, "env", [`Deno.env.get("KLAYER_TEST") + " " + Deno.cwd()`]);
  const { notebook } = await execute(environment!, path, { variables: { KLAYER_TEST: "yes" } });
  const shown = joined(codeCells(notebook)[0].outputs?.[0].data?.["text/plain"] as string);
  assertEquals(shown, `"yes ${Deno.realPathSync(directory)}"`);
});

const good = [
  `# The $k$-layer *network*\n\nThe cost is $$J = \\frac1n \\sum_i J_i.$$`,
  [
    `import { facts, figure, lineChart, progress, show, table } from "klayer/notebook/mod.ts";`,
    "silent",
  ],
  `await facts({ data: { kind: "synthetic", files: [], seed: 1 }, seeds: [400] });`,
  `const line = await progress("Run", 3);
for (let i = 1; i <= 3; i++) line.update(i, "cost " + i);
await line.end("cost 3");`,
  `await show(
  table({ caption: "Table 1", columns: ["a", "b"], rows: [[1, "x < y"]] }),
  figure({
    number: 1,
    title: "It falls.",
    alt: "A falling line.",
    svg: lineChart({ x: "epoch", y: "cost", series: [{ label: "training", values: [2, 1] }] }),
  }),
);`,
  `# Second\n\n## Part`,
] as const;

test("a good notebook becomes a page that is whole, offline and says what it ran on", async (directory) => {
  await sketch(directory, "01-good", good);
  const target = `${directory}/report`;
  const names = await notebookNames(directory);
  const lines: string[] = [];
  const [page] = await report({
    environment: environment!,
    source: directory,
    target,
    names,
    onEvent: (_, event) => event.event === "line" && lines.push(event.line),
  });
  const html = await Deno.readTextFile(page.path);
  assertEquals(page.bytes, new TextEncoder().encode(html).length);
  assertEquals(requests(html), []);
  assertEquals(/\uE000|\uE001/.test(html), false);
  assertEquals(html.match(/<math/g)?.length, 2);
  assertStringIncludes(html, "the synthetic STAND-IN (seed 1), not CIFAR-10");
  assertStringIncludes(html, "<title>The k-layer network</title>");
  assertMatch(html, /Run: 3 epochs in \d+ ms, cost 3/);
  assertStringIncludes(html, "x &lt; y");
  assertStringIncludes(html, "<figcaption>Figure 1. It falls.</figcaption>");
  assertEquals(html.match(/<details class="code">/g)?.length, 4);
  assertMatch(lines[0], /^Run: 0 of 3 epochs/);
  assertStringIncludes(await Deno.readTextFile(`${target}/index.html`), 'href="01-good.html"');
});

test("a failed export leaves the last good page and notebook in place", async (directory) => {
  const path = await sketch(directory, "01-good", [`"fine"`]);
  const target = `${directory}/report`;
  const options = { environment: environment!, source: directory, target, names: ["01-good"] };
  await report({ ...options, update: true });
  const page = await Deno.readTextFile(`${target}/01-good.html`);
  const source = await Deno.readTextFile(path);
  assertStringIncludes(source, '"\\"fine\\""');

  await sketch(directory, "01-good", [`"fine"`, `const silent = 1;`]);
  const spoilt = await Deno.readTextFile(path);
  const error = await assertRejects(() => report({ ...options, update: true }), GateError);
  assertMatch(error.message, /^01-good, cell \[2\] \(const silent = 1;\): shows nothing/);
  assertEquals(await Deno.readTextFile(`${target}/01-good.html`), page);
  assertEquals(await Deno.readTextFile(path), spoilt);
  const files = Array.from(Deno.readDirSync(target), ({ name }) => name).sort();
  assertEquals(files, ["01-good.html", "index.html"]);

  // What was written back and is run again stays the same, but for the record of the run.
  await Deno.writeTextFile(path, source);
  await report({ ...options, update: true });
  const cellsOf = (text: string) => text.slice(0, text.indexOf('"metadata": {\n  "kernelspec"'));
  assertEquals(cellsOf(await Deno.readTextFile(path)), cellsOf(source));
});

test("where CIFAR-10 is required, a stand-in fails the export", async (directory) => {
  await sketch(directory, "01-good", good);
  const error = await assertRejects(() =>
    report({
      environment: environment!,
      source: directory,
      target: `${directory}/report`,
      names: ["01-good"],
      requireCifar10: true,
    }), GateError);
  assertStringIncludes(error.message, "01-good: used the synthetic STAND-IN");
  assert(!Array.from(Deno.readDirSync(directory)).some(({ name }) => name === "report"));
});

test("pages of saved outputs are made without a run, and know the run that was", async (directory) => {
  const path = await sketch(directory, "01-good", [`"first " + 1`]);
  const target = `${directory}/report`;
  const options = { environment: environment!, source: directory, target, names: ["01-good"] };
  const fresh = await assertRejects(() => report({ ...options, saved: true }), GateError);
  assertEquals(
    fresh.message,
    `01-good, cell [1] ("first " + 1): has not been run: export without --saved`,
  );

  await report({ ...options, update: true });
  const executed = await Deno.readTextFile(`${target}/01-good.html`);
  const [page] = await report({ ...options, saved: true });
  const saved = await Deno.readTextFile(page.path);
  const known = (html: string) => html.match(/<dt>Run time.*<dt>Date.*?<\/dd>/s)?.[0];
  const main = (html: string) => html.match(/<main>.*<\/main>/s)?.[0];
  assertStringIncludes(saved, "not run again for this page");
  assert(known(executed)?.includes(" UTC"));
  assertEquals(known(saved), known(executed));
  assertEquals(main(saved), main(executed));

  // An output changed by hand: the record is not about it any more.
  const notebook = (await Deno.readTextFile(path)).replace("first 1", "first 2");
  await Deno.writeTextFile(path, notebook);
  await report({ ...options, saved: true });
  assertStringIncludes(
    await Deno.readTextFile(page.path),
    "<dt>Run time</dt><dd>not recorded</dd>",
  );

  // So does a run in another order.
  await Deno.writeTextFile(path, notebook.replace('"execution_count": 1', '"execution_count": 4'));
  const error = await assertRejects(() => report({ ...options, saved: true }), GateError);
  assertStringIncludes(error.message, "was run as number 4");
});

Deno.test("notebooks are found by name, number or path, and unknown ones named", async () => {
  await inProject(async (directory) => {
    await assertRejects(() => notebookNames(directory), InputError, "Found no notebook");
    for (const name of ["02-b", "01-a"]) await sketch(directory, name, ["1"]);
    assertEquals(await notebookNames(directory), ["01-a", "02-b"]);
    assertEquals(await notebookNames(directory, ["notebooks/02-b.ipynb", "01"]), ["02-b", "01-a"]);
    await assertRejects(() => notebookNames(directory, ["03"]), InputError, "one of: 01-a, 02-b");
  });
});

Deno.test("deno task report refuses what it does not know in one line, with exit code 2", async () => {
  for (
    const [argument, message] of [
      ["no-such-notebook", "no-such-notebook"],
      ["--fast", "--fast"],
      ["--saved --update", "expected one of them"],
    ]
  ) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "cli/report.ts", ...argument.split(" ")],
      cwd: new URL("../..", import.meta.url),
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr).trim();
    assertEquals(code, 2);
    assertStringIncludes(text, message);
    assertEquals(text.includes("\n"), false);
  }
});
