import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openJournal } from "klayer/journal.ts";
import { readEntries } from "klayer/report/run_entries.ts";
import { fillConfig } from "klayer/report/run_config.ts";
import { readResult, type TrialResult } from "klayer/search.ts";
import { codeCells, readNotebook } from "../../export/ipynb.ts";
import { factsOf, told } from "../../export/facts.ts";
import { flaws } from "../../export/gate.ts";
import { titleOf } from "../../export/page.ts";
import { readTrainCommand } from "../../cli/train_config.ts";
import { readOrRefusal, refused, type Words } from "./refusal.ts";

/** Lets `use` have a file with this content, for as long as it takes. */
async function withFile<Result>(
  content: string | Uint8Array,
  use: (path: string) => Result,
): Promise<Awaited<Result>> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/file.json`;
  try {
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    return await use(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const config = (content: string | Uint8Array) =>
  withFile(content, (path) => fillConfig(readTrainCommand(["--config", path]).entries));

const settings = { hidden: [50, 30], eta: 0.01, epochs: 10 };
const wrong: [string, unknown, Words][] = [
  ["a text for eta", { eta: "0.01" }, 'eta = "0.01"'],
  ["a list for eta", { eta: [0.01] }, "eta = [0.01]"],
  ["true for eta", { eta: true }, "eta = true"],
  ["no eta", { eta: null }, "no --eta"],
  ["a number for hidden", { hidden: 50 }, "hidden = 50"],
  ["a text for hidden", { hidden: "50,30" }, 'hidden = "50,30"'],
  ["texts in hidden", { hidden: ["50"] }, 'hidden = ["50"]'],
  ["a list in hidden", { hidden: [[50]] }, "hidden = [[50]]"],
  ["nothing in hidden", { hidden: [null] }, "hidden = [null]"],
  ["a text for epochs", { epochs: "10" }, 'epochs = "10"'],
  ["an object for epochs", { epochs: {} }, "epochs = {}"],
  ["yes for batchNorm", { batchNorm: "yes" }, 'batchNorm = "yes"'],
  ["1 for batchNorm", { batchNorm: 1 }, "batchNorm = 1"],
  ["a name twice", { batchNorm: true, "batch-norm": false }, "batchNorm twice"],
  ["an unknown name", { learningRate: 1 }, '"learningRate"'],
  ["a name of Python", { batch_size: 100 }, '"batch_size"'],
  ["the constructor", { constructor: 1 }, '"constructor"'],
  ["an empty name", { "": 1 }, '""'],
  ["a name with a line break", { "a\nb": 1 }, '"a\\nb"'],
  ["an unknown protocol", { protocol: "best" }, 'protocol = "best"'],
  ["a number for protocol", { protocol: 1 }, "protocol = 1"],
  ["an unknown data set", { data: "60k" }, 'data = "60k"'],
  ["an unknown initialisation", { init: "zeros" }, 'init = "zeros"'],
  ["a number for the backend", { backend: 7 }, "backend = 7"],
  ["a text for the seed", { seed: "400" }, 'seed = "400"'],
  ["a text for the limit", { limit: "all" }, 'limit = "all"'],
  ["a He draw without He", { heDraw: 2 }, "--he-draw"],
  ["a wrong configuration within", { config: { eta: "x" } }, 'eta = "x"'],
  ["a text as long as a book", { eta: "x".repeat(100_000) }, 'eta = "xxx'],
];
refused(
  "a configuration with",
  wrong.map(([name, entries, words]) =>
    [name, JSON.stringify({ ...settings, ...entries as object }), words] as const
  ),
  config,
);
refused("a configuration that is", [
  ["empty", "", "no JSON"],
  ["a space", " ", "no JSON"],
  ["a list", "[]", "no JSON object"],
  ["a number", "7", "no JSON object"],
  ["null", "null", "no JSON object"],
  ["a text", '"eta"', "no JSON object"],
  ["cut off", '{"hidden": [50', "no JSON"],
  ["JavaScript", "{ hidden: [50] }", "no JSON"],
  ["JSON with a comma too many", '{"hidden": [50],}', "no JSON"],
  ["JSON with NaN", '{"hidden": [50], "eta": NaN, "epochs": 1}', "no JSON"],
  ["JSON with a comment", '{"hidden": [50]} // good', "no JSON"],
  ["two objects", "{}{}", "no JSON"],
  ["YAML", "hidden: [50]\neta: 0.1", "no JSON"],
  ["an image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), "no JSON"],
  ["bytes of no text", new Uint8Array(100).fill(255), "no JSON"],
  ["zero bytes", new Uint8Array(100), "no JSON"],
  ["very deep", "[".repeat(200_000), "JSON"],
  [
    "an object that is very deep",
    '{"eta":'.repeat(100_000) + "1" + "}".repeat(100_000),
    'eta = {"eta":',
  ],
  ["too large", " ".repeat(2_000_000), "2000000 bytes"],
  ["an object without settings", "{}", "no --hidden"],
], config);

Deno.test("a configuration: whatever JSON it is, it is settings or refused", () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ hidden: fc.jsonValue(), eta: fc.jsonValue() }),
        fc.dictionary(
          fc.constantFrom(...Object.keys(settings), "batch-norm", "limit", "config"),
          fc.jsonValue(),
        ),
      ),
      async (value) => {
        const found = await readOrRefusal(() => fillConfig(readEntries(value, "a.json")));
        assert(found === null || typeof found.eta === "number");
      },
    ),
    { numRuns: 500 },
  ));

const header = { plan: "coarse", data: { md5: "a" } };
const result: TrialResult = {
  eta: 0.01,
  lambda: 0,
  seed: 400,
  validationAccuracy: 40,
  epoch: 3,
  stopped: null,
  seconds: 1,
};
const firstLine = JSON.stringify({ journal: "klayer", format: 1, ...header });
const journal = (content: string | Uint8Array) =>
  withFile(content, (path) => {
    const open = openJournal(path, header, readResult);
    open.close();
    return open.entries;
  });
const line = (change: object) => `${firstLine}\n${JSON.stringify({ ...result, ...change })}\n`;

refused("a journal that is", [
  ["a text", "my thesis\n", "not a journal"],
  ["a text without an end", "my thesis", "not a journal"],
  ["a list", "[]\n", "not a journal"],
  ["a number", "7\n", "not a journal"],
  ["null", "null\n", "not a journal"],
  ["an empty line", "\n", "not a journal"],
  ["someone else's", '{"journal":"other","format":1}\n', "not a journal"],
  ["an image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 10, 26, 10), "not a journal"],
  ["zero bytes", new Uint8Array(1000), "not a journal"],
  ["zero bytes with an end", new Uint8Array(1000).fill(10, 999), "not a journal"],
  [
    "of another format",
    firstLine.replace('"format":1', '"format":2') + "\n",
    "format is 2, expected 1",
  ],
  [
    "of another plan",
    firstLine.replace("coarse", "fine") + "\n",
    'plan is "fine", expected "coarse"',
  ],
  ["of other data", firstLine.replace('"a"', '"b"') + "\n", 'data.md5 is "b", expected "a"'],
  ["of no plan", firstLine.replace('"plan":"coarse",', "") + "\n", "plan is missing"],
  [
    "of more than is known",
    firstLine.replace("{", '{"gpu":1,') + "\n",
    "gpu is 1, expected missing",
  ],
  ["of a line break in a name", firstLine.replace("{", '{"a\\nb":1,') + "\n", "a\\nb is 1"],
  [
    "very deep",
    firstLine.replace('"coarse"', "[".repeat(20_000) + "]".repeat(20_000)) + "\n",
    "plan is",
  ],
  ["very long", firstLine.replace("coarse", "x".repeat(500_000)) + "\n", "plan is"],
], journal);
refused("a journal with", [
  ["a text for eta", line({ eta: "0.01" }), /line 2 .*eta is "0.01"/],
  ["no eta", line({ eta: undefined }), "eta is missing"],
  ["eta = 0", line({ eta: 0 }), "eta is 0"],
  ["eta = null, as NaN becomes", line({ eta: NaN }), "eta is null"],
  ["lambda = -1", line({ lambda: -1 }), "lambda is -1"],
  ["no seed", line({ seed: null }), "seed is null"],
  ["an accuracy of 101%", line({ validationAccuracy: 101 }), "validationAccuracy is 101"],
  ["an accuracy below 0", line({ validationAccuracy: -1 }), "validationAccuracy is -1"],
  ["an accuracy in words", line({ validationAccuracy: "good" }), 'validationAccuracy is "good"'],
  ["epoch 0", line({ epoch: 0 }), "epoch is 0"],
  ["true for stopped", line({ stopped: true }), "stopped is true"],
  ["seconds below 0", line({ seconds: -1 }), "seconds is -1"],
  ["a list for a result", `${firstLine}\n[]\n`, "eta is missing"],
  ["null for a result", `${firstLine}\nnull\n`, "eta is missing"],
  ["half a line in its middle", `${firstLine}\n{"eta":\n${JSON.stringify(result)}\n`, "line 2"],
  ["an empty line in its middle", `${firstLine}\n\n${JSON.stringify(result)}\n`, "line 2"],
  [
    "two results on a line",
    `${firstLine}\n${JSON.stringify(result)}${JSON.stringify(result)}\n`,
    "line 2",
  ],
  [
    "bytes of no text",
    new TextEncoder().encode(firstLine + "\n").slice().fill(255, -9),
    "not a journal",
  ],
], journal);

const whole = new TextEncoder().encode(
  [firstLine, ...[1, 2, 3].map((seed) => JSON.stringify({ ...result, seed })), ""].join("\n"),
);
Deno.test("a journal: whatever bytes are changed, its results are sound or it is refused", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      fc.nat(whole.length),
      async (changes, length) => {
        const bytes = whole.slice(0, length < 40 ? whole.length : length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const entries = await readOrRefusal(() => journal(bytes));
        assert(
          entries === null || entries.every((entry) => readResult(entry) && entry.eta > 0),
        );
      },
    ),
    { numRuns: 400 },
  ));

/** What the export does with a notebook before and after its execution. */
async function notebook(content: string | Uint8Array) {
  return await withFile(content, async (path) => {
    const found = await readNotebook(path);
    titleOf("");
    codeCells(found);
    factsOf(told(found));
    return flaws({ notebook: found, failed: null, seconds: 1 });
  });
}
const cells = (...list: unknown[]) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: list });
const code = { cell_type: "code", id: "a", metadata: {}, source: "1", outputs: [] };
refused("a notebook that is", [
  ["empty", "", "no JSON"],
  ["cut off", cells(code).slice(0, 60), "no JSON"],
  ["a list", "[]", "nbformat undefined"],
  ["null", "null", "nbformat undefined"],
  ["of format 3", '{"nbformat":3,"worksheets":[]}', "nbformat 3"],
  ["of format 5", '{"nbformat":5,"cells":[]}', "nbformat 5"],
  ["without cells", '{"nbformat":4,"metadata":{}}', "nbformat 4"],
  ["without metadata", '{"nbformat":4,"cells":[]}', "metadata"],
  ["of cells that are none", cells(null), "cell 1"],
  ["of cells that are numbers", cells(code, 7), "cell 2"],
  ["of a cell without a source", cells({ ...code, source: undefined }), "cell 1"],
  ["of a cell whose source is a number", cells({ ...code, source: 7 }), "cell 1"],
  ["of a cell whose source has numbers", cells({ ...code, source: [7] }), "cell 1"],
  ["of a cell of an unknown type", cells({ ...code, cell_type: "heading" }), "cell 1"],
  ["of a cell without metadata", cells({ ...code, metadata: undefined }), "cell 1"],
  ["of a cell whose tags are a text", cells({ ...code, metadata: { tags: "silent" } }), "cell 1"],
  ["of outputs that are no list", cells({ ...code, outputs: {} }), "cell 1"],
  ["of outputs that are none", cells({ ...code, outputs: [null] }), "cell 1"],
  [
    "of an output of numbers",
    cells({ ...code, outputs: [{ output_type: "stream", text: 7 }] }),
    "cell 1",
  ],
  [
    "of an output whose data are a text",
    cells({ ...code, outputs: [{ output_type: "display_data", data: "x" }] }),
    "cell 1",
  ],
  ["of a cell of a type that is no text", cells({ ...code, cell_type: { toString: 0 } }), "cell 1"],
  ["of a cell of a type in a list", cells({ ...code, cell_type: ["code"] }), "cell 1"],
  ["bytes of no text", new Uint8Array(50).fill(200), "no JSON"],
], notebook);
Deno.test("a notebook: whatever JSON its cells are, it can be judged or is refused", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.jsonValue(),
          fc.record({
            ...Object.fromEntries(
              Object.keys(code).map((
                name,
              ) => [name, fc.oneof(fc.constant(code[name as keyof typeof code]), fc.jsonValue())]),
            ),
          }),
        ),
        { maxLength: 3 },
      ),
      async (list) => {
        const found = await readOrRefusal(() => notebook(cells(...list)));
        assert(found === null || Array.isArray(found));
      },
    ),
    { numRuns: 300 },
  ));

Deno.test("a good configuration, journal and notebook are not refused", async () => {
  assertEquals((await config(JSON.stringify(settings))).eta, 0.01);
  assertEquals(await journal(line({})), [result]);
  assertEquals((await notebook(cells(code))).length, 1);
});
