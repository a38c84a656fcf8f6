import { assertEquals, assertMatch } from "@std/assert";
import { type ComparedRun, compareRuns } from "klayer/compare_runs.ts";
import type { Provenance } from "klayer/dataset.ts";

const official: Provenance = {
  kind: "cifar-10",
  files: [{ name: "data_batch_1.bin", md5: "5dd7e06a14cb22eb9f671a540d1b7c25", official: true }],
};
const standIn: Provenance = { kind: "synthetic", files: [], seed: 400 };

function run(folder: string, change: Partial<ComparedRun> = {}): ComparedRun {
  return {
    folder,
    config: { hidden: [50, 30], eta: 0.1, threads: 1, epochs: 2 },
    data: { name: "10k", provenance: official },
    backend: "wasm",
    test: { asTrained: 40 },
    state: {
      epoch: 2,
      history: {
        initialCost: 2.3,
        trainCost: [1.5, 1.25],
        validationCost: [1.5, 1.75],
        trainAccuracy: [45, 50],
        validationAccuracy: [42, 41],
      },
      best: { epoch: 1, validationAccuracy: 42, network: { kernels: null!, layers: [] } },
      stopped: null,
      seconds: { training: 1, evaluation: 1 },
    },
    ...change,
  };
}

Deno.test("settings that differ, and only they, are listed; so is the backend", () => {
  const other = { hidden: [50], eta: 0.1, threads: 2, epochs: 9, batchNorm: true };
  const found = compareRuns([run("runs/a"), run("runs/b", { config: other, backend: "native" })]);
  assertEquals(found.names, ["a", "b"]);
  assertEquals(found.differences, [
    { name: "hidden", values: ["50, 30", "50"] },
    { name: "batchNorm", values: ["–", "true"] },
    { name: "backend", values: ["wasm", "native"] },
  ]);
  assertEquals(found.same, [{ name: "eta", value: "0.1" }]);
  assertEquals(found.remarks, []);
});

Deno.test("each quantity is that of its run", () => {
  const test = { movingAverage: 44 };
  const { quantities } = compareRuns([run("a"), run("b", { test })]);
  const of = (name: string) => quantities.find((quantity) => quantity.name === name)?.values;
  assertEquals(of("epochs"), [2, 2]);
  assertEquals(of("training cost, initial"), [2.3, 2.3]);
  assertEquals(of("training cost, last"), [1.25, 1.25]);
  assertEquals(of("validation cost, last"), [1.75, 1.75]);
  assertEquals(of("validation cost, lowest"), [1.5, 1.5]);
  assertEquals(of("validation accuracy, best"), [42, 42]);
  assertEquals(of("best epoch"), [1, 1]);
  assertEquals(of("test accuracy"), [40, null]);
  assertEquals(of("test accuracy, moving averages"), [null, 44]);
  assertEquals(of("test accuracy, through batch normalisation"), undefined);
});

Deno.test("a run that recorded nothing has no numbers rather than wrong ones", () => {
  const history = {
    initialCost: 2.3,
    ...{ trainCost: [], validationCost: [], trainAccuracy: [], validationAccuracy: [] },
  };
  const stopped = { epoch: 1, reason: "the training cost became NaN" };
  const state = { ...run("a").state, history, best: null, stopped };
  const { quantities, remarks } = compareRuns([run("a", { state, test: {} }), run("b")]);
  for (const { name, values } of quantities) {
    if (name.includes("last") || name.includes("est")) assertEquals(values[0], null, name);
  }
  assertEquals(remarks, ["a stopped in epoch 1: the training cost became NaN."]);
});

Deno.test("other images, the stand-in and files that are not official are said", () => {
  const foreign: Provenance = {
    kind: "cifar-10",
    files: [{ name: "test_batch.bin", md5: "0".repeat(32), official: false }],
  };
  const data = (provenance: Provenance) => ({ data: { name: "10k", provenance } });
  const all = compareRuns([run("a", data(foreign)), run("b", data(foreign))]).remarks;
  assertEquals(all.length, 1);
  assertMatch(all[0], /^All: CIFAR-10.*test_batch\.bin is NOT the official file/);
  const mixed = compareRuns([run("a"), run("b", data(standIn))]).remarks;
  assertMatch(mixed[0], /do not compare/);
  assertMatch(mixed[1], /^b: SYNTHETIC STAND-IN/);
  const other = compareRuns([run("a"), run("b", data(foreign))]).remarks;
  assertMatch(other[0], /not see the same images/);
  assertMatch(other[1], /^b: CIFAR-10/);
  const sets = compareRuns([run("a"), run("b", { data: { name: "49k", provenance: official } })]);
  assertMatch(sets.remarks[0], /not see the same images/);
});

Deno.test("a run without test accuracies is said to be unfinished; names stay apart", () => {
  const { names, remarks } = compareRuns([run("x/a"), run("y/a/", { test: {} }), run("z/b")]);
  assertEquals(names, ["x/a", "y/a/", "b"]);
  assertMatch(remarks[0], /^y\/a\/ has no test accuracies/);
});
