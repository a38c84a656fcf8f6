import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { bestOf, compare, runsOf, verdictOf, verdictOfAll } from "klayer/report/claims.ts";
import { keyOfSpec, type StudyResult } from "klayer/report/run_study.ts";
import { claimsOf, pilotRuns, studyPlan } from "klayer/report/study_plan.ts";

const seeds = [1, 2, 3, 4];
const claims = claimsOf(studyPlan, (_, batchNorm) => batchNorm ? 0.1 : 0.01);

/** A result of a run, without finished epoch where the accuracy is null. */
function result(key: string, accuracy: number | null): StudyResult {
  return {
    key,
    validationAccuracy: accuracy,
    testAccuracy: accuracy,
    epoch: accuracy && 10,
    stopped: accuracy === null ? "in epoch 1: the training cost became Infinity" : null,
    seconds: 1,
  };
}

const interval = fc.tuple(fc.double({ min: -50, max: 50 }), fc.double({ min: 0, max: 20 }))
  .filter(([low, width]) => !Number.isNaN(low + width))
  .map(([low, width]) => ({ low, high: low + width }));

Deno.test("a comparison holds only above zero, and never gets worse by a smaller printed difference", () =>
  fc.assert(fc.property(interval, fc.double({ min: 0, max: 60, noNaN: true }), (found, printed) => {
    const rank = ["does not hold", "holds in part", "holds"];
    const verdict = verdictOf(found, printed);
    assertEquals(verdict === "does not hold", !(found.low > 0));
    assert(rank.indexOf(verdictOf(found, printed / 2)) >= rank.indexOf(verdict));
    assert(verdictOf(found) !== "holds in part");
  })));

Deno.test("a claim is as its comparisons are, and holds in part where they disagree", () => {
  assertEquals(verdictOfAll(["holds in part", "holds in part"]), "holds in part");
  assertEquals(verdictOfAll(["does not hold", "holds in part"]), "holds in part");
  assertEquals(verdictOfAll(["does not hold", "does not hold"]), "does not hold");
});

Deno.test("both sides of a comparison differ in one thing only, and share their seeds", () => {
  for (const { id, parts } of claims) {
    for (const { less, more } of parts) {
      assertEquals(less.length, more.length, id);
      for (const [i, one] of less.entries()) {
        const differ = Object.keys({ ...one, ...more[i] }).filter((name) => {
          const [a, b] = [one, more[i]].map((side) => side[name as keyof typeof side]);
          return JSON.stringify(a) !== JSON.stringify(b);
        });
        // In the comparison of depths each side has its own learning rate, too.
        const expected = id === "he" ? ["init"] : ["batchNorm", ...id === "depth" ? ["eta"] : []];
        assertEquals(differ.sort(), expected.sort(), id);
      }
    }
  }
});

Deno.test("a run without a finished epoch is a guess", () => {
  const [claim] = claims.filter(({ id }) => id === "two-layers");
  const results = runsOf([claim], seeds).map((run) =>
    result(keyOfSpec(run), run.batchNorm ? 40 + run.seed! : run.eta > 0.5 ? null : 38 + run.seed!)
  );
  const compared = compare(claim, results, seeds);
  assertEquals(compared.map(({ values }) => values.less.at(-1)), [42, 42, 10]);
  assertEquals(compared.map(({ interval }) => interval.mean), [2, 2, 32.5]);
  // 2 points are less than half of the printed 6.08, and about half of the printed 4.45.
  assertEquals(compared.map(({ verdict }) => verdict), ["holds in part", "holds in part", "holds"]);
});

Deno.test("the range of several settings is taken seed by seed", () => {
  const [claim] = claims.filter(({ id }) => id === "range");
  const results = runsOf([claim], seeds).map((run) =>
    result(keyOfSpec(run), run.batchNorm ? 40 + run.eta : 40 + 10 * run.seed! * run.eta)
  );
  const [{ values }] = compare(claim, results, seeds);
  const { small, high } = studyPlan.etas;
  const rounded = (all: readonly number[]) => all.map((value) => value.toFixed(9));
  assertEquals(rounded(values.less), rounded(seeds.map(() => high - small)));
  assertEquals(rounded(values.more), rounded(seeds.map((seed) => 10 * seed * (high - small))));
});

Deno.test("the best setting is the best on average, by validation and not by test", () => {
  const settings = [0.1, 0.2].map((eta) => ({ hidden: [5], eta, epochs: 1 }));
  const score = [[50, 40], [46, 46]];
  const results = settings.flatMap((each, i) =>
    [1, 2].map((seed) => ({
      ...result(keyOfSpec({ ...each, seed }), score[i][seed - 1]),
      testAccuracy: i === 0 ? 99 : 1,
    }))
  );
  assertEquals(bestOf(settings, results, [1, 2]).eta, 0.2);
});

Deno.test("no seed of the pilot is a seed of the comparisons, and a missing run is named", () => {
  const used = new Set(pilotRuns(studyPlan).map(({ seed }) => seed));
  assert(studyPlan.seeds.every((seed) => !used.has(seed)));
  assert(studyPlan.seeds.length >= 10);
  assertThrows(() => compare(claims[0], [], seeds), RangeError, "Found no result of the run {");
});
