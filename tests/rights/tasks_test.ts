/**
 * What the commands may do: no more than cli/README.md says.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { findDirectory } from "klayer/locate.ts";
import { tools } from "../export/project.ts";

const root = Deno.realPathSync(new URL("../..", import.meta.url));
const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`)) as {
  tasks: Record<string, string>;
};

/** Rights without a list behind them; why each is needed is in cli/README.md. */
const UNLISTED: Readonly<Record<string, readonly string[]>> = {
  test: ["env", "ffi", "read", "run", "sys", "write"],
  train: ["ffi"],
  search: ["ffi"],
  evaluate: ["ffi"],
  bench: ["ffi", "run"],
  grade: ["read", "write"],
  coverage: ["run"],
  mutate: ["run"],
};

const images = ["env CIFAR10_DIR", "net official", "read the folder"];

/** What a canary in the command's place could do. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  data: [...images, "write data"],
  train: [...images, "machine code", "read /tmp", "write /tmp", "write data", "write runs"],
  search: [...images, "machine code", "read /tmp", "write /tmp", "write data", "write runs"],
  evaluate: [...images, "machine code", "read /tmp", "write data"],
  compare: ["read /tmp", "write /tmp", "write runs"],
  report: [
    ...images,
    ...["run git", "run python3"],
    ...["write .venv", "write data", "write notebooks", "write report"],
  ],
  setup: ["run python3", "write .venv"],
  notebook: ["run python3", "write .venv"],
};

/** What a task's line runs, with another script. */
function withScript(name: string, script: string): string {
  const line = tasks[name].replace(/ cli\/[\w.]+\.ts$/, ` ${script}`);
  assert(line !== tasks[name], `the task ${name} runs a script of cli/`);
  return line;
}

async function runLine(line: string, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--eval", line],
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_PROMPT: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("no task has all rights, and none has a whole kind of rights that is not documented", () => {
  const page = Deno.readTextFileSync(`${root}/cli/README.md`);
  for (const [name, line] of Object.entries(tasks)) {
    assertEquals(/(^|\s)(-A|--allow-all)\b/.test(line), false, name);
    const unlisted = [...line.matchAll(/--allow-([a-z]+)(?![\w=-])/g)].map(([, kind]) => kind);
    assertEquals(unlisted.sort(), UNLISTED[name] ?? [], name);
    if (unlisted.length === 0) continue;
    for (const kind of unlisted) assert(page.includes(`\`${name}\``), `${name}: ${kind}`);
  }
});

Deno.test("no task may reach another server than CIFAR-10's, the tests' own apart", () => {
  for (const [name, line] of Object.entries(tasks)) {
    const hosts = [...line.matchAll(/--allow-net=(\S+)/g)].flatMap(([, list]) => list.split(","));
    for (const host of hosts) {
      const expected = name.startsWith("test")
        ? /^127\.0\.0\.1$/
        : /^(www|cave)\.cs\.toronto\.edu:443$/;
      assertMatch(host, expected, name);
    }
  }
});

Deno.test("no program of the project starts Deno with all rights", async () => {
  const folders = ["cli", "export", "bench", "src", ".ci"];
  for (const folder of folders) {
    for await (const path of filesBelow(`${root}/${folder}`)) {
      if (!/\.(ts|py)$|\/run$/.test(path)) continue;
      assertEquals(/["' ](-A|--allow-all)["' ,]/.test(await Deno.readTextFile(path)), false, path);
    }
  }
});

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

/** What a canary in a task's place can do; CIFAR10_DIR names the folder that it is told of. */
async function canary(name: string, env: Record<string, string>): Promise<string[]> {
  const line = `${withScript(name, "tests/rights/canary.ts")} "${outside}"`;
  const { stdout, stderr } = await runLine(line, env);
  assert(stdout !== "", stderr);
  return JSON.parse(stdout);
}

/** A folder that is there on every machine, outside the project and outside /tmp. */
const outside = dirname(Deno.execPath());

for (const [name, possible] of Object.entries(POSSIBLE)) {
  Deno.test(`a canary in the place of deno task ${name} is refused all else`, async () => {
    const allowed = await canary(name, { CIFAR10_DIR: outside });
    // In a checkout below /tmp whoever may write there may write to the checkout.
    const isSure = (what: string) =>
      !(root.startsWith("/tmp/") && possible.includes("write /tmp") && what.startsWith("write"));
    const expected = ["read the project", ...possible].sort();
    assertEquals(allowed.filter(isSure).sort(), expected.filter(isSure));
  });
}

Deno.test("a folder outside the project is readable only where CIFAR10_DIR names it", async () => {
  for (const CIFAR10_DIR of ["", "/nowhere", "src"]) {
    const allowed = await canary("train", { CIFAR10_DIR });
    assertEquals(allowed.includes("read the folder"), false, CIFAR10_DIR);
    assertEquals(allowed.includes("read anywhere"), false, CIFAR10_DIR);
  }
});

Deno.test("what a command is refused is one line and exit code 2", async () => {
  const path = `${outside}/klayer-canary.jsonl`;
  const { code, stderr } = await runLine(`deno task --quiet search --plan fine --journal ${path}`);
  assertEquals(code, 2, stderr);
  assertMatch(
    stderr,
    /error: [^\n]*klayer-canary[^\n]*--allow-write[^\n]*\n$|error: [^\n]*write access[^\n]*\n$/,
  );
});

const directory = findDirectory();
Deno.test({
  name: "train and search do their work with these rights",
  ignore: directory === null,
  fn: async () => {
    const small = "--epochs 1 --limit 200 --json --require-cifar10";
    const folder = await Deno.makeTempDir({ dir: await made(`${root}/runs`), prefix: "rights-" });
    try {
      const lines = [
        `deno task --quiet train --hidden 5 --eta 0.01 ${small}`,
        `deno task --quiet search --plan fine --trials 2 ${small} --journal ${folder}/a.jsonl`,
      ];
      for (const line of lines) {
        const { code, stdout, stderr } = await runLine(line, { CIFAR10_DIR: directory! });
        assertEquals(code, 0, stderr);
        assertEquals(JSON.parse(stdout).dataset.kind, "cifar-10");
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

const { environment, reason } = await tools();
Deno.test({
  name: `report executes a notebook and makes its page with these rights${reason}`,
  ignore: environment === null,
  fn: async () => {
    const line = withScript("report", "tests/rights/small_report.ts");
    const { code, stdout, stderr } = await runLine(line);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "01-small.html");
  },
});

async function made(folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}
