import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { statOrNull } from "klayer/stat.ts";
import { blankFiles, putByte } from "../cifar10/made_files.ts";
import { assertNoTrace, assertRefused, type Ended, ended, fault, run, spawn } from "./fault.ts";

/** Images of the right form: all black, all of class 0, but for a few bytes. */
async function images(directory: string): Promise<{ CIFAR10_DIR: string }> {
  const folder = await blankFiles(`${directory}/images`);
  for (let i = 0; i < 40; i++) {
    for (const name of ["data_batch_1.bin", "data_batch_2.bin"]) {
      await putByte(`${folder}/${name}`, 3073 * 3 * i, i % 2);
      await putByte(`${folder}/${name}`, 3073 * 3 * i + 1 + i, 255);
    }
  }
  return { CIFAR10_DIR: folder };
}

const search = (journal: string, trials: number, ...more: string[]) => [
  ...["cli/search.ts", "--plan", "coarse", "--trials", String(trials), "--backend", "wasm"],
  ...["--journal", journal, "--json", ...more],
];
const quick = ["--epochs", "2", "--limit", "300"];
const slow = ["--epochs", "3", "--limit", "500"];
const train = (epochs: number, ...more: string[]) => [
  ...["cli/train.ts", "--hidden", "5", "--eta", "0.01", "--epochs", String(epochs)],
  ...["--backend", "wasm", ...more],
];

const lines = (journal: string) => {
  try {
    return Deno.readTextFileSync(journal).trim().split("\n").slice(1);
  } catch {
    return [];
  }
};

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 3));
}

const table = ({ stdout }: Ended) =>
  JSON.parse(stdout).results.map((result: object) => ({ ...result, seconds: 0 }));

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  fault(
    `${signal} ends a search with what has finished; the same command goes on`,
    async (directory) => {
      const env = await images(directory);
      const args = search(`${directory}/a.jsonl`, 7, ...slow);
      const process = spawn(args, { env });
      await until(() => lines(`${directory}/a.jsonl`).length >= 2);
      process.kill(signal);
      const stopped = await ended(process);
      assertEquals(stopped.code, code, stopped.stderr);
      const part = table(stopped);
      assert(part.length >= 2 && part.length < 7, `${part.length} trials`);
      assertEquals(lines(`${directory}/a.jsonl`).length, part.length);
      const whole = await run(args, { env });
      assertEquals([whole.code, JSON.parse(whole.stdout).resumed], [0, part.length]);
      const settings = (result: { eta: number }) =>
        part.some(({ eta }: typeof result) => eta === result.eta);
      assertEquals(table(whole).filter(settings), part);
      assertEquals(table(whole).length, 7);
    },
    { seconds: 40 },
  );
}

fault("Ctrl-C twice ends a search at once, however busy its workers are", async (directory) => {
  const env = await images(directory);
  const journal = `${directory}/a.jsonl`;
  // The reference backend evaluates 10,000 images before it listens.
  const args = search(journal, 4, "--epochs", "2");
  const busy = args.map((word) => word === "wasm" ? "reference" : word);
  const process = spawn(busy, { env });
  await until(() => statOrNull(journal) !== null);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // A busy machine may deliver two presses as one.
  let [presses, isRunning] = [0, true];
  const closed = ended(process).finally(() => isRunning = false);
  for (; isRunning && presses < 8; presses++) {
    process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  assert(!isRunning, `it goes on after ${presses} presses`);
  const { code, stderr } = await closed;
  assertEquals(code, 130, stderr);
  assertNoTrace(stderr);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  fault(
    `${signal} ends a training run with its finished epochs and its test accuracy`,
    async (directory) => {
      const env = { ...await images(directory), KEPT: `${directory}/kept` };
      const shell = 'exec "$@" > "$KEPT"';
      const process = spawn(train(100_000, "--limit", "1000"), { env, shell });
      await until(() => statOrNull(env.KEPT) !== null && text().includes("epoch      2 of 100000"));
      process.kill(signal);
      const { code: found, stderr } = await ended(process);
      assertEquals(found, code, stderr);
      assertMatch(text(), /stopped +in epoch \d+: stopped on request/);
      assertMatch(text(), /test accuracy +\d+\.\d\d%/);
      function text() {
        return Deno.readTextFileSync(env.KEPT);
      }
    },
  );
}

fault(
  "a disk that fills while a training run writes its epochs does not end the run",
  async (directory) => {
    const env = { ...await images(directory), KEPT: `${directory}/kept` };
    // Files end at 1024 bytes here; the epochs alone have more.
    const shell = `trap '' XFSZ; ulimit -f 2; exec "$@" > "$KEPT"`;
    const { code, stderr } = await run(train(20, "--limit", "300"), { env, shell });
    assertEquals(code, 2, stderr);
    assertEquals(Deno.statSync(env.KEPT).size, 1024);
    assertMatch(stderr, /test accuracy +\d+\.\d\d%/);
    assertMatch(stderr, /error: Found that standard output takes nothing \(File too large/);
  },
);

const outputs: [what: string, shell: string, (ended: Ended) => void][] = [
  ["standard output is full", '"$@" > /dev/full', ({ code, stderr }) => {
    assertEquals(code, 2, stderr);
    assertMatch(stderr.trimEnd().split("\n").at(-1)!, /^error: .*No space left on device/);
  }],
  ["standard error is full", '"$@" 2> /dev/full', ({ code, stdout }) => {
    assertEquals(code, 0);
    assertEquals(JSON.parse(stdout).trainCost?.length ?? JSON.parse(stdout).results.length, 3);
  }],
  ["standard output is closed early", '"$@" | true', ({ stderr }) => assertNoTrace(stderr)],
  ["standard error is closed early", '"$@" 2>&1 >"$KEPT" | true', () => {}],
  ["HOME is not set", 'env -u HOME "$@"', ({ code, stderr, stdout }) => {
    assertEquals(code, 0, stderr);
    assert(stdout.includes("validationAccuracy"));
  }],
];
for (const [what, shell, check] of outputs) {
  fault(`${what}: neither a search nor a training run loses its result`, async (directory) => {
    const env = { ...await images(directory), KEPT: `${directory}/kept` };
    const journal = `${directory}/a.jsonl`;
    for (const args of [search(journal, 3, ...quick), train(3, "--limit", "300", "--json")]) {
      const found = await run(args, { env, shell });
      assertNoTrace(found.stderr);
      check(found);
      // On standard error, where standard output was full.
      if (shell.includes("> /dev/full") && !shell.includes("2>")) {
        assertStringIncludes(found.stderr, '"validationAccuracy":');
      }
      if (shell.includes("KEPT")) {
        assertStringIncludes(Deno.readTextFileSync(env.KEPT), '"seconds":');
      }
    }
    assertEquals(lines(journal).length, 3);
  }, { seconds: 40 });
}

fault("image files deleted during a search change nothing", async (directory) => {
  const env = await images(directory);
  const expected = table(await run(search(`${directory}/a.jsonl`, 6, ...quick), { env }));
  const process = spawn(search(`${directory}/b.jsonl`, 6, ...quick), { env });
  await until(() => lines(`${directory}/b.jsonl`).length >= 1);
  Deno.removeSync(env.CIFAR10_DIR, { recursive: true });
  const found = await ended(process);
  assertEquals(found.code, 0, found.stderr);
  assertEquals(table(found), expected);
});

fault(
  "image files changed between two parts of a search: the journal is refused by file",
  async (directory) => {
    const env = await images(directory);
    const journal = `${directory}/a.jsonl`;
    await run(search(journal, 2, ...quick), { env });
    await putByte(`${env.CIFAR10_DIR}/data_batch_2.bin`, 3073 * 9999 + 5, 9);
    const found = await run(search(journal, 3, ...quick), { env });
    assertRefused(
      found,
      /^error: Found the journal .*a\.jsonl.*dataset\.md5\.data_batch_2\.bin is "/,
    );
    assertEquals(lines(journal).length, 2);
  },
);

const kept: [what: string, args: string[], message: RegExp][] = [
  ["other settings", ["--epochs", "3", "--limit", "300"], /settings\.epochs is 2, expected 3/],
  ["other samples", ["--epochs", "2", "--limit", "301"], /dataset\.name is "10k, first 300"/],
];
for (const [what, settings, message] of kept) {
  fault(`a journal of ${what} is refused by name`, async (directory) => {
    const env = await images(directory);
    const journal = `${directory}/a.jsonl`;
    await run(search(journal, 2, ...quick), { env });
    assertRefused(await run(search(journal, 2, ...settings), { env }), message);
    assertEquals(lines(journal).length, 2);
  });
}

fault("a journal of another version of klayer is refused by name", async (directory) => {
  const env = await images(directory);
  const journal = `${directory}/a.jsonl`;
  await run(search(journal, 2, ...quick), { env });
  const text = Deno.readTextFileSync(journal);
  Deno.writeTextFileSync(
    journal,
    text.replace(/"klayer":"[0-9a-f]{32}"/, `"klayer":"${"0".repeat(32)}"`),
  );
  const found = await run(search(journal, 2, ...quick), { env });
  assertRefused(found, /another configuration: version\.klayer is "0{32}", expected "/);
});

/** As a user who is not root: folders that may not be written to are refused to root, too. */
const AS_USER =
  'exec setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all -- "$@"';
const isRoot = Deno.uid() === 0;
const user = isRoot ? { shell: AS_USER } : {};
const noUser = isRoot &&
  !(await new Deno.Command("setpriv", { args: ["--version"] }).output().then(
    ({ success }) => success,
    () => false,
  ));

fault(
  "a search in a folder that may only be read says so before it computes",
  async (directory) => {
    const env = await images(directory);
    Deno.mkdirSync(`${directory}/locked`);
    Deno.chmodSync(`${directory}/locked`, 0o555);
    const found = await run(search(`${directory}/locked/a.jsonl`, 2, ...quick), { ...user, env });
    assertRefused(
      found,
      /^error: Could not open the journal .*locked\/a\.jsonl: Permission denied/,
    );
  },
  { ignore: noUser },
);

fault("an image file that may not be read is refused by name", async (directory) => {
  const env = await images(directory);
  Deno.chmodSync(`${env.CIFAR10_DIR}/data_batch_2.bin`, 0o000);
  const found = await run(train(1, "--limit", "300"), { ...user, env });
  assertRefused(found, /^error: Found that .*data_batch_2\.bin cannot be read \(Permission denied/);
}, { ignore: noUser });

fault("a folder of images that may not be entered is refused by name", async (directory) => {
  const env = await images(directory);
  Deno.chmodSync(env.CIFAR10_DIR, 0o000);
  try {
    const found = await run(train(1, "--limit", "300"), { ...user, env });
    assertRefused(found, /^error: .*images/);
  } finally {
    Deno.chmodSync(env.CIFAR10_DIR, 0o755);
  }
}, { ignore: noUser });

fault("a command without its permissions says which one is missing", async (directory) => {
  const env = await images(directory);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-env", "cli/train.ts", ...train(1).slice(1)],
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(code, 2, text);
  assertMatch(text, /read access/);
  assertNoTrace(text);
});
