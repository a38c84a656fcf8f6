import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { closeRunPool } from "klayer/report/run_pool.ts";
import { journalPath, runSearch, type SearchRequest } from "klayer/report/run_search.ts";
import { coarse, fine, searchSettings, upperEnd } from "klayer/report/search_plan.ts";
import { searchRanges } from "klayer/report/printed.ts";
import { countTrials, drawTrials, limitTrials } from "klayer/search.ts";
import { train } from "klayer/train.ts";
import { trainOptions } from "klayer/report/spec.ts";
import { toyData } from "../toy.ts";

const toy = toyData(600, 300, 300);
const plan = limitTrials(coarse, 6);
const request: SearchRequest = {
  plan,
  trials: drawTrials(plan, 400),
  settings: { ...searchSettings, hidden: [6, 5], epochs: 3 },
  // The same bits on one thread as anywhere, and quick to open.
  backend: "wasm",
};
const bare = (results: Awaited<ReturnType<typeof runSearch>>) =>
  results.map((result) => ({ ...result, seconds: 0 }));

async function inDirectory(use: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(`${directory}/search.jsonl`);
  } finally {
    await closeRunPool();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a trial is the training run of its setting, also where the rule stops it", () =>
  inDirectory(async () => {
    const wild = [{ eta: 30, lambda: 1e-4, seed: 400 }, { eta: 0.1, lambda: 30, seed: 400 }];
    const results = await runSearch(toy, { ...request, trials: [...request.trials, ...wild] });
    for (const { eta, lambda, seed, validationAccuracy, epoch, stopped } of results) {
      const run = await train(toy, {
        ...trainOptions({ ...request.settings, eta, lambda, seed }),
        kernels: openKernels("wasm"),
      });
      assertEquals([validationAccuracy, epoch], [run.best!.validationAccuracy, run.best!.epoch]);
      assertEquals(stopped, run.stopped && `in epoch ${run.stopped.epoch}: ${run.stopped.reason}`);
    }
    assertEquals(new Set(results.map(({ stopped }) => stopped === null)).size, 2);
    assert(new Set(results.map(({ validationAccuracy }) => validationAccuracy)).size > 1);
  }));

Deno.test("training costs that are not recorded change nothing else", async () => {
  const options = { hidden: [5], eta: 0.05, epochs: 4, batchNorm: true };
  const recorded = await train(toy, options);
  const { trainCost, trainAccuracy, ...rest } = await train(toy, {
    ...options,
    recordTraining: false,
  });
  assertEquals(trainCost, [NaN, NaN, NaN, NaN]);
  assertEquals(trainAccuracy, trainCost);
  for (const name of ["initialCost", "validationCost", "validationAccuracy", "stopped"] as const) {
    assertEquals(rest[name], recorded[name]);
  }
  assertEquals(rest.best!.network.layers, recorded.best!.network.layers);
});

Deno.test("a search that was stopped goes on from its journal to the same results", () =>
  inDirectory(async (journal) => {
    const undisturbed = await runSearch(toy, request);
    const abort = new AbortController();
    const part = await runSearch(toy, request, {
      journal,
      signal: abort.signal,
      onProgress: ({ best }) => best !== null && abort.abort(),
    });
    assert(part.length >= 1 && part.length < request.trials.length, `${part.length}`);
    // As after a kill in the middle of a line.
    const file = await Deno.open(journal, { append: true });
    await file.write(new TextEncoder().encode('{"eta":0.0'));
    file.close();
    let resumed = NaN;
    const results = await runSearch(toy, request, {
      journal,
      onProgress: (at) => resumed = at.resumed,
    });
    assertEquals(resumed, part.length);
    assertEquals(bare(results), bare(undisturbed));
    const lines = (await Deno.readTextFile(journal)).trim().split("\n");
    assertEquals(lines.length, 1 + request.trials.length);
  }));

Deno.test("a longer search goes on from a shorter one", () =>
  inDirectory(async (journal) => {
    const shorter = limitTrials(coarse, 2);
    await runSearch(toy, { ...request, plan: shorter, trials: drawTrials(shorter, 400) }, {
      journal,
    });
    let resumed = NaN;
    await runSearch(toy, request, { journal, onProgress: (at) => resumed = at.resumed });
    assertEquals(resumed, 2);
  }));

Deno.test("a journal of other settings, data, plan or backend is refused by name", () =>
  inDirectory(async (journal) => {
    await runSearch(toy, request, { journal });
    const others: [Dataset, SearchRequest, RegExp][] = [
      [toy, { ...request, settings: { ...request.settings, epochs: 4 } }, /settings\.epochs is 3/],
      [{ ...toy, name: "other" }, request, /dataset\.name is "toy", expected "other"/],
      [
        { ...toy, provenance: { ...toy.provenance, seed: 2 } },
        request,
        /dataset\.seed is 1, expected 2/,
      ],
      [toy, { ...request, plan: fine }, /plan\.name is "coarse", expected "fine"/],
      [toy, { ...request, backend: "reference" }, /backend is "wasm.*", expected "reference"/],
    ];
    for (const [data, other, message] of others) {
      const error = await assertRejects(() => runSearch(data, other, { journal }), InputError);
      assert(message.test(error.message), error.message);
      assert(journalPath(data, other) !== journalPath(toy, request));
    }
  }));

Deno.test("an impossible setting is refused before a journal is begun", () =>
  inDirectory(async (journal) => {
    for (const trial of [{ eta: -1, lambda: 0, seed: 1 }, { eta: 1, lambda: NaN, seed: 1 }]) {
      const impossible = { ...request, trials: [...request.trials, trial] };
      await assertRejects(() => runSearch(toy, impossible, { journal }), InputError, "Found ");
    }
    await assertRejects(() => Deno.stat(journal), Deno.errors.NotFound);
  }));

Deno.test("the plan has the printed ranges, but for the bound that is a slip", () => {
  assertEquals([countTrials(coarse), countTrials(fine)], [150, 80]);
  for (const { eta } of coarse.ranges) assertEquals([...eta], searchRanges.coarse.eta);
  const printed = searchRanges.fine.flatMap(({ lambda, eta }) =>
    eta.map((eta) => ({ lambda, eta }))
  );
  const ours = fine.ranges.map(({ lambda, eta: [low, high] }) => ({
    lambda,
    eta: [low, high === upperEnd.program ? upperEnd.printed : high],
  }));
  assertEquals(ours.length, printed.length);
  for (const range of ours) {
    assert(printed.some((other) => String(other.eta) === String(range.eta)));
  }
});
