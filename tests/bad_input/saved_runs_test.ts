import { assert } from "@std/assert";
import fc from "fast-check";
import { referenceKernels } from "klayer/kernels/reference.ts";
import type { NpyArray } from "klayer/npy.ts";
import { readNpz, writeNpz } from "klayer/npz.ts";
import { openRandom } from "klayer/random.ts";
import type { TrainOptions } from "klayer/run.ts";
import { openRunFolder } from "klayer/run_folder.ts";
import { readRun } from "klayer/saved_run.ts";
import { train } from "klayer/train.ts";
import { readOrRefusal, refused, type Words } from "./refusal.ts";

function split(N: number, seed: number) {
  const random = openRandom(seed);
  const pixels = Uint8Array.from({ length: 4 * N }, () => random.bits() & 255);
  return { pixels, labels: pixels.filter((_, i) => i % 4 === 0).map((u) => u >> 7), mean: 0.5 };
}
const data = { training: split(40, 1), validation: split(20, 2), classes: ["a", "b"] };
const kernels = referenceKernels();
const options: TrainOptions = {
  ...{ hidden: [4], eta: 0.1, epochs: 2, batchSize: 10, batchNorm: true, kernels },
};
const origin = {
  config: { hidden: [4] },
  data: { name: "toy", provenance: { kind: "synthetic", files: [], seed: 1 } },
  backend: "reference",
} as const;

/** Lets `use` have the folder of a run that was just saved. */
async function withRun<Result>(use: (folder: string) => Result): Promise<Awaited<Result>> {
  const made = await Deno.makeTempDir();
  try {
    {
      using place = openRunFolder(`${made}/run`, true);
      await train(data, { ...options, onEpoch: (state) => place.save(origin, state) });
    }
    return await use(`${made}/run`);
  } finally {
    await Deno.remove(made, { recursive: true });
  }
}

type Arrays = Map<string, NpyArray>;

/** Reads the run with other arrays, and goes on with it for an epoch, as --resume does. */
const withArrays = (change: (arrays: Arrays) => void) =>
  withRun(async (folder) => {
    const arrays = readNpz(Deno.readFileSync(`${folder}/run.npz`));
    change(arrays);
    Deno.writeFileSync(`${folder}/run.npz`, writeNpz(arrays));
    return await train(data, { ...options, epochs: 3, resume: readRun(folder, kernels).state });
  });

/** Reads the run with another record. */
const withRecord = (change: (record: Record<string, unknown>) => unknown) =>
  withRun((folder) => {
    const path = `${folder}/run.json`;
    const found = change(JSON.parse(Deno.readTextFileSync(path)));
    Deno.writeTextFileSync(path, typeof found === "string" ? found : JSON.stringify(found));
    return readRun(folder, kernels);
  });

const names = await withRun((
  folder,
) => [...readNpz(Deno.readFileSync(`${folder}/run.npz`)).keys()]);
// What a run may lack: the best network, where all epochs diverged.
const needed = names.filter((name) => name !== "bestEpoch");
refused(
  "a saved run without",
  needed.map((name) => [name, (arrays: Arrays) => void arrays.delete(name), /./] as const),
  withArrays,
);
refused(
  "a saved run with another shape of",
  names.filter((name) => /\d$/.test(name)).map((name) =>
    [
      name,
      (arrays: Arrays) => void arrays.set(name, { shape: [3], data: new Float64Array(3) }),
      /[Ff]ound/,
    ] as const
  ),
  withArrays,
);

const scalar = (value: number): NpyArray => ({ shape: [], data: new Float64Array([value]) });
const numbers: [string, number, Words][] = [
  ["epoch", NaN, "epoch = NaN"],
  ["epoch", 0, "epoch = 0"],
  ["epoch", 1.5, "epoch = 1.5"],
  ["epoch", 9, "2 costs for 9 epochs"],
  ["eta", NaN, "eta = NaN"],
  ["eta", -1, "eta = -1"],
  ["eta", Infinity, "eta = Infinity"],
  ["generatorPosition", NaN, "position NaN"],
  ["generatorPosition", -1, "position -1"],
  ["generatorPosition", 1e9, "position 1000000000"],
  ["generatorPosition", 0.5, "position 0.5"],
  ["bestEpoch", NaN, "bestEpoch"],
  ["bestEpoch", 7, "bestEpoch"],
  ["bestValidationAccuracy", NaN, "bestValidationAccuracy"],
  ["bestValidationAccuracy", 200, "bestValidationAccuracy"],
  ["last_decay", NaN, "decay = NaN"],
  ["last_epsilon", -1, "epsilon = -1"],
  ["last_seen", -1, "last_seen"],
];
refused(
  "a saved run with",
  numbers.map(([name, value, words]) =>
    [`${name} = ${value}`, (arrays: Arrays) => void arrays.set(name, scalar(value)), words] as const
  ),
  withArrays,
);
refused("a saved run with", [
  [
    "a generator of too few words",
    (arrays: Arrays) => void arrays.set("generatorWords", { shape: [3], data: new Uint32Array(3) }),
    "a generator of 3 words",
  ],
  [
    "a generator of fractions",
    (arrays: Arrays) =>
      void arrays.set("generatorWords", { shape: [624], data: new Float64Array(624) }),
    "generatorWords",
  ],
  ["weights of NaN", (arrays: Arrays) => void arrays.get("last_W1")!.data.fill(NaN), "last_W1"],
  [
    "velocities of NaN",
    (arrays: Arrays) => void arrays.get("velocity_W1")!.data.fill(NaN),
    "velocity_W1",
  ],
  [
    "a negative variance",
    (arrays: Arrays) => void arrays.get("last_variance1")!.data.fill(-1),
    "last_variance1",
  ],
  ["costs of NaN", (arrays: Arrays) => void arrays.get("trainCost")!.data.fill(NaN), "trainCost"],
  [
    "an accuracy above 100%",
    (arrays: Arrays) => void arrays.get("trainAccuracy")!.data.fill(101),
    "trainAccuracy",
  ],
  ["other inputs", (arrays: Arrays) => {
    for (const name of ["last_W1", "W1", "velocity_W1"]) {
      arrays.set(name, { shape: [4, 5], data: new Float64Array(20) });
    }
  }, /layer|inputs|shape/],
], withArrays);

type Record_ = Record<string, unknown>;
refused("a saved run whose record has", [
  ["nothing", () => "", "no JSON object"],
  ["no end", (record: Record_) => JSON.stringify(record).slice(0, 99), "no JSON object"],
  ["a list", () => [], "no JSON object"],
  ["null", () => "null", "no JSON object"],
  ["a number", () => 7, "no JSON object"],
  ["no config", (record: Record_) => ({ ...record, config: undefined }), "no config"],
  ["a list for config", (record: Record_) => ({ ...record, config: [] }), "no config"],
  ["no backend", (record: Record_) => ({ ...record, backend: null }), "no backend"],
  ["no dataset", (record: Record_) => ({ ...record, dataset: null }), "no dataset"],
  [
    "a dataset without a name",
    (record: Record_) => ({ ...record, dataset: { kind: "synthetic", files: [] } }),
    "no dataset",
  ],
  [
    "a dataset of another kind",
    (record: Record_) => ({ ...record, dataset: { name: "a", kind: "mnist", files: [] } }),
    "no dataset",
  ],
  [
    "files that are no list",
    (record: Record_) => ({ ...record, dataset: { name: "a", kind: "synthetic", files: {} } }),
    "no dataset",
  ],
  [
    "files that are numbers",
    (record: Record_) => ({ ...record, dataset: { name: "a", kind: "cifar-10", files: [1] } }),
    "no dataset",
  ],
  [
    "files that are null",
    (record: Record_) => ({ ...record, dataset: { name: "a", kind: "cifar-10", files: [null] } }),
    "no dataset",
  ],
], withRecord);

refused("a saved run", [
  ["that is not there", "/no/such/folder", "no saved run in /no/such/folder"],
  ["that is a file", import.meta.filename!, "no saved run"],
  ["that is a device", "/dev/null", "/dev/null"],
], (folder) => readRun(folder, kernels));

Deno.test("a saved run: whatever its record says, it is read or refused", () =>
  withRun(async (folder) => {
    const path = `${folder}/run.json`;
    const record = JSON.parse(Deno.readTextFileSync(path));
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...Object.keys(record)), fc.jsonValue()),
        async (change) => {
          Deno.writeTextFileSync(path, JSON.stringify({ ...record, ...change }));
          const found = await readOrRefusal(() => readRun(folder, kernels));
          assert(found === null || typeof found.backend === "string");
        },
      ),
      { numRuns: 200 },
    );
  }));
