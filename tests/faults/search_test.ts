import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ended, fault, run, spawn } from "./fault.ts";

const child = "tests/faults/search_child.ts";
const TRIALS = 12;

/** The lines of a journal after its first, whole or not. */
function entries(journal: string): string[] {
  try {
    return Deno.readTextFileSync(journal).split("\n").slice(1).filter((line) => line !== "");
  } catch {
    return [];
  }
}

/** Waits until a journal has so many entries. */
async function until(journal: string, count: number): Promise<void> {
  while (entries(journal).length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

const settings = (lines: string[]) => lines.map((line) => JSON.parse(line).eta as number);

let table: unknown;

/** What the search comes to when nobody disturbs it; computed once. */
async function undisturbed(directory: string): Promise<unknown> {
  if (table !== undefined) return table;
  const { stdout, stderr } = await run([child, `${directory}/undisturbed.jsonl`]);
  assertEquals(stderr, "");
  return table = JSON.parse(stdout).table;
}

/** Runs the search to its end: nothing in the journal is lost, none is run twice. */
async function finish(journal: string, expected: unknown): Promise<void> {
  const before = entries(journal).filter((line) => line.endsWith("}"));
  const { stdout, stderr } = await run([child, journal]);
  assertEquals(stderr, "");
  const { resumed, table } = JSON.parse(stdout);
  assert(resumed >= before.length - 1, `${resumed} of ${before.length}`);
  assertEquals(table, expected);
  assertEquals(entries(journal).slice(0, resumed), before.slice(0, resumed));
  assertEquals(new Set(settings(entries(journal))).size, TRIALS);
  assertEquals(entries(journal).length, TRIALS);
}

fault(
  "a search killed (kill -9) at 20 moments ends with the undisturbed table",
  async (directory) => {
    const expected = await undisturbed(directory);
    const journal = `${directory}/killed.jsonl`;
    let kills = 0;
    for (let i = 0; i < 20; i++) {
      // A new search where the last one had come near its end.
      if (entries(journal).length > TRIALS - 3) {
        await finish(journal, expected);
        Deno.removeSync(journal);
      }
      const before = entries(journal).length;
      const process = spawn([child, journal]);
      // While it starts, while it opens the journal, and while trials finish: at odd moments.
      if (i % 5 > 0) await until(journal, before + Math.min(i % 5, TRIALS - before - 1));
      await new Promise((resolve) => setTimeout(resolve, i * 37 % 23));
      try {
        process.kill("SIGKILL");
      } catch {
        // It was faster: such a turn is no kill, and is not counted.
      }
      if ((await ended(process)).signal === "SIGKILL") kills++;
      const after = entries(journal).filter((line) => line.endsWith("}"));
      assert(after.length >= before - 1, `${after.length} entries after ${before}`);
      assertEquals(new Set(settings(after)).size, after.length, "one is there twice");
    }
    assert(kills >= 15, `${kills} kills`);
    await finish(journal, expected);
  },
  { seconds: 90 },
);

fault(
  "two searches on one journal: the second is refused, the first is not disturbed",
  async (directory) => {
    const expected = await undisturbed(directory);
    const journal = `${directory}/shared.jsonl`;
    const first = spawn([child, journal]);
    await until(journal, 1);
    first.kill("SIGSTOP");
    const second = await run([child, journal]);
    first.kill("SIGCONT");
    const { stdout } = await ended(first);
    assertEquals(JSON.parse(stdout).table, expected);
    assert(second.code !== 0, second.stdout);
    assertStringIncludes(second.stderr, "in use by another process");
  },
);

fault("the lock of a process that was killed is taken over at once", async (directory) => {
  const expected = await undisturbed(directory);
  const journal = `${directory}/stale.jsonl`;
  const first = spawn([child, journal]);
  await until(journal, 2);
  first.kill("SIGKILL");
  await ended(first);
  await finish(journal, expected);
});

fault("a worker that runs out of memory takes no finished trial with it", async (directory) => {
  const journal = `${directory}/memory.jsonl`;
  const died = await run(["--v8-flags=--max-old-space-size=60", child, journal, "3", "memory"]);
  assert(died.code !== 0, died.stdout);
  assertStringIncludes(died.stderr, "out of memory");
  assertEquals(entries(journal).length, 2);
  for (const line of entries(journal)) assert(JSON.parse(line).validationAccuracy > 0);
});

const losses: [string, (journal: string) => void][] = [
  ["deleted", (journal) => Deno.removeSync(journal)],
  ["moved away", (journal) => Deno.renameSync(journal, `${journal}.old`)],
  ["emptied", (journal) => Deno.truncateSync(journal)],
  ["cut in the middle", (journal) => Deno.truncateSync(journal, 300)],
  ["removed with its folder", (journal) => {
    Deno.removeSync(journal.replace(/[^/]*$/, ""), { recursive: true });
  }],
];
for (const [what, lose] of losses) {
  fault(
    `a journal ${what} during the search is put back with all its trials`,
    async (directory) => {
      const journal = `${directory}/folder/lost.jsonl`;
      const process = spawn([child, journal]);
      await until(journal, 2);
      process.kill("SIGSTOP");
      lose(journal);
      process.kill("SIGCONT");
      const { stdout, stderr } = await ended(process);
      assertEquals(stderr, "");
      assertEquals(entries(journal).length, TRIALS);
      await finish(journal, JSON.parse(stdout).table);
    },
  );
}

fault("another file in the journal's place is left alone", async (directory) => {
  const journal = `${directory}/replaced.jsonl`;
  const process = spawn([child, journal]);
  await until(journal, 2);
  process.kill("SIGSTOP");
  Deno.renameSync(journal, `${journal}.old`);
  Deno.writeTextFileSync(journal, "my thesis\n");
  process.kill("SIGCONT");
  const { code, stderr } = await ended(process);
  assert(code !== 0);
  assertStringIncludes(stderr, `Could not write to the journal ${journal}: File exists`);
  assertEquals(Deno.readTextFileSync(journal), "my thesis\n");
  assert(entries(`${journal}.old`).length >= 2);
});

fault("a journal that reaches the end of the disk keeps its whole lines", async (directory) => {
  const expected = await undisturbed(directory);
  const journal = `${directory}/full.jsonl`;
  // Files end at 1536 bytes here: a disk that is full.
  const shell = `trap '' XFSZ; ulimit -f 3; exec "$@"`;
  const { code, stderr } = await run([child, journal], { shell });
  assert(code !== 0);
  assertStringIncludes(stderr, `Could not write to the journal ${journal}: File too large`);
  assert(entries(journal).length >= 2, "nothing was kept");
  await finish(journal, expected);
});
