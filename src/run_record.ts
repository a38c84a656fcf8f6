/**
 * A run as one JSON object: what `deno task train --json` prints and a saved run keeps in run.json.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import type { Run } from "./run.ts";
import type { TestAccuracies } from "./test_accuracy.ts";

/** What a run was made with. */
export interface RunOrigin {
  /** The settings, every default filled in. */
  readonly config: object;
  readonly data: Pick<Dataset, "name" | "provenance">;
  /** The name of the kernels. */
  readonly backend: string;
}

/** The parts of a run that the record has. */
export type Recorded = Omit<Run, "network">;

/**
 * The record of a run.
 *
 * @param test of the best network; nothing while the run goes on
 *
 * @example
 * ```ts
 * import { runRecord } from "klayer/run_record.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const data = { name: "10k", provenance: { kind: "synthetic", files: [], seed: 400 } } as const;
 * const history = { trainCost: [], validationCost: [], trainAccuracy: [], validationAccuracy: [] };
 * const seconds = { training: 0, evaluation: 0 };
 * const run = { initialCost: 2.3, ...history, best: null, stopped: null, seconds };
 * const record = runRecord({ config: { eta: 0.1 }, data, backend: "reference" }, run, {});
 * assertEquals(record.notice, "synthetic stand-in, not CIFAR-10");
 * ```
 */
export function runRecord(
  { config, data, backend }: RunOrigin,
  run: Recorded,
  test: TestAccuracies,
): Record<string, unknown> {
  const { best } = run;
  return {
    ...(data.provenance.kind === "synthetic" && { notice: "synthetic stand-in, not CIFAR-10" }),
    config,
    dataset: { name: data.name, ...data.provenance },
    backend,
    initialCost: run.initialCost,
    trainCost: run.trainCost,
    validationCost: run.validationCost,
    trainAccuracy: run.trainAccuracy,
    validationAccuracy: run.validationAccuracy,
    best: best && { epoch: best.epoch, validationAccuracy: best.validationAccuracy },
    test,
    stopped: run.stopped,
    seconds: run.seconds,
  };
}
