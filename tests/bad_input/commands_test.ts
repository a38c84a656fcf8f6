import { assert, assertEquals, assertMatch } from "@std/assert";
import { blankFiles } from "../cifar10/made_files.ts";
import { assertNoTrace, assertRefused, run } from "../faults/fault.ts";

const train = ["cli/train.ts", "--hidden", "5", "--eta", "0.01", "--epochs", "1"];
const search = ["cli/search.ts", "--plan", "fine", "--epochs", "1"];
const nothing = { env: { CIFAR10_DIR: "/no/such/images" } };

/** What is typed, and the one line on standard error. */
const cases: [string, string[], RegExp][] = [
  ["train: an unknown option", [...train, "--etas", "1"], /"--etas"/],
  ["train: two lines in a value", [...train, "--lambda", "1\n2"], /--lambda 1\\u000a2/],
  ["train: a terminal's escape sequence", [...train, "--data", "\x1b[2J"], /--data \\u001b\[2J/],
  ["train: images that are not there", train, /\/no\/such\/images/],
  [
    "train: a run that is not there",
    ["cli/train.ts", "--resume", "/no/such/run"],
    /\/no\/such\/run/,
  ],
  ["train: no native code wanted by name", [...train, "--backend", "gpu"], /"gpu"/],
  ["search: too many trials", [...search, "--trials", "99"], /99 trials/],
  ["search: images that are not there", search, /\/no\/such\/images/],
  ["data: a stray word", ["cli/data.ts", "now"], /"now"/],
  ["data: images that are not there", ["cli/data.ts"], /\/no\/such\/images/],
  ["evaluate: no folder", ["cli/evaluate.ts"], /0 folders/],
  ["evaluate: two folders", ["cli/evaluate.ts", "a", "b"], /2 folders/],
  ["evaluate: a folder that is not there", ["cli/evaluate.ts", "/no/such/run"], /no saved run/],
  ["compare: one folder", ["cli/compare.ts", "a"], /1 folders/],
  [
    "compare: folders that are not there",
    ["cli/compare.ts", "/no/a", "/no/b"],
    /no saved run in \/no\/a/,
  ],
  ["grade: two folders", ["cli/grade.ts", "a", "b"], /2 paths/],
  ["grade: a folder that is not there", ["cli/grade.ts", "/no/such/report"], /\/no\/such\/report/],
  ["report: an unknown notebook", ["cli/report.ts", "99"], /"99"/],
  ["report: an unknown option", ["cli/report.ts", "--fast"], /--fast/],
  [
    "report: two options that exclude each other",
    ["cli/report.ts", "--saved", "--update"],
    /--saved/,
  ],
  ["bench: an unknown part", ["cli/bench.ts", "--parts", "all"], /--parts all/],
  ["bench: no rounds", ["cli/bench.ts", "--rounds", "0"], /--rounds 0/],
  [
    "bench: a folder that is not there",
    ["cli/bench.ts", "--json", "/no/such/a.json"],
    /\/no\/such/,
  ],
];
for (const [name, args, message] of cases) {
  Deno.test(`refused by the command: ${name}`, async () => {
    const found = await run(args, nothing);
    assertRefused(found, message);
    assertEquals(found.stdout, "");
    assertEquals(found.stderr.trimEnd().split("\n").length, 1, found.stderr);
  });
}

for (
  const [what, args] of [
    ["the textbook's rules", []],
    ["the report's rules", ["--protocol", "report"]],
    ["batch normalisation", ["--batch-norm"]],
  ] as const
) {
  Deno.test(`a run that diverges ends with what was computed, and why: ${what}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const env = { CIFAR10_DIR: await blankFiles(directory) };
      for (const name of ["data_batch_1.bin", "data_batch_2.bin"]) {
        // Something to learn that a step of this length will miss.
        const bytes = Uint8Array.from(
          { length: 3073 * 200 },
          (_, i) => i % 3073 ? i * i % 251 : i % 7,
        );
        using file = await Deno.open(`${directory}/${name}`, { write: true });
        await file.write(bytes);
      }
      const wild = ["--hidden", "5", "--eta", "1e200", "--epochs", "4", "--limit", "200", "--json"];
      const { code, stdout, stderr } = await run(["cli/train.ts", ...wild, ...args], { env });
      assertEquals(code, 0, stderr);
      assertNoTrace(stderr);
      const { initialCost, trainCost, validationCost, stopped } = JSON.parse(stdout);
      assert(stopped !== null && stopped.epoch === trainCost.length + 1, stdout);
      assertMatch(stopped.reason, /cost/);
      assert([initialCost, ...trainCost, ...validationCost].every(Number.isFinite), stdout);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
