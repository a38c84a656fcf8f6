import { assert, assertEquals, assertMatch } from "@std/assert";
import { searchProgress } from "../../cli/search_progress.ts";
import { findDirectory } from "klayer/locate.ts";

const root = new URL("../../", import.meta.url);
const directory = findDirectory();
const real = { ignore: directory === null };
const reason = real.ignore ? " (needs CIFAR-10: none found)" : "";

function command(args: string[], output: "piped" | "null" = "piped") {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-ffi",
      "cli/search.ts",
      ...args,
    ],
    cwd: root,
    env: { NO_COLOR: "1", ...directory === null ? {} : { CIFAR10_DIR: directory } },
    stdout: output,
    stderr: output,
  });
}

async function klayerSearch(args: string[]) {
  const { code, stdout, stderr } = await command(args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const small = ["--plan", "coarse", "--trials", "6", "--epochs", "2", "--limit", "300"];

const impossible: [string, string[], RegExp][] = [
  ["no plan", [], /no --plan.*coarse\|fine/],
  ["an unknown plan", ["--plan", "wild"], /--plan wild.*coarse, fine/],
  ["an unknown option", ["--plan", "fine", "--etas", "1"], /"--etas".*--trials/],
  ["no trials", ["--plan", "fine", "--trials", "0"], /Found 0 trials.*80/],
  ["too many trials", ["--plan", "coarse", "--trials", "151"], /Found 151 trials.*150/],
  ["half an epoch", ["--plan", "fine", "--epochs", "0.5"], /epochs = 0.5/],
  ["an unknown backend", ["--plan", "fine", "--backend", "abacus"], /abacus.*wasm/],
  ["an unknown data set", ["--plan", "fine", "--data", "50k"], /--data 50k.*10k, 49k/],
  ["a limit below a mini-batch", ["--plan", "fine", "--limit", "50"], /batchSize = 100.*50/],
  ["a negative seed", ["--plan", "fine", "--seed", "-1"], /seed = -1/],
];
for (const [name, args, message] of impossible) {
  Deno.test(`deno task search refuses ${name} in one line, with exit code 2`, async () => {
    const { code, stdout, stderr } = await klayerSearch(args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, /^error: [^\n]+\n$/);
    assertMatch(stderr, message);
  });
}

Deno.test({
  name: `a search that is killed goes on from its journal; none is run twice${reason}`,
  ...real,
  fn: async () => {
    const made = await Deno.makeTempDir();
    try {
      const args = [...small, "--journal", `${made}/a.jsonl`, "--json"];
      const process = command(args, "null").spawn();
      let isRunning = true;
      const ended = process.status.then(() => isRunning = false);
      for (let lines = 0; lines < 3 && isRunning;) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        lines = (await Deno.readTextFile(`${made}/a.jsonl`).catch(() => "")).split("\n").length - 1;
      }
      if (isRunning) process.kill("SIGKILL");
      await ended;
      const after = await klayerSearch(args);
      assertEquals(after.code, 0, after.stderr);
      const json = JSON.parse(after.stdout);
      assert(json.resumed >= 2, `${json.resumed} resumed`);
      const lines = (await Deno.readTextFile(`${made}/a.jsonl`)).trim().split("\n");
      assertEquals(lines.length, 1 + 6);

      const undisturbed = await klayerSearch([...small, "--journal", `${made}/b.jsonl`, "--json"]);
      const table = (text: string) =>
        JSON.parse(text).results.map((result: object) => ({ ...result, seconds: 0 }));
      assertEquals(table(after.stdout), table(undisturbed.stdout));
    } finally {
      await Deno.remove(made, { recursive: true });
    }
  },
});

Deno.test({
  name: `without --json: which data, how many trials, the best; another plan is refused${reason}`,
  ...real,
  fn: async () => {
    const made = await Deno.makeTempDir();
    try {
      const journal = ["--journal", `${made}/a.jsonl`];
      const { code, stdout, stderr } = await klayerSearch([...small, ...journal]);
      assertEquals(code, 0, stderr);
      const lines = stdout.trim().split("\n");
      assertMatch(lines[0], /^CIFAR-10/);
      assertMatch(lines[1], /^6 of 6 trials, 0 of them from the journal .*a\.jsonl; /);
      assertMatch(lines[2], /^rank +eta +lambda +validation accuracy +epoch$/);
      assertMatch(lines[3], /^1 +0\.0\d+ +1e-\d +\d+\.\d\d% +[12]$/);
      const fine = await klayerSearch(["--plan", "fine", ...small.slice(2), ...journal]);
      assertEquals(fine.code, 2);
      assertMatch(fine.stderr, /^error: [^\n]*plan\.name is "coarse", expected "fine"[^\n]*\n$/);
    } finally {
      await Deno.remove(made, { recursive: true });
    }
  },
});

Deno.test("progress is one line on a terminal and a line each tenth elsewhere", () => {
  const best = {
    eta: 0.01,
    lambda: 1e-4,
    seed: 400,
    validationAccuracy: 43.2,
    epoch: 9,
    stopped: null,
    seconds: 2,
  };
  for (const isTerminal of [true, false]) {
    let [now, written] = [0, ""];
    const terminal = {
      isTerminal,
      write: (text: string) => void (written += text),
      now: () => now,
    };
    const progress = searchProgress("coarse search", terminal);
    for (let done = 0; done <= 20; done++) {
      now += 300;
      progress.show({ done, total: 20, resumed: 0, best: done < 5 ? null : best });
    }
    progress.clear();
    assertEquals(written.match(/\n/g)?.length ?? 0, isTerminal ? 0 : 10);
    assert(written.includes("20 of 20 trials, best 43.20%"), written);
    assertEquals(written.endsWith("\r\x1b[K"), isTerminal);
  }
});
