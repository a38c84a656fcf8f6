import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openKernels } from "klayer/kernels/mod.ts";
import { limitDataset } from "klayer/cifar10/limit.ts";
import { layOut, trainingImages } from "klayer/cifar10/splits.ts";
import { openNetwork } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";
import { reportProtocol } from "klayer/report/protocol.ts";
import { checkOptions, type TrainOptions } from "klayer/run.ts";
import { coarse } from "klayer/report/search_plan.ts";
import { runSearch } from "klayer/report/run_search.ts";
import { limitTrials } from "klayer/search.ts";
import { train } from "klayer/train.ts";
import { syntheticCifar } from "klayer/synthetic.ts";
import type { SetName } from "klayer/cifar10.ts";
import { readOrRefusal, refused } from "./refusal.ts";

function split(N: number, seed: number) {
  const random = openRandom(seed);
  const pixels = Uint8Array.from({ length: 4 * N }, () => random.bits() & 255);
  return { pixels, labels: pixels.filter((_, i) => i % 4 === 0).map((u) => u >> 7), mean: 0.5 };
}
const data = { training: split(40, 1), validation: split(20, 2), classes: ["a", "b"] };
const kernels = openKernels("reference");
const good: TrainOptions = { hidden: [4], eta: 0.1, epochs: 2, batchSize: 10, kernels };

/** What a program without types may hand over. */
const odd = [NaN, Infinity, -Infinity, -1, 0.5, "5", null, {}, [], true] as unknown[];
const impossible: [string, unknown[], string][] = [
  ["eta", [NaN, Infinity, -1, 0, "5", null, {}, [], true], "eta ="],
  ["lambda", [NaN, Infinity, -1, "5", {}, true], "lambda ="],
  ["epochs", odd, "epochs ="],
  ["batchSize", [...odd, 41], "batchSize ="],
  ["momentum", [NaN, Infinity, -1, 1, "0.5", {}, true], "momentum ="],
  ["etaDecay", [NaN, Infinity, -1, 0, 1.5, "0.5", {}, true], "etaDecay ="],
  ["seed", [NaN, Infinity, -1, 0.5, 2 ** 32, "5", {}, true], "seed ="],
  ["hidden", [[NaN], [0], [-1], [0.5], [Infinity], ["5"], [null], 5, "5", null], "layer"],
];
refused(
  "train",
  impossible.flatMap(([name, values, words]) =>
    values.map((value) => [`${name} = ${Deno.inspect(value)}`, { [name]: value }, words] as const)
  ),
  (options) => train(data, { ...good, ...options } as TrainOptions),
);

refused("memory", [
  ["a layer of 10^15 units", [1e15], "Found no memory for layers of 1000000000000000,2 units"],
  ["a layer of 10^20 units", [1e20], "Found no memory for layers of 100000000000000000000"],
  ["two layers of 10^8 units", [1e8, 1e8], "Found no memory for layers of 100000000,100000000"],
], (hidden) => openNetwork({ inputs: 4, hidden, classes: 2 }, kernels));

const toy = {
  ...data,
  test: data.validation,
  name: "toy",
  provenance: { kind: "synthetic", files: [], seed: 1 },
} as const;
refused("the library", [
  ["a data set that is unknown", () => layOut("60k" as SetName), '"60k"'],
  ["a data set that every object has", () => trainingImages("toString" as SetName), '"toString"'],
  ["a stand-in that is unknown", () => syntheticCifar("1k" as SetName), '"1k"'],
  ["a limit of none", () => limitDataset(toy, 0), "limit = 0"],
  ["a limit of too many", () => limitDataset(toy, 41), "limit = 41"],
  ["a limit of NaN", () => limitDataset(toy, NaN), "limit = NaN"],
  ["a seed that is none", () => openRandom(-1), "seed = -1"],
  ["a backend that is none", () => openKernels("gpu"), '"gpu"'],
  ["no threads", () => openKernels("wasm", { threads: 0 }), "0 threads"],
  [
    "a layer of no units",
    () => openNetwork({ inputs: 4, hidden: [0], classes: 2 }, kernels),
    "0 units",
  ],
  ["no inputs", () => openNetwork({ inputs: 0, hidden: [], classes: 2 }, kernels), "0 units"],
  ["trials without end", () => limitTrials(coarse, Infinity), "Infinity trials"],
  ["no samples", () => checkOptions(good, 0), "batchSize = 10"],
  ["a search with eta = 0", () =>
    runSearch(toy, {
      plan: { name: "a" },
      trials: [{ eta: 0, lambda: 0, seed: 1 }],
      settings: { hidden: [4], epochs: 1, batchSize: 10 },
    }), "eta = 0"],
  ["a search with a layer that is none", () =>
    runSearch(toy, {
      plan: { name: "a" },
      trials: [{ eta: 1, lambda: 0, seed: 1 }],
      settings: { hidden: [-4], epochs: 1, batchSize: 10 },
    }), "-4 units"],
], (call: () => unknown) => call());

const anything = fc.oneof(
  fc.constantFrom(...odd),
  fc.double(),
  fc.integer({ min: -3, max: 60 }),
  fc.array(fc.oneof(fc.integer({ min: -1, max: 6 }), fc.double()), { maxLength: 3 }),
);
const named = fc.constantFrom(
  "hidden",
  "eta",
  "lambda",
  "epochs",
  "batchSize",
  "momentum",
  "etaDecay",
  "seed",
);
Deno.test("train: whatever it is told, its figures are finite or it says why not", () =>
  fc.assert(
    fc.asyncProperty(fc.dictionary(named, anything, { maxKeys: 3 }), async (options) => {
      const wide = { ...good, ...options } as TrainOptions;
      // A run of many epochs is no fault, but takes its time.
      if (wide.epochs > 60) return;
      const run = await readOrRefusal(() => train(data, wide));
      if (run !== null) assertSaysWhy(run, wide.epochs);
    }),
    // Once found: a lambda that no cost can hold.
    { numRuns: 300, examples: [[{ lambda: 1.7486957440810234e307 }]] },
  ));

/** Every recorded figure is finite, and a run with fewer epochs says why. */
function assertSaysWhy(run: Awaited<ReturnType<typeof train>>, epochs: number): void {
  const { initialCost, trainCost, validationCost, trainAccuracy, validationAccuracy } = run;
  const figures = [trainCost, trainAccuracy, validationAccuracy, [initialCost]].flat();
  assert(figures.every(Number.isFinite), `${figures}`);
  assert(validationCost.every((cost) => !Number.isNaN(cost)), `${validationCost}`);
  if (run.stopped === null) return assertEquals(trainCost.length, epochs);
  assertEquals(run.stopped.epoch, trainCost.length + 1);
  assert(run.stopped.reason.length > 10, run.stopped.reason);
}

for (const batchNorm of [false, true]) {
  for (
    const [name, protocol] of [["the textbook's", undefined], [
      "the report's",
      reportProtocol,
    ]] as const
  ) {
    for (const eta of [1e2, 1e10, 1e100, 1e300, Number.MAX_VALUE]) {
      Deno.test(`a run that diverges (${name} rules, ${batchNorm ? "" : "no "}batch normalisation, eta = ${eta}) says why`, async () => {
        const options = {
          ...good,
          hidden: [5, 4],
          batchNorm,
          protocol,
          eta,
          lambda: 0.1,
          epochs: 8,
        };
        const run = await train(data, options);
        assertSaysWhy(run, 8);
        assert(run.best === null || Number.isFinite(run.best.validationAccuracy));
      });
    }
  }
}

const { training, validation } = data;
refused("train on data with", [
  [
    "labels beyond the classes",
    { training: { ...training, labels: training.labels.map(() => 7) } },
    "label 7 at 0",
  ],
  ["a validation label beyond them", {
    validation: { ...validation, labels: validation.labels.map(() => 2) },
  }, "label 2"],
  ["a mean that is no number", { training: { ...training, mean: NaN } }, "the mean NaN"],
  ["a mean without end", { validation: { ...validation, mean: Infinity } }, "the mean Infinity"],
  [
    "half an image",
    { training: { ...training, pixels: training.pixels.subarray(1) } },
    "159 pixels for 40 labels",
  ],
  [
    "no validation samples",
    { validation: { ...validation, labels: new Uint8Array() } },
    "none in the validation",
  ],
  [
    "no training samples",
    { training: { ...training, labels: new Uint8Array() } },
    "batchSize = 10",
  ],
  ["no classes", { classes: [] }, "label"],
], (change) => train({ ...data, ...change }, good));
