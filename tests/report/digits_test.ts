/**
 * The report's digits on the real data: every printed cost, and the accuracies that are exact.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Kernels } from "klayer/kernels/mod.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { cifar10, type Run, train } from "klayer/mod.ts";
import { findDirectory } from "klayer/locate.ts";
import { compareTable } from "klayer/report/compare.ts";
import * as printed from "klayer/report/printed.ts";
import * as runs from "klayer/report/runs.ts";
import { trainOptions } from "klayer/report/spec.ts";
import { availableBackends } from "../kernels/available.ts";

const directory = findDirectory();
const ignore = directory === null;
const reason = ignore ? " (needs CIFAR-10: none found)" : "";

async function runOf({ data, limit, spec }: runs.ReportRun): Promise<Run> {
  const dataset = await cifar10.load(data, { directory: directory!, limit });
  return await train(dataset, trainOptions(spec));
}

function shortened(run: runs.ReportRun, epochs: number): runs.ReportRun {
  return { ...run, spec: { ...run.spec, epochs } };
}

const tables: [string, runs.ReportRun, readonly number[]][] = [
  ["15 epochs", runs.fifteenEpochs, printed.fifteenEpochs],
  ["40 epochs", runs.fortyEpochs, printed.fortyEpochs],
  ["He initialisation", runs.heTable, printed.heEpochs],
  ...printed.etaTables.map(({ eta, cost }, i): [string, runs.ReportRun, readonly number[]] => [
    `eta = ${eta}`,
    runs.etaTables[i],
    cost,
  ]),
];

const digits: number[] = [];
for (const [name, run, costs] of tables) {
  Deno.test({
    name: `the table of ${name} comes back to 12 digits${reason}`,
    ignore,
    fn: async () => {
      const { trainCost } = await runOf(run);
      const { rows, least } = compareTable(costs, trainCost);
      assertEquals(trainCost.length, costs.length);
      assert(least >= 12, `only ${least} digits agree: ${JSON.stringify(rows)}`);
      digits.push(...rows.map((row) => row.digits));
    },
  });
}

Deno.test({
  name: `the 125 printed costs come back to 14 digits in the median${reason}`,
  ignore,
  fn: () => {
    assertEquals(digits.length, 15 + 40 + 10 + 60);
    const median = digits.toSorted((a, b) => a - b)[Math.floor(digits.length / 2)];
    assert(median >= 14, `the median is ${median} digits`);
  },
});

Deno.test({
  name: `the slip in the repeated table is the only one, and is not ours${reason}`,
  ignore,
  fn: () => {
    const once = printed.etaTables.find(({ eta }) => eta === 0.001)!.cost;
    const { rows } = compareTable(once, printed.repeatedEtaTable);
    const slips = rows.flatMap((row, i) => row.digits < 16 ? [i + 1] : []);
    assertEquals(slips, [printed.slipEpoch]);
  },
});

Deno.test({
  name: `the overfit check ends at 87.7 and 29.1${reason}`,
  ignore,
  fn: async () => {
    const run = await runOf(runs.overfitCheck);
    assertEquals(run.trainAccuracy.at(-1), printed.overfitCheck.trainAccuracy);
    assertEquals(run.validationAccuracy.at(-1), printed.overfitCheck.validationAccuracy);
  },
});

Deno.test({
  name: `figure 2 has a training accuracy of 46.68 after its first epoch${reason}`,
  ignore,
  fn: async () => {
    const run = await runOf(shortened(runs.figures[1], 1));
    assertEquals(run.trainAccuracy, [46.68]);
  },
});

Deno.test({
  name: `two runs give the same bits${reason}`,
  ignore,
  fn: async () => {
    const run = shortened(runs.overfitCheck, 3);
    const [first, second] = [await runOf(run), await runOf(run)];
    assertEquals(first.trainCost, second.trainCost);
    assertEquals(first.network.layers.map(({ w }) => w), second.network.layers.map(({ w }) => w));
  },
});

const short = shortened(runs.overfitCheck, 3);

async function shortRun(kernels: Kernels): Promise<Run> {
  const dataset = await cifar10.load("10k", { directory: directory!, limit: 300 });
  return await train(dataset, { ...trainOptions(short.spec), kernels });
}

let byDefinition: Promise<Run> | undefined;
for (const backend of availableBackends) {
  Deno.test({
    name: `${backend.name}: the costs of the reference to 12 digits${reason}`,
    ignore: ignore || backend.ignore,
    fn: async () => {
      const expected = await (byDefinition ??= shortRun(referenceKernels()));
      const actual = await shortRun(backend.open());
      assert(compareTable(expected.trainCost, actual.trainCost).least >= 12);
      assert(compareTable(expected.validationCost, actual.validationCost).least >= 12);
    },
  });
}
