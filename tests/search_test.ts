import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { openRandom } from "klayer/random.ts";
import { ON_REQUEST, type Run } from "klayer/run.ts";
import {
  countTrials,
  drawTrials,
  limitTrials,
  logUniform,
  ranked,
  readResult,
  type RunTrial,
  search,
  type SearchPlan,
  type SearchProgress,
  type Trial,
  type TrialResult,
} from "klayer/search.ts";

const bounds = fc.tuple(
  fc.double({ min: 1e-9, max: 1, noNaN: true }),
  fc.double({ min: 1, max: 1e6, noNaN: true }),
).map(([low, ratio]) => [low, low * ratio] as const);

const plans: fc.Arbitrary<SearchPlan> = fc.record({
  name: fc.constant("mine"),
  seed: fc.integer({ min: 0, max: 1e9 }),
  ranges: fc.array(
    fc.record({
      lambda: fc.double({ min: 0, max: 1, noNaN: true }),
      eta: bounds,
      trials: fc.integer({ min: 0, max: 12 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

Deno.test("a log-uniform draw lies within its bounds, whatever they are", () =>
  fc.assert(
    fc.property(bounds, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (
      [low, high],
      u,
    ) => {
      const drawn = logUniform({ uniform: () => u }, low, high);
      assert(low <= drawn && drawn <= high, `${drawn}`);
    }),
  ));

Deno.test("log-uniform draws are uniform in the logarithm", () => {
  const random = openRandom(1);
  const shares = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    // Four decades.
    shares[Math.floor(Math.log10(logUniform(random, 1e-6, 1e-2))) + 6]++;
  }
  // Four standard deviations of a binomial count with p = 1/4.
  for (const share of shares) assert(Math.abs(share - 1000) < 4 * Math.sqrt(750), `${shares}`);
});

Deno.test("the trials of a plan lie in its ranges and come back the same", () =>
  fc.assert(fc.property(plans, (plan) => {
    const trials = drawTrials(plan, 400);
    assertEquals(trials.length, countTrials(plan));
    assertEquals(drawTrials(plan, 400), trials);
    const places = plan.ranges.flatMap((range) => Array(range.trials).fill(range));
    for (const [i, { lambda, eta, seed }] of trials.entries()) {
      const { lambda: expected, eta: [low, high] } = places[i];
      assertEquals([lambda, seed], [expected, 400]);
      assert(low <= eta && eta <= high);
    }
  })));

Deno.test("trial i of a range does not depend on the other ranges or the number of trials", () =>
  fc.assert(fc.property(plans, fc.integer({ min: 1, max: 60 }), (plan, wanted) => {
    const all = countTrials(plan);
    if (all === 0) return;
    const fewer = limitTrials(plan, Math.min(wanted, all));
    assertEquals(countTrials(fewer), Math.min(wanted, all));
    for (const [r, range] of plan.ranges.entries()) {
      const { lambda, eta } = range;
      const random = openRandom(plan.seed + r);
      const draws = Array.from({ length: range.trials }, () => logUniform(random, ...eta));
      const only = (p: SearchPlan) => {
        const from = countTrials({ ranges: p.ranges.slice(0, r) });
        return drawTrials(p, 1).slice(from, from + p.ranges[r].trials);
      };
      const expected = draws.map((eta) => ({ eta, lambda, seed: 1 }));
      assertEquals(only(plan), expected);
      assertEquals(only(fewer), expected.slice(0, fewer.ranges[r].trials));
    }
  })));

Deno.test("a limit takes from all ranges in turn", () =>
  fc.assert(fc.property(plans, fc.integer({ min: 1, max: 60 }), (plan, wanted) => {
    const all = countTrials(plan);
    if (all === 0) return;
    const fewer = limitTrials(plan, Math.min(wanted, all));
    const counts = fewer.ranges.map(({ trials }) => trials);
    const most = Math.max(...counts);
    for (const [r, { trials }] of plan.ranges.entries()) {
      assert(counts[r] >= Math.min(trials, most - 1), `${counts}`);
    }
  })));

Deno.test("a limit that is no number of trials of the plan is refused", () => {
  const plan: SearchPlan = {
    name: "mine",
    seed: 1,
    ranges: [{ lambda: 0, eta: [1, 2], trials: 3 }],
  };
  for (const trials of [0, -1, 1.5, 4, NaN, Infinity]) {
    assertThrows(() => limitTrials(plan, trials), InputError, `Found ${trials} trials`);
  }
});

const trials: Trial[] = Array.from({ length: 8 }, (_, i) => ({
  eta: 0.01 * (i + 1),
  lambda: i % 2 === 0 ? 1e-4 : 1e-3,
  seed: 400,
}));

/** A run that never was: its accuracy follows from its trial, and it ends when it likes. */
const run: RunTrial = async ({ eta }, { onProgress, signal }) => {
  for (let epoch = 1; epoch <= 2; epoch++) {
    await new Promise((resolve) => setTimeout(resolve, eta * 7919 % 5));
    if (signal.aborted) return { ...runOf(null), stopped: { epoch, reason: ON_REQUEST } };
    onProgress({ epoch, epochs: 2, fraction: 1, history: runOf(null) });
  }
  return runOf(40 - 100 * Math.abs(eta - 0.05));
};

function runOf(validationAccuracy: number | null): Run {
  const network = { layers: [] } as unknown as Run["network"];
  return {
    initialCost: 2.3,
    trainCost: [],
    validationCost: [],
    trainAccuracy: [],
    validationAccuracy: [],
    network,
    best: validationAccuracy === null ? null : { epoch: 2, validationAccuracy, network },
    stopped: validationAccuracy === null ? { epoch: 1, reason: "no luck" } : null,
    seconds: { training: 1, evaluation: 0.5 },
  };
}

/** A journal in memory. */
function openMemory(entries: TrialResult[] = []) {
  const written: TrialResult[] = [];
  return { entries, written, append: (entry: TrialResult) => void written.push(entry) };
}

Deno.test("results come in the order of the trials, whatever order they finish in", async () => {
  const results = await search(trials, run);
  assertEquals(results.map(({ eta, lambda, seed }) => ({ eta, lambda, seed })), trials);
  assertEquals(ranked(results)[0], {
    eta: 0.05,
    lambda: 1e-4,
    seed: 400,
    validationAccuracy: 40,
    epoch: 2,
    stopped: null,
    seconds: 1.5,
  });
});

Deno.test("a search that was stopped anywhere and taken up again gives the same results", async () => {
  const expected = await search(trials, run);
  for (let stopAfter = 0; stopAfter <= trials.length; stopAfter++) {
    const journal = openMemory();
    const abort = new AbortController();
    const part = await search(trials, run, {
      journal,
      signal: abort.signal,
      onProgress: () => journal.written.length >= stopAfter && abort.abort(),
    });
    assertEquals(part.length, journal.written.length);
    const ran: Trial[] = [];
    const again = openMemory(journal.written);
    const results = await search(trials, (trial, options) => {
      ran.push(trial);
      return run(trial, options);
    }, { journal: again });
    assertEquals(results, expected);
    assertEquals(ran.length, trials.length - journal.written.length, "none is run twice");
    assertEquals(again.written.length, ran.length);
  }
});

Deno.test("a result is in the journal before it is reported", async () => {
  const journal = openMemory();
  let reports = 0;
  await search(trials, run, {
    journal,
    onProgress: ({ best }) => {
      reports++;
      assert(best === null || journal.written.includes(best));
    },
  });
  assert(reports > trials.length);
});

Deno.test("of a trial that is in a journal twice the first result counts, strangers do not", async () => {
  const [first] = await search([trials[0]], run);
  const stranger = { ...first, eta: 7, validationAccuracy: 99 };
  const journal = openMemory([first, { ...first, validationAccuracy: 99 }, stranger]);
  const progress: SearchProgress[] = [];
  const results = await search([trials[0]], run, {
    journal,
    onProgress: (at) => progress.push(at),
  });
  assertEquals(results, [first]);
  assertEquals(progress, [{ done: 0, resumed: 1, total: 0, best: first }]);
});

Deno.test("progress grows from nothing to all trials", async () => {
  const done: number[] = [];
  await search(trials, run, { onProgress: (at) => done.push(at.done) });
  assertEquals([done[0], done.at(-1)], [0, trials.length]);
  assertEquals(done, done.toSorted((a, b) => a - b));
});

Deno.test("one run that fails ends the search with its error; what had finished is kept", async () => {
  const journal = openMemory();
  const failing: RunTrial = async (trial, options) => {
    if (trial !== trials[5]) return await run(trial, options);
    await new Promise((resolve) => setTimeout(resolve, 6));
    throw new InputError("eta = 0.06: no such luck");
  };
  await assertRejects(() => search(trials, failing, { journal }), InputError, "no such luck");
  const results = await search(trials, run, { journal: openMemory(journal.written) });
  assertEquals(results, await search(trials, run));
});

Deno.test("a journal that cannot be written ends the search", async () => {
  const journal = {
    entries: [],
    append: () => {
      throw new InputError("Could not write to the journal");
    },
  };
  await assertRejects(() => search(trials, run, { journal }), InputError, "Could not write");
});

Deno.test("a run that was stopped for its cost is a result without an accuracy", async () => {
  const [result] = await search([trials[0]], () => Promise.resolve(runOf(null)));
  assertEquals(result.validationAccuracy, null);
  assertEquals(result.stopped, "in epoch 1: no luck");
  assertEquals(ranked([result]), []);
});

Deno.test("equal accuracies keep their order", async () => {
  const results = (await search(trials, run)).map((result) => ({
    ...result,
    validationAccuracy: 41,
  }));
  assertEquals(ranked(results), results);
});

Deno.test("a result survives the journal's JSON; anything else is refused by name", async () => {
  const [result] = await search([trials[2]], run);
  assertEquals(readResult(JSON.parse(JSON.stringify(result))), result);
  const wrong: [unknown, RegExp][] = [
    [null, /eta is missing/],
    [7, /eta is missing/],
    [{ ...result, eta: "0.03" }, /eta is "0.03"/],
    [{ ...result, eta: -1 }, /eta is -1/],
    [{ ...result, lambda: undefined }, /lambda is missing/],
    [{ ...result, validationAccuracy: 101 }, /validationAccuracy is 101/],
    [{ ...result, seconds: null }, /seconds is null/],
    [{ ...result, stopped: 3 }, /stopped is 3/],
  ];
  for (const [value, message] of wrong) {
    assertThrows(() => readResult(value), Error);
    const error = assertThrows(() => readResult(value)) as Error;
    assert(message.test(error.message), `${error.message} is not ${message}`);
  }
});

Deno.test("trials that differ in lambda or seed alone are different trials", async () => {
  const [base] = trials;
  const alike = [base, { ...base, lambda: 0.5 }, { ...base, seed: 401 }];
  const journal = openMemory(await search([base], run));
  const results = await search(alike, run, { journal });
  assertEquals(results.map(({ eta, lambda, seed }) => ({ eta, lambda, seed })), alike);
  assertEquals(journal.written.length, 2);
});
