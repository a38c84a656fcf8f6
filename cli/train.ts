/**
 * `deno task train`: train one network; print its history as lines and a table, or as JSON.
 *
 * @module
 */

import { cifar10, type Dataset, type Run, testAccuracies, train } from "klayer/mod.ts";
import { trainingImages } from "klayer/cifar10/splits.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { throughBatchNorm } from "klayer/report/protocol.ts";
import { trainOptions } from "klayer/report/spec.ts";
import { checkOptions, type History } from "klayer/run.ts";
import type { TestAccuracies } from "klayer/test_accuracy.ts";
import { runCommand } from "./command.ts";
import { loadImages } from "./load_images.ts";
import { readTrainConfig, type TrainConfig } from "./train_config.ts";

async function main(): Promise<void> {
  const { config, json } = readTrainConfig(Deno.args);
  const options = trainOptions({ ...config, heDraw: config.heDraw ?? undefined });
  // Before the data are looked for, which may take a download.
  checkOptions(options, config.limit ?? trainingImages(config.data));
  const kernels = openKernels(config.backend ?? undefined, {
    threads: config.threads ?? undefined,
  });
  if (kernels.notice) console.error(kernels.notice);
  const data = await loadImages(config);
  if (!json) console.log(cifar10.provenanceLine(data));

  const abort = new AbortController();
  const interrupt = () => abort.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  const run = await train(data, {
    ...options,
    kernels,
    signal: abort.signal,
    onProgress: ({ epoch, epochs, history }) => {
      const recorded = history.trainCost.length === epoch;
      if (recorded && !json) console.log(epochLine(epoch, epochs, history));
    },
  });
  Deno.removeSignalListener("SIGINT", interrupt);

  const through = config.protocol === "report" ? throughBatchNorm : undefined;
  const test = run.best === null ? {} : testAccuracies(run.best.network, data.test, through);
  console.log(
    json ? JSON.stringify(toJson(config, data, kernels.name, run, test)) : summary(run, test),
  );
  if (abort.signal.aborted) Deno.exit(130);
}

function toJson(
  config: TrainConfig,
  { name, provenance }: Dataset,
  backend: string,
  run: Run,
  test: TestAccuracies,
): Record<string, unknown> {
  const { best } = run;
  return {
    ...(provenance.kind === "synthetic" && { notice: "synthetic stand-in, not CIFAR-10" }),
    config,
    dataset: { name, ...provenance },
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

function epochLine(epoch: number, epochs: number, history: History): string {
  const at = epoch - 1;
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)} of ${epochs}:`,
    `training cost ${history.trainCost[at].toFixed(6)},`,
    `accuracy ${percent(history.trainAccuracy[at])};`,
    `validation cost ${history.validationCost[at].toFixed(6)},`,
    `accuracy ${percent(history.validationAccuracy[at])}`,
  ].join(" ");
}

/** What a test accuracy is called in the table. */
const TEST_NAMES: Record<keyof TestAccuracies, string> = {
  asTrained: "test accuracy",
  movingAverage: "test accuracy, moving averages",
  batchStatistics: "test accuracy, statistics of the test images",
  throughBatchNorm: "test accuracy, through batch normalisation",
};

function summary({ best, stopped, initialCost, trainCost, seconds }: Run, test: TestAccuracies) {
  const rows = [["training cost, before and after", `${initialCost} ${trainCost.at(-1) ?? ""}`]];
  if (stopped !== null) rows.push(["stopped", `in epoch ${stopped.epoch}: ${stopped.reason}`]);
  if (best !== null) {
    rows.push([
      "best validation accuracy",
      `${percent(best.validationAccuracy)} (epoch ${best.epoch})`,
    ]);
  }
  for (const [name, accuracy] of Object.entries(test)) {
    rows.push([TEST_NAMES[name as keyof TestAccuracies], percent(accuracy)]);
  }
  rows.push(["seconds of training", seconds.training.toFixed(2)]);
  rows.push(["seconds of evaluation", seconds.evaluation.toFixed(2)]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

function percent(accuracy: number): string {
  return `${accuracy.toFixed(2)}%`;
}

await runCommand(main);
