import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { FACTS_TYPE } from "klayer/notebook/facts.ts";
import { facts, progress, reportItems, runFigure, show, table } from "klayer/notebook/mod.ts";
import { watch, watchAll } from "klayer/notebook/watch.ts";
import { watchSearch } from "klayer/notebook/watch_search.ts";
import { watchStudy } from "klayer/notebook/watch_study.ts";
import { closeRunPool } from "klayer/report/run_pool.ts";
import { train } from "klayer/train.ts";
import { toyData } from "../toy.ts";
import { inKernel, screen } from "./fake_kernel.ts";

const data = toyData(300, 100, 100);
const spec = { hidden: [4], eta: 0.05, epochs: 3, batchSize: 20 };

Deno.test("show displays its parts in order and numbers them", async () => {
  const sent = await inKernel(() =>
    show("first", table({ caption: "T", columns: ["a"], rows: [[1]] }), 7)
  );
  assertEquals(sent.map(({ type }) => type), Array(3).fill("display_data"));
  assertEquals(sent.map(({ klayer }) => klayer.part), [[1, 3], [2, 3], [3, 3]]);
  assertEquals(sent[0].data, { "text/plain": "first" });
  assert(String(sent[1].data["text/html"]).includes("<caption>T</caption>"));
});

Deno.test("facts are handed on with the versions, beside a line for people", async () => {
  const [{ data: shown }] = await inKernel(() => facts({ dataset: "10k", seeds: [400] }));
  assertEquals(shown["text/plain"], "Seeds: 400.");
  assertEquals(shown[FACTS_TYPE], {
    kind: "facts",
    value: {
      dataset: "10k",
      seeds: [400],
      versions: { deno: Deno.version.deno, v8: Deno.version.v8 },
    },
  });
});

Deno.test("a line of progress replaces itself, and ends with what was done", async () => {
  const sent = await inKernel(async () => {
    const line = await progress("Run", 4);
    line.update(1, "cost 2");
    line.update(2);
    line.update(4);
    await line.end("cost 1");
    line.update(5);
  });
  assertEquals(new Set(sent.map(({ id }) => id)).size, 1);
  assertEquals(sent[0].data["text/plain"], "Run: 0 of 4 epochs");
  assertMatch(String(sent[1].data["text/plain"]), /^Run: ▓{5}░{15} 1 of 4 epochs, cost 2, \d/);
  assertEquals(sent.map(({ klayer }) => klayer.unfinished).at(-1), false);
  assertMatch(screen(sent)[0], /^Run: 4 epochs in \d+ ms, cost 1$/);
});

Deno.test("a run that is watched has the bits of any other, and ends as line or figure", async () => {
  const expected = await train(data, spec);
  for (
    const figure of [undefined, () => runFigure({ number: 1, title: "t", run: expected })]
  ) {
    const sent = await inKernel(async () => {
      const run = await watch("Run", data, spec, { figure });
      assertEquals(run.trainCost, expected.trainCost);
    });
    const [shown] = screen(sent);
    assertMatch(shown, /Run: 3 epochs in [\d.]+ m?s, cost \d\.\d{4}$/);
    assertEquals(shown.includes("Figure 1."), figure !== undefined);
    assertEquals(sent.at(-1)!.klayer.unfinished, false);
  }
});

Deno.test("runs that are watched together share a line; their number is said", async () => {
  const sent = await inKernel(async () => {
    const specs = [1, 2, 3].map((seed) => ({ ...spec, seed }));
    const runs = await watchAll("Seeds", data, specs);
    const alone = await train(data, specs[1]);
    assertEquals(runs.length, 3);
    assert(Math.abs(runs[1].trainCost[2] / alone.trainCost[2] - 1) < 1e-12);
  });
  assertMatch(screen(sent)[0], /^Seeds: 9 epochs in [\d.]+ m?s, 3 runs$/);
  await inKernel(async () => {
    await assertRejects(() => watchAll("Bad", data, [{ ...spec, eta: NaN }]), InputError, "eta");
  });
  await closeRunPool();
});

Deno.test("a search that is watched says what came from its journal, and the best", async () => {
  const directory = await Deno.makeTempDir();
  const { eta: _, ...settings } = spec;
  const trials = [0.01, 0.1].map((eta) => ({ eta, lambda: 0, seed: 1 }));
  const request = { plan: { name: "mine" }, trials, settings };
  try {
    const journal = `${directory}/mine.jsonl`;
    const lines: string[] = [];
    for (let i = 0; i < 2; i++) {
      const sent = await inKernel(async () => {
        const results = await watchSearch("Search", data, request, journal);
        assertEquals(results.map(({ eta }) => eta), [0.01, 0.1]);
      });
      lines.push(...screen(sent));
    }
    assertMatch(lines[0], /^Search: 2 trials in [\d.]+ m?s, best \d+\.\d\d%$/);
    assertMatch(
      lines[1],
      /^Search: 0 trials in .*, 2 more from the journal of an earlier run, best/,
    );
  } finally {
    await closeRunPool();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a study that is watched does no run twice", async () => {
  const directory = await Deno.makeTempDir();
  const specs = [1, 2].map((seed) => ({ ...spec, seed }));
  try {
    const lines: string[] = [];
    for (let i = 0; i < 2; i++) {
      const sent = await inKernel(async () => {
        const results = await watchStudy("Study", data, specs, `${directory}/mine.jsonl`);
        assertEquals(results.length, 2);
      });
      lines.push(...screen(sent));
    }
    assertMatch(lines[0], /^Study: 2 runs in /);
    assertMatch(lines[1], /^Study: 0 runs in .*, 2 more from the journal of an earlier run$/);
  } finally {
    await closeRunPool();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("items are shown as a table and handed on with their verdicts", async () => {
  const sent = await inKernel(() => reportItems("9.1", data, { overfit: [87.7, 29.1] }));
  const published = sent.map((each) => each.data[FACTS_TYPE]).find((each) => each !== undefined);
  const { kind, value } = published as { kind: string; value: Record<string, unknown>[] };
  assertEquals([kind, value.length], ["items", 1]);
  assertEquals([value[0].id, value[0].verdict, value[0].data], [
    "overfit",
    "reproduced",
    "synthetic",
  ]);
  assert(String(sent[0].data["text/html"]).includes("stand-in data"));
});
