/**
 * `deno task evaluate`: costs and accuracies of a saved run, computed anew from its weights.
 *
 * @module
 */

import { cifar10, type Dataset, evaluate, testAccuracies } from "klayer/mod.ts";
import { InputError } from "klayer/errors.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { throughBatchNorm } from "klayer/report/protocol.ts";
import { configOptions, fillConfig, type RunConfig } from "klayer/report/run_config.ts";
import { readEntries } from "klayer/report/run_entries.ts";
import { readRun, type SavedRun } from "klayer/saved_run.ts";
import type { Network } from "klayer/network.ts";
import { readOptions, runCommand, toChoice, toNumber } from "./command.ts";
import { partArguments, printResult } from "./command.ts";
import { loadImages } from "./load_images.ts";
import { identity, openRunKernels } from "./resume.ts";
import { alignRows, percent, testRows } from "./train_text.ts";

const USAGE = `deno task evaluate FOLDER [options]

Computes the costs and accuracies of a run that \`deno task train --save FOLDER\` has kept.`;

const OPTIONS = {
  "network": { value: "best|last", help: "that of the best epoch, or after the last one (best)" },
  "data": { value: "10k|49k", help: "on which images (those that it was trained on)" },
  "limit": {
    value: "1000",
    help: "the first so many training and validation samples (as trained)",
  },
  "backend": { value: "native|blas|wasm|reference", help: "what computes (as in training)" },
  "threads": { value: "2", help: "threads of the backend" },
  "require-cifar10": { help: "fail where CIFAR-10 is not found, rather than use the stand-in" },
  "json": { help: "print one JSON object on standard output and nothing else" },
};

async function main(): Promise<void> {
  const { names, options } = partArguments(Deno.args, OPTIONS);
  const given = readOptions(options, USAGE, OPTIONS);
  if (names.length !== 1) {
    throw new InputError(
      `Found ${names.length} folders, expected one saved run: deno task evaluate runs/first.`,
    );
  }
  const text = (name: keyof typeof given) => given[name] as string | undefined;
  const stored = readRun(names[0], referenceKernels());
  const config = fillConfig({
    ...readEntries(stored.config, names[0]),
    ...text("data") && { data: toChoice("data", text("data")!, ["10k", "49k"] as const) },
    ...text("limit") && { limit: toNumber("limit", text("limit")!) },
    ...text("backend") && { backend: text("backend") },
    ...text("threads") && { threads: toNumber("threads", text("threads")!) },
    ...given["require-cifar10"] && { requireCifar10: true },
  });
  const which = toChoice("network", text("network") ?? "best", ["best", "last"]);
  const kernels = openRunKernels(config, stored, text("backend") !== undefined);
  const run = readRun(names[0], kernels);
  const { network, epoch } = chosen(run, which);
  const data = await loadImages(config);
  if (identity(data) !== identity(run.data)) {
    console.error(`These images are not those of the training, which were ${identity(run.data)}.`);
  }

  const found = { ...measure(network, data, config), network: which, epoch };
  if (given.json) {
    const dataset = { name: data.name, ...data.provenance };
    const origin = { folder: names[0], config, dataset, backend: kernels.name };
    printResult(JSON.stringify({ ...origin, ...found }));
    return;
  }
  console.log(cifar10.provenanceLine(data));
  const row = (name: string, { cost, accuracy }: { cost: number; accuracy: number }) => [
    name,
    `cost ${cost}, accuracy ${percent(accuracy)}`,
  ];
  printResult(alignRows([
    ["network", `${which}, after epoch ${epoch}`],
    row("training images", found.training),
    row("validation images", found.validation),
    ...testRows(found.test),
  ]));
}

function chosen({ folder, state }: SavedRun, which: string): { network: Network; epoch: number } {
  if (which === "last") return state;
  if (state.best !== null) return state.best;
  throw new InputError(
    `Found no best network in ${folder}, expected an epoch with a finite cost; use --network last.`,
  );
}

/** Costs and accuracies as `deno task train` reports them. */
function measure(network: Network, data: Dataset, config: RunConfig) {
  const { lambda, protocol, batchNorm } = config;
  const rules = configOptions(config).protocol!(batchNorm);
  const on = (split: Dataset["training"]) => {
    const { cost, accuracy } = evaluate(network, split, { lambda });
    return { cost, accuracy: rules.accuracy(accuracy) };
  };
  const through = protocol === "report" ? throughBatchNorm : undefined;
  return {
    training: on(data.training),
    validation: on(data.validation),
    test: testAccuracies(network, data.test, through),
  };
}

await runCommand(main);
