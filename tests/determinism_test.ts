/**
 * The whole report at reduced size: every run, every gradient check and the search give the same bits
 * each time, on one worker and on two, on one thread and on two; the backends agree to 12 digits.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import type { Dataset } from "klayer/dataset.ts";
import { analyticGradients, deviations, numericGradients } from "klayer/gradient_check.ts";
import type { LayerGradients, Network } from "klayer/network.ts";
import { openPool } from "klayer/pool.ts";
import { openRandom } from "klayer/random.ts";
import { digitsAgreed } from "klayer/report/compare.ts";
import { gradientChecks, openCheck } from "klayer/report/gradient_checks.ts";
import { throughBatchNorm } from "klayer/report/protocol.ts";
import type { RunJob, SharedBytes, WorkerRun } from "klayer/report/run_pool.ts";
import * as report from "klayer/report/runs.ts";
import { coarse, fine, networkSeed, searchSettings } from "klayer/report/search_plan.ts";
import { type RunSpec, trainOptions } from "klayer/report/spec.ts";
import type { Progress, Run } from "klayer/run.ts";
import { drawTrials, limitTrials, search } from "klayer/search.ts";
import { testAccuracies } from "klayer/test_accuracy.ts";
import { train } from "klayer/train.ts";
import { availableBackends } from "./kernels/available.ts";
import { largest } from "./oracle.ts";

const DIGITS = 12;

/** What makes a run of the report a matter of a tenth of a second. */
const REDUCED = { epochs: 2, batchSize: 10 };

/** Images of as few bytes as make products large enough to be shared by two threads. */
const data = madeData(768);

const specs: readonly RunSpec[] = [
  report.baseline,
  report.fifteenEpochs,
  ...report.etaTables,
  report.fortyEpochs,
  report.heTable,
  report.heFigure,
  report.overfitCheck,
  ...report.figures,
].map(({ spec }) => ({ ...spec, ...REDUCED }));

const backends = availableBackends.filter(({ ignore }) => !ignore);

/** "wasm" of "wasm, ranks: 2": backends of one family must give the same bits. */
const familyOf = (name: string) => name.replace(/, ranks.*/, "");

/** What a backend gave: a digest of all bits, and the costs as numbers. */
interface Found {
  readonly bits: string;
  readonly costs: readonly number[];
}

const found = new Map<string, Found[]>();

for (const { name, open } of backends) {
  Deno.test(`every run of the report gives the same bits twice: ${name}`, async () => {
    const kernels = open();
    const results: Found[] = [];
    for (const spec of specs) {
      const [first, second] = [
        summaryOf(await train(data, { ...trainOptions(spec), kernels })),
        summaryOf(await train(data, { ...trainOptions(spec), kernels })),
      ];
      assertEquals(first.bits, second.bits, JSON.stringify(spec));
      results.push(first);
    }
    assert(new Set(results.map(({ bits }) => bits)).size > specs.length / 2, "runs differ");
    found.set(name, results);
  });
}

Deno.test("one thread and two give the same bits of every run", () => {
  const families = Map.groupBy(found, ([name]) => familyOf(name));
  let compared = 0;
  for (const [family, members] of families) {
    const [[, first], ...others] = members;
    for (const [name, other] of others) {
      const bits = (results: readonly Found[]) => results.map((result) => result.bits);
      assertEquals(bits(other), bits(first), `${name} and others of ${family}`);
      compared++;
    }
  }
  assert(compared >= 1, "wasm runs everywhere");
});

Deno.test(`the backends agree to ${DIGITS} digits of every cost`, () => {
  const reference = found.get("reference")!;
  assertEquals(reference.length, specs.length);
  for (const [name, results] of found) {
    for (const [i, { costs }] of results.entries()) {
      assertEquals(costs.length, reference[i].costs.length);
      for (const [c, cost] of costs.entries()) {
        const digits = digitsAgreed(reference[i].costs[c], cost);
        assert(digits >= DIGITS, `${name}, cost ${c} of ${JSON.stringify(specs[i])}: ${digits}`);
      }
    }
  }
});

Deno.test("the gradient checks give the same bits twice, and 12 digits on every backend", () => {
  const small = madeData(12);
  for (const check of gradientChecks) {
    const { network, samples } = openCheck(small, check);
    const numeric = [1, 2].map(() => numericGradients(network, samples, check));
    assertEquals(bitsOf(numeric[0].flatMap(tensors)), bitsOf(numeric[1].flatMap(tensors)));
    const expected = analyticGradients(network, samples);
    assertEquals(deviations(expected, numeric[0]), deviations(expected, numeric[1]));
    const scale = Math.max(...expected.flatMap(tensors).map(largest));
    for (const { name, open } of backends) {
      const { network } = openCheck(small, check, { kernels: open() });
      const [first, second] = [1, 2].map(() => analyticGradients(network, samples));
      assertEquals(bitsOf(first.flatMap(tensors)), bitsOf(second.flatMap(tensors)));
      for (const [t, values] of first.flatMap(tensors).entries()) {
        const other = expected.flatMap(tensors)[t];
        const error = largest(values.map((value, i) => value - other[i]));
        assert(error <= 1e-12 * scale, `${name}, ${check.title}, tensor ${t}: ${error}`);
      }
    }
  }
});

for (const backend of new Set(backends.map(({ name }) => name.split(/[ ,]/)[0]))) {
  Deno.test(`both searches give the same results on one worker and on two: ${backend}`, async () => {
    for (const plan of [coarse, fine]) {
      const trials = drawTrials(limitTrials(plan, 7), networkSeed);
      const [one, two, again] = [
        await searched(trials, backend, 1),
        await searched(trials, backend, 2),
        await searched(trials, backend, 2),
      ];
      assertEquals(one.length, trials.length);
      assertEquals(two, one);
      assertEquals(again, one);
    }
  });
}

/** A search in a pool of so many workers: results and, of each run, all bits. */
async function searched(
  trials: ReturnType<typeof drawTrials>,
  backend: string,
  workers: number,
): Promise<unknown[]> {
  const script = new URL("../src/report/run_worker.ts", import.meta.url);
  const pool = openPool<RunJob, Progress, WorkerRun>(script, { size: workers });
  const bits = new Map<number, string>();
  const shared = { training: shareSplit(data.training), validation: shareSplit(data.validation) };
  try {
    const results = await search(trials, async (trial, options) => {
      const spec = { ...searchSettings, ...trial, ...REDUCED };
      const job = { ...shared, classes: data.classes, spec, backend };
      const run = await pool.run(job, options);
      bits.set(trial.eta, summaryOf(run as unknown as Run, false).bits);
      return run as unknown as Run;
    });
    return results.map((result) => ({ ...result, seconds: 0, bits: bits.get(result.eta) }));
  } finally {
    await pool.close();
  }
}

/** A run without its seconds; `tested`: with the accuracies on the test images. */
function summaryOf(run: Run, tested = true): Found {
  const { initialCost, trainCost, validationCost, trainAccuracy, validationAccuracy, best } = run;
  const test = tested && best ? testAccuracies(best.network, data.test, throughBatchNorm) : {};
  const costs = [initialCost, ...trainCost, ...validationCost];
  const numbers = [...costs, ...trainAccuracy, ...validationAccuracy, ...Object.values(test)];
  const networks = [run.network, ...best ? [best.network] : []];
  const bits = bitsOf([Float64Array.from(numbers), ...networks.flatMap(parametersOf)]);
  return { bits: `${bits} ${JSON.stringify(run.stopped)} ${best?.epoch}`, costs };
}

function parametersOf({ layers }: Pick<Network, "layers">): Float64Array[] {
  return layers.flatMap(({ w, b, norm }) => [
    ...[w, b],
    ...norm ? [norm.averages.mean, norm.averages.variance] : [],
  ]);
}

function tensors({ w, b }: LayerGradients): Float64Array[] {
  return [w, b];
}

function bitsOf(arrays: readonly Float64Array[]): string {
  const hash = createHash("md5");
  for (const values of arrays) {
    // A copy: the array may lie in a memory that is shared, which a hash does not take.
    hash.update(new Uint8Array(values.slice().buffer));
  }
  return hash.digest("hex");
}

function madeData(d: number): Pick<Dataset, "training" | "validation" | "test" | "classes"> {
  const split = (N: number, seed: number) => {
    const random = openRandom(seed);
    const pixels = Uint8Array.from({ length: N * d }, () => random.bits() & 255);
    return { pixels, labels: Uint8Array.from({ length: N }, (_, i) => i % 10), mean: 0.5 };
  };
  const classes = Array.from({ length: 10 }, (_, k) => `class ${k}`);
  return { training: split(60, 1), validation: split(30, 2), test: split(30, 3), classes };
}

function shareSplit({ pixels, labels, mean }: Dataset["training"]) {
  return { pixels: shareBytes(pixels), labels: shareBytes(labels), mean };
}

function shareBytes(bytes: Uint8Array): SharedBytes {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return { buffer, from: 0, length: bytes.length };
}
