/**
 * `deno task mutate`: breaks the core in many places, one at a time, and shows that the tests notice.
 *
 * Everything happens on copies in a temporary folder of `runs`, one for each processor core. The exit code is 1
 * where a break survives, or where the tests fail without any.
 *
 * @module
 */

import { type Break, type Breakable, breakables } from "./mutants.ts";

/** A break with its file and the tests that must notice it. */
type Mutant = Break & Pick<Breakable, "file" | "tests">;

/** What came of a mutant; "spoilt" is one that says nothing about the tests. */
type Outcome = "noticed" | "survived" | "spoilt";

/** A mutant that loops for ever is noticed by the time it takes. */
const MILLISECONDS = 20_000;

const root = Deno.realPathSync(new URL("../..", import.meta.url));

/** What the tests of the core need; without the images they run on made data. */
const PARTS = ["src", "tests", "deno.json", "deno.lock"];

const wanted = Deno.args;
const mutants: Mutant[] = breakables
  .filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .flatMap(({ file, tests, breaks }) => breaks.map((each) => ({ ...each, file, tests })));

await Deno.mkdir(`${root}/runs`, { recursive: true });
const directory = await Deno.makeTempDir({ dir: `${root}/runs`, prefix: "mutants-" });
try {
  Deno.exitCode = await main();
} finally {
  await Deno.remove(directory, { recursive: true });
}

async function main(): Promise<number> {
  const started = performance.now();
  const copies = Array.from(
    { length: navigator.hardwareConcurrency },
    (_, i) => `${directory}/${i}`,
  );
  for (const copy of copies) {
    for (const part of PARTS) await copyInto(`${root}/${part}`, `${copy}/${part}`);
  }
  const tests = [...new Set(mutants.flatMap(({ tests }) => tests))];
  const unbroken = await run(copies[0], tests);
  if (unbroken.code !== 0) {
    console.error(`The tests fail without any break:\n${unbroken.output}`);
    return 1;
  }

  const queue = [...mutants];
  const counts: Record<Outcome, number> = { noticed: 0, survived: 0, spoilt: 0 };
  await Promise.all(copies.map(async (copy) => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const outcome = await tryOut(copy, mutant);
      counts[outcome]++;
      if (outcome !== "noticed") {
        console.log(`${outcome}: ${mutant.file}, ${mutant.what}: ${mutant.original}`);
      }
    }
  }));
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${counts.noticed} of ${mutants.length} breaks noticed, in ${seconds} s.`);
  return counts.noticed === mutants.length ? 0 : 1;
}

/** Breaks a copy, runs the tests, and mends it. */
async function tryOut(copy: string, { file, original, broken, tests }: Mutant): Promise<Outcome> {
  const path = `${copy}/${file}`;
  const text = await Deno.readTextFile(path);
  if (text.split(original).length !== 2 || original === broken) return "spoilt";
  await Deno.writeTextFile(path, text.replace(original, () => broken));
  try {
    const { code, output } = await run(copy, tests);
    if (code === 0) return "survived";
    // Code that cannot be read is noticed by everybody.
    return output.includes("SyntaxError") || output.includes("could not be parsed")
      ? "spoilt"
      : "noticed";
  } finally {
    await Deno.writeTextFile(path, text);
  }
}

async function run(
  copy: string,
  tests: readonly string[],
): Promise<{ code: number; output: string }> {
  // No check of the types: a mutant that only the compiler notices would not count.
  const flags = ["--quiet", "--no-check", "--fail-fast", "--no-prompt", "--cached-only"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", ...flags, "--allow-read=.", "--allow-env", ...tests],
    cwd: copy,
    env: { NO_COLOR: "1", CIFAR10_DIR: "" },
    signal: AbortSignal.timeout(MILLISECONDS),
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function copyInto(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copyInto(`${from}/${name}`, `${to}/${name}`);
  }
}
