/**
 * Saved runs beside each other: in which settings they differ, and what came of it.
 *
 * @module
 */

import type { Provenance } from "./dataset.ts";
import { provenanceLine } from "./provenance.ts";
import type { SavedRun } from "./saved_run.ts";
import { type TestAccuracies, testNames } from "./test_accuracy.ts";

/** What a comparison needs of a run. */
export type ComparedRun =
  & Pick<
    SavedRun,
    "folder" | "config" | "data" | "backend" | "test"
  >
  & {
    readonly state: Pick<SavedRun["state"], "epoch" | "history" | "best" | "stopped" | "seconds">;
  };

/** A setting that differs: its value in each run, in the order of the runs. */
export interface Difference {
  readonly name: string;
  readonly values: readonly string[];
}

/** A quantity: its value in each run; null where a run has none. */
export interface Quantity {
  readonly name: string;
  /** Costs are in nats, accuracies in percent, times in seconds; the rest are counts. */
  readonly unit: "nats" | "percent" | "seconds" | "count";
  readonly values: readonly (number | null)[];
}

/** Several runs beside each other. */
export interface RunComparison {
  /** What the runs are called: the names of their folders. */
  readonly names: readonly string[];
  readonly differences: readonly Difference[];
  /** The settings that all have in common. */
  readonly same: readonly { readonly name: string; readonly value: string }[];
  readonly quantities: readonly Quantity[];
  /** What must be known before the runs are compared, such as other images; one sentence each. */
  readonly remarks: readonly string[];
}

/** Settings about where a run is computed; the epochs are counted instead. */
const INCIDENTAL = ["threads", "requireCifar10", "epochs"];

/**
 * Compares runs.
 *
 * @example
 * ```ts
 * import { compareRuns } from "klayer/compare_runs.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = (eta: number, trainCost: number[]) => ({
 *   folder: `runs/${eta}`,
 *   config: { hidden: [50, 30], eta },
 *   data: { name: "10k", provenance: { kind: "synthetic" as const, files: [], seed: 400 } },
 *   backend: "reference",
 *   test: {},
 *   state: {
 *     epoch: 1,
 *     history: {
 *       initialCost: 2.3,
 *       ...{ trainCost, validationCost: [2], trainAccuracy: [30], validationAccuracy: [25] },
 *     },
 *     ...{ best: null, stopped: null, seconds: { training: 1, evaluation: 1 } },
 *   },
 * });
 * const { differences, quantities } = compareRuns([run(0.1, [1.5]), run(0.01, [1.75])]);
 * assertEquals(differences, [{ name: "eta", values: ["0.1", "0.01"] }]);
 * assertEquals(quantities.find(({ name }) => name === "training cost, last")?.values, [1.5, 1.75]);
 * ```
 */
export function compareRuns(runs: readonly ComparedRun[]): RunComparison {
  const names = namesOf(runs);
  const settings = settingsOf(runs);
  const isSame = ({ values }: Difference) => values.every((value) => value === values[0]);
  return {
    names,
    differences: settings.filter((setting) => !isSame(setting)),
    same: settings.filter(isSame).map(({ name, values }) => ({ name, value: values[0] })),
    quantities: quantitiesOf(runs),
    remarks: remarksOf(runs, names),
  };
}

/** The folders' own names, or their whole paths where two would be called the same. */
function namesOf(runs: readonly ComparedRun[]): string[] {
  const short = runs.map(({ folder }) => folder.match(/[^/\\]+(?=[/\\]*$)/)?.[0] ?? folder);
  return short.map((name, i) =>
    short.filter((other) => other === name).length > 1 ? runs[i].folder : name
  );
}

function settingsOf(runs: readonly ComparedRun[]): Difference[] {
  const names = new Set(runs.flatMap(({ config }) => Object.keys(config)));
  const say = (value: unknown) =>
    value === null || value === undefined
      ? "–"
      : Array.isArray(value)
      ? value.join(", ")
      : `${value}`;
  const settings = [...names].filter((name) => !INCIDENTAL.includes(name) && name !== "backend")
    .map((name) => ({ name, values: runs.map(({ config }) => say(config[name])) }));
  return [...settings, { name: "backend", values: runs.map(({ backend }) => backend) }];
}

function quantitiesOf(runs: readonly ComparedRun[]): Quantity[] {
  type State = ComparedRun["state"];
  const row = (name: string, unit: Quantity["unit"], of: (state: State) => number | undefined) => ({
    name,
    unit,
    values: runs.map(({ state }) => of(state) ?? null),
  });
  const least = (values: readonly number[]) =>
    values.length === 0 ? undefined : Math.min(...values);
  const most = (values: readonly number[]) => values.length === 0 ? undefined : Math.max(...values);
  const tests = (Object.keys(testNames) as (keyof TestAccuracies)[])
    .filter((name) => runs.some(({ test }) => test[name] !== undefined));
  return [
    row("epochs", "count", ({ history }) => history.trainCost.length),
    row("training cost, initial", "nats", ({ history }) => history.initialCost),
    row("training cost, last", "nats", ({ history }) => history.trainCost.at(-1)),
    row("training cost, lowest", "nats", ({ history }) => least(history.trainCost)),
    row("validation cost, last", "nats", ({ history }) => history.validationCost.at(-1)),
    row("validation cost, lowest", "nats", ({ history }) => least(history.validationCost)),
    row("training accuracy, last", "percent", ({ history }) => history.trainAccuracy.at(-1)),
    row("training accuracy, highest", "percent", ({ history }) => most(history.trainAccuracy)),
    row("validation accuracy, last", "percent", ({ history }) => history.validationAccuracy.at(-1)),
    row("validation accuracy, best", "percent", ({ best }) => best?.validationAccuracy),
    row("best epoch", "count", ({ best }) => best?.epoch),
    ...tests.map((name): Quantity => ({
      name: testNames[name],
      unit: "percent",
      values: runs.map(({ test }) => test[name] ?? null),
    })),
    row("time of training", "seconds", ({ seconds }) => seconds.training),
  ];
}

function remarksOf(runs: readonly ComparedRun[], names: readonly string[]): string[] {
  const images = new Set(runs.map(({ data }) => JSON.stringify([data.name, data.provenance])));
  const kinds = new Set(runs.map(({ data }) => data.provenance.kind));
  const foreign = Map.groupBy(
    runs.map(({ data }, i) => ({ data, name: names[i] })).filter(({ data }) =>
      !isOfficial(data.provenance)
    ),
    ({ data }) => provenanceLine(data),
  );
  return [
    ...kinds.size > 1
      ? ["Some of these runs saw CIFAR-10 and some the synthetic stand-in: do not compare them."]
      : images.size > 1
      ? ["These runs did not see the same images; what differs may come from that."]
      : [],
    ...[...foreign].map(([line, found]) =>
      `${found.length === runs.length ? "All" : found.map(({ name }) => name).join(", ")}: ${line}`
    ),
    ...runs.flatMap(({ state: { stopped } }, i) =>
      stopped === null ? [] : [`${names[i]} stopped in epoch ${stopped.epoch}: ${stopped.reason}.`]
    ),
    ...runs.flatMap(({ test, state: { best } }, i) =>
      best !== null && Object.keys(test).length === 0
        ? [`${names[i]} has no test accuracies: it was broken off, or is not finished yet.`]
        : []
    ),
  ];
}

function isOfficial({ kind, files }: Provenance): boolean {
  return kind === "cifar-10" && files.every(({ official }) => official);
}
