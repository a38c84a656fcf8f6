import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { measure, median, rowsOf } from "../../bench/measure.ts";
import { openPeer } from "../../bench/peer.ts";
import { gflopOf } from "../../bench/parts.ts";

/** A peer that answers with how many lines it has had, and ends at the word "end". */
const counter = {
  command: Deno.execPath(),
  args: [
    "eval",
    `let lines = 0;
    for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
      for (const line of text.trim().split("\\n")) {
        if (line.startsWith("end")) { console.error("enough"); Deno.exit(1); }
        console.log(++lines * Number(line.split(" ")[1]));
      }
    }`,
  ],
};

Deno.test("a turn that does not count comes before each turn that counts", async () => {
  const contestants = ["A", "B"].map((name) => ({ name, threads: 1, program: counter }));
  const tasks = [{ name: "first", steps: 4, warmUp: 1 }, { name: "second", steps: 2, warmUp: 1 }];
  const said: string[] = [];
  const timings = await measure(contestants, tasks, 2, (line) => said.push(line));
  // Milliseconds a step: which line the counted one was.
  assertEquals(
    timings.map((task) => task.map(({ name, milliseconds }) => [name, ...milliseconds])),
    [[["A", 2, 4], ["B", 2, 4]], [["A", 6, 8], ["B", 6, 8]]],
  );
  assertEquals(said.length, 4);
});

Deno.test("a peer that ends is named, with its last words", async () => {
  const peer = openPeer(counter);
  const error = await assertRejects(() => peer.ask("end", 1), Error);
  assertMatch(error.message, /"end".*"enough"/s);
  await peer.close();
});

Deno.test("ratios are medians over the rounds, against as many threads and against the best", () => {
  const rows = rowsOf([
    { name: "klayer, native", threads: 2, milliseconds: [1, 1, 10] },
    { name: "NumPy", threads: 2, milliseconds: [2, 3, 30] },
    { name: "NumPy", threads: 1, milliseconds: [4, 1, 20] },
  ], (milliseconds) => 100 / milliseconds);
  assertEquals(rows.map(({ overNumpy }) => overNumpy), [3, 1, 1]);
  assertEquals(rows[0].overBestNumpy, 2);
  assertEquals(rows[0].values, [100, 100, 10]);
  assertEquals(rows[0].median, 100);
});

Deno.test("the median of an even number of values lies between the two in the middle", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])], [2, 2.5, 7]);
});

Deno.test("operations of an epoch on 10k: forward and both gradients, but none of the inputs", () => {
  const parameters = 3072 * 50 + 50 * 30 + 30 * 10;
  const byHand = 2 * 100 * (3 * parameters - 3072 * 50) * 1e-9;
  assertAlmostEquals(gflopOf(100, [3072, 50, 30, 10]), byHand, 1e-15);
});
