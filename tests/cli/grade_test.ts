import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

import { editFile, inReport, notebook, pageOf } from "../export/sealed_pages.ts";

const root = new URL("../../", import.meta.url);

async function command(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "cli/grade.ts"],
      ...args,
    ],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The sheet of a folder or page as JSON; asserts the exit code, and that nothing else is said. */
async function sheetOf(path: string, code: number) {
  const result = await command(path, "--json");
  assertEquals([result.code, result.stderr], [code, ""], result.stdout);
  return JSON.parse(result.stdout);
}

Deno.test(
  "the committed notebooks' pages pass: a table of 31 items, and JSON and CSV beside the pages",
  inReport(async (folder) => {
    const { code, stdout, stderr } = await command(folder);
    assertEquals([code, stderr], [0, ""], stdout);
    const lines = stdout.split("\n");
    assertMatch(lines[0], /^item +expected +found +tolerance +verdict +page +edited +reason$/);
    assertEquals(lines.indexOf(""), 1 + 31);
    assertMatch(lines[33], /^31 items on 7 pages: .*reproduced \d+/);
    assertMatch(stdout, /\nExplained: 2-layer network[^\n]+figure 2\.1/);
    assertMatch(stdout, /\nPASSED: [^\n]+\nThe sheet is in .*grade\.json and .*grade\.csv\.\n$/);
    const json = JSON.parse(await Deno.readTextFile(`${folder}/grade.json`));
    assertEquals([json.passed, json.rows.length, json.pages.length], [true, 31, 7]);
    const csv = await Deno.readTextFile(`${folder}/grade.csv`);
    assertEquals(csv.split("\r\n").length, 33);
  }),
);

const page04 = "04-batch-normalisation.html";

const edits: [string, (folder: string) => Promise<void>, string][] = [
  [
    "an edited number",
    (folder) => editFile(`${folder}/${page04}`, (html) => html.replace(/>\d\d\.\d\d</, ">99.99<")),
    "EDITED after export: cell [",
  ],
  [
    "an edited figure",
    (folder) =>
      editFile(`${folder}/${page04}`, (html) => html.replace("data:image/svg", "data:image/png")),
    "EDITED after export: cell [",
  ],
  [
    "edited results",
    (folder) =>
      editFile(
        `${folder}/${page04}`,
        (html) => html.replace(/(?<=found&quot;:\[)\d+\.\d+/, "99.99"),
      ),
    "EDITED after export: the embedded results",
  ],
  [
    "a removed cell",
    (folder) =>
      editFile(
        `${folder}/${page04}`,
        (html) => html.replace(/<section class="cell" id="cell-4">[^]*?<\/section>/, ""),
      ),
    "EDITED after export: cell [4] removed",
  ],
  [
    "a page of another run, on other data",
    async (folder) => {
      const other = await notebook(
        "04-batch-normalisation",
        (published) => published.replace(/"md5":"\w+"(?=[^{]*"test_batch.bin")/, '"md5":"00"'),
      );
      await Deno.writeTextFile(
        `${folder}/${page04}`,
        await pageOf("04-batch-normalisation", other),
      );
    },
    "different files test_batch.bin",
  ],
  [
    "a page of another run, beside the right one",
    async (folder) => {
      const other = await pageOf("04-batch-normalisation", await notebook("03-he-initialisation"));
      await Deno.writeTextFile(`${folder}/copy.html`, other);
    },
    "both are pages of 04-batch-normalisation",
  ],
  [
    "a missing page",
    (folder) => Deno.remove(`${folder}/${page04}`),
    "5 required items: missing (overfit, figure-1, figure-2, figure-3, figure-4)",
  ],
  [
    "a page that is garbage",
    (folder) => Deno.writeTextFile(`${folder}/${page04}`, "\0\x1b[2J<garbage"),
    "5 required items: missing",
  ],
  [
    "a page made from the stand-in",
    async (folder) => {
      const other = await notebook(
        "04-batch-normalisation",
        (published) => published.replaceAll(`"cifar-10"`, `"synthetic"`),
      );
      const page = await pageOf("04-batch-normalisation", other);
      await Deno.writeTextFile(`${folder}/${page04}`, page);
    },
    "5 required items: stand-in data",
  ],
];
for (const [what, edit, words] of edits) {
  Deno.test(
    `${what} fails the sheet with exit code 1, and is named`,
    inReport(async (folder) => {
      await edit(folder);
      const { passed, against, rows } = await sheetOf(folder, 1);
      assertEquals([passed, rows.length], [false, 31]);
      assert(against.some((reason: string) => reason.includes(words)), against.join("\n"));
    }),
  );
}

Deno.test(
  "a page alone is graded by its own items; the overview has none",
  inReport(async (folder) => {
    const { passed, rows, counts } = await sheetOf(`${folder}/${page04}`, 0);
    assertEquals([passed, rows.length], [true, 31]);
    assertEquals(Object.values<number>(counts).reduce((a, b) => a + b), 5);
    assertEquals((await sheetOf(`${folder}/index.html`, 0)).counts, {});
  }),
);

Deno.test(
  "what is no page is told and left out; with nothing else there is one line and exit code 2",
  inReport(async (folder) => {
    await Deno.writeTextFile(`${folder}/notes.html`, "<p>Hello.</p>");
    await Deno.mkdir(`${folder}/folder.html`);
    await Deno.symlink("/dev/zero", `${folder}/link.html`);
    const { notices } = await sheetOf(folder, 0);
    assert(notices.some((notice: string) => /notes\.html: is no page of klayer/.test(notice)));
    assert(notices.some((notice: string) => /link\.html: is no file of its own/.test(notice)));

    await Deno.writeTextFile(`${folder}/deep.html`, "<p>".repeat(100_001));
    const empty = `${folder}/empty`;
    await Deno.mkdir(empty);
    const refused: [string[], RegExp][] = [
      [[empty], /Found no \*\.html in .*empty/],
      [[`${folder}/none`], /Found no page at .*none/],
      [[`${folder}/notes.html`], /notes\.html: is no page of klayer/],
      [[`${folder}/deep.html`], /deep\.html: has 100001 tags/],
      [[folder, "more"], /Found 2 paths/],
      [[folder, "--jsn"], /"--jsn".*--json/],
      [[folder, "--csv-file"], /--csv-file without a value/],
      [[folder, "--csv-file", `${folder}/none/x.csv`], /Cannot write .*x\.csv/],
    ];
    for (const [args, message] of refused) {
      const { code, stdout, stderr } = await command(...args);
      assertEquals([code, stdout], [2, ""], stderr);
      assertMatch(stderr, /^error: [^\n]+\n$/);
      assertMatch(stderr, message);
    }
  }),
);

Deno.test(
  "the sheet goes where it is told, and never through a link in the folder",
  inReport(async (folder) => {
    const outside = await Deno.makeTempFile();
    await Deno.writeTextFile(outside, "precious");
    await Deno.symlink(outside, `${folder}/grade.csv`);
    const { code } = await command(folder, "--json-file", `${folder}/mine.json`);
    assertEquals(code, 0);
    assertEquals(await Deno.readTextFile(outside), "precious");
    assert((await Deno.lstat(`${folder}/grade.csv`)).isFile);
    const made = Array.from(Deno.readDirSync(folder), ({ name }) => name)
      .filter((name) => !name.endsWith(".html")).sort();
    assertEquals(made, ["grade.csv", "mine.json"]);
    await Deno.remove(outside);
  }),
);

Deno.test(
  "nothing of a page or of a file's name acts on the terminal or in a spreadsheet",
  inReport(async (folder) => {
    const evil = "=cmd|' /C calc'!A0\x1b[31m\u202e";
    await Deno.rename(`${folder}/${page04}`, `${folder}/${evil.replaceAll("/", "")}.html`);
    await editFile(
      `${folder}/03-he-initialisation.html`,
      (html) => html.replaceAll("&quot;abc&quot;", `&quot;${"\\u001b[2J=1+1"}&quot;`),
    );
    const { code, stdout } = await command(folder);
    assertEquals(code, 1);
    const csv = await Deno.readTextFile(`${folder}/grade.csv`);
    const json = await Deno.readTextFile(`${folder}/grade.json`);
    for (const text of [stdout, json, csv.slice(1).replaceAll("\r\n", "\n")]) {
      assert(!/[^\P{C}\n]/u.test(text), JSON.stringify(text.match(/[^\P{C}\n]/u)));
    }
    assertStringIncludes(stdout, "?[2J=1+1");
  }),
);
