import { assert, assertEquals, assertMatch } from "@std/assert";
import { findDirectory } from "klayer/locate.ts";
import { compareTable } from "klayer/report/compare.ts";
import { fifteenEpochs } from "klayer/report/printed.ts";

const root = new URL("../../", import.meta.url);
const directory = findDirectory();
const real = { ignore: directory === null };
const reason = real.ignore ? " (needs CIFAR-10: none found)" : "";

async function klayerTrain(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-env", "--allow-ffi", "cli/train.ts", ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const usual = ["--hidden", "50,30", "--eta", "0.01", "--epochs", "1"];
const replaced = (name: string, value: string) => [...usual, name, value];

const impossible: [string, string[], RegExp][] = [
  ["an unknown option", [...usual, "--etas", "1"], /"--etas".*--eta /],
  ["a stray word", [...usual, "quickly"], /"quickly"/],
  ["no eta", ["--hidden", "50", "--epochs", "1"], /no --eta/],
  ["an option without its value", ["--epochs", "1", "--hidden", "50", "--eta"], /--eta without/],
  ["eta = NaN", replaced("--eta", "NaN"), /eta = NaN.*positive/],
  ["eta that is no number", replaced("--eta", "small"), /--eta small.*number/],
  ["hidden = 0", replaced("--hidden", "0"), /layer of 0 units/],
  ["hidden with a gap", replaced("--hidden", "50,,30"), /--hidden/],
  ["half an epoch", replaced("--epochs", "0.5"), /epochs = 0.5/],
  ["a batch larger than the data set", [...usual, "--limit", "50"], /batchSize = 100.*50/],
  ["limit = 0", replaced("--limit", "0"), /0/],
  ["an unknown data set", replaced("--data", "50k"), /--data 50k.*10k, 49k/],
  ["an unknown protocol", replaced("--protocol", "best"), /--protocol best.*report, standard/],
  ["an unknown backend", replaced("--backend", "abacus"), /abacus.*wasm/],
  ["no threads", replaced("--threads", "0"), /0 threads/],
  ["a He draw without He", replaced("--he-draw", "3"), /--he-draw.*--init he/],
  ["a limit above the data set", replaced("--limit", "10001"), /10,?001.*10,?000/],
  ["a negative eta", ["--hidden", "50", "--eta", "-1", "--epochs", "1"], /eta = -1/],
  ["a negative seed", replaced("--seed", "-1"), /seed = -1/],
];
for (const [name, args, message] of impossible) {
  Deno.test(`deno task train refuses ${name} in one line, with exit code 2`, async () => {
    const { code, stdout, stderr } = await klayerTrain(args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, /^error: [^\n]+\n$/);
    assertMatch(stderr, message);
  });
}

Deno.test("deno task train names a missing directory and what it should hold", async () => {
  const { code, stderr } = await klayerTrain(usual, { CIFAR10_DIR: "/nowhere/cifar" });
  assertEquals(code, 2);
  assertMatch(stderr, /^error: [^\n]*\/nowhere\/cifar[^\n]*\n$/);
});

Deno.test("deno task train names a truncated file, with both lengths", async () => {
  const made = await Deno.makeTempDir();
  try {
    for (const name of ["data_batch_1", "data_batch_2", "test_batch"]) {
      await Deno.writeFile(`${made}/${name}.bin`, new Uint8Array(3073));
    }
    const { code, stderr } = await klayerTrain(usual, { CIFAR10_DIR: made });
    assertEquals(code, 2);
    assertMatch(stderr, /^error: [^\n]*data_batch_1.bin[^\n]*\n$/);
    assertMatch(stderr, /3,?073/);
    assertMatch(stderr, /30,?730,?000/);
  } finally {
    await Deno.remove(made, { recursive: true });
  }
});

Deno.test({
  name: `--json prints one object with the report's digits${reason}`,
  ...real,
  fn: async () => {
    const args = ["--hidden", "50,30", "--eta", "0.0171384811847413", "--lambda", "1e-4"];
    const { code, stdout, stderr } = await klayerTrain(
      [...args, "--epochs", "2", "--protocol", "report", "--json"],
      { CIFAR10_DIR: directory! },
    );
    assertEquals([code, stderr], [0, ""]);
    const json = JSON.parse(stdout);
    assert(compareTable(fifteenEpochs.slice(0, 2), json.trainCost).least >= 12);
    assertEquals(json.dataset.kind, "cifar-10");
    assertEquals(json.dataset.files.map((file: { name: string }) => file.name), [
      "data_batch_1.bin",
      "data_batch_2.bin",
      "test_batch.bin",
    ]);
    assertEquals(json.config.seed, 400);
    assertEquals(Object.keys(json.test).sort(), ["asTrained", "throughBatchNorm"]);
    assertEquals([json.stopped, json.best.epoch], [null, 1]);
    assert(json.seconds.training > 0 && json.seconds.evaluation > 0);
  },
});

Deno.test({
  name: `without --json the first line says which data, and each epoch has its line${reason}`,
  ...real,
  fn: async () => {
    const { code, stdout } = await klayerTrain(
      ["--hidden", "5", "--eta", "0.01", "--epochs", "2", "--limit", "300", "--batch-norm"],
      { CIFAR10_DIR: directory! },
    );
    const lines = stdout.split("\n");
    assertEquals(code, 0);
    assertMatch(lines[0], /^CIFAR-10/);
    assertMatch(lines[1], /^epoch 1 of 2: training cost /);
    assertMatch(lines[2], /^epoch 2 of 2: training cost /);
    assertMatch(stdout, /test accuracy, moving averages +\d+\.\d\d%/);
  },
});
