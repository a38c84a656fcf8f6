/**
 * The options of `deno task train`, from text to a description of the run.
 *
 * @module
 */

import { InputError } from "klayer/errors.ts";
import type { RunSpec } from "klayer/report/spec.ts";
import { type Given, type Option, readOptions, toChoice, toNumber } from "./command.ts";

const USAGE = "deno task train --hidden 50,30 --eta 0.01 --epochs 10 [options]";

const OPTIONS: Readonly<Record<Name, Option>> = {
  "hidden": { value: "50,30", help: "units of each hidden layer" },
  "batch-norm": { help: "normalise the hidden layers" },
  "eta": { value: "0.01", help: "the learning rate of the first epoch" },
  "lambda": { value: "1e-4", help: "what multiplies the sum of squared weights (0)" },
  "epochs": { value: "10", help: "passes over the training samples" },
  "batch-size": { value: "100", help: "samples of a mini-batch (100)" },
  "data": { value: "10k|49k", help: "the report's data set (10k)" },
  "limit": { value: "1000", help: "keep the first so many training and validation samples" },
  "init": { value: "plain|he", help: "the first weights (standard: he; report: plain)" },
  "he-draw": { value: "3", help: "which He draw of the report's stream (1)" },
  "seed": { value: "400", help: "the seed of all random numbers (400)" },
  "protocol": { value: "report|standard", help: "the rules of the run (standard)" },
  "backend": {
    value: "native|blas|wasm|reference",
    help: "what computes the products (the best found)",
  },
  "threads": { value: "2", help: "threads of the backend" },
  "require-cifar10": { help: "fail where CIFAR-10 is not found, rather than use the stand-in" },
  "json": { help: "print one JSON object on standard output and nothing else" },
};

type Name =
  | "hidden"
  | "batch-norm"
  | "eta"
  | "lambda"
  | "epochs"
  | "batch-size"
  | "data"
  | "limit"
  | "init"
  | "he-draw"
  | "seed"
  | "protocol"
  | "backend"
  | "threads"
  | "require-cifar10"
  | "json";

/** A run as the command line describes it, every default filled in; the `config` of the JSON. */
export interface TrainConfig extends Required<Omit<RunSpec, "heDraw" | "recordTraining">> {
  readonly heDraw: number | null;
  readonly data: "10k" | "49k";
  readonly limit: number | null;
  readonly backend: string | null;
  readonly threads: number | null;
  readonly requireCifar10: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {InputError} for an unknown option, a missing one, or a text that is no number
 */
export function readTrainConfig(args: readonly string[]): { config: TrainConfig; json: boolean } {
  const given = readOptions(args, USAGE, OPTIONS);
  const protocol = choice(given, "protocol", ["report", "standard"]) ?? "standard";
  const init = choice(given, "init", ["plain", "he"]) ?? (protocol === "report" ? "plain" : "he");
  const config: TrainConfig = {
    hidden: readHidden(required(given, "hidden")),
    batchNorm: given["batch-norm"] === true,
    eta: toNumber("eta", required(given, "eta")),
    lambda: number(given, "lambda") ?? 0,
    epochs: toNumber("epochs", required(given, "epochs")),
    batchSize: number(given, "batch-size") ?? 100,
    data: choice(given, "data", ["10k", "49k"]) ?? "10k",
    limit: number(given, "limit"),
    init,
    heDraw: readHeDraw(number(given, "he-draw"), init, protocol),
    seed: number(given, "seed") ?? 400,
    protocol,
    backend: text(given, "backend"),
    threads: number(given, "threads"),
    requireCifar10: given["require-cifar10"] === true,
  };
  return { config, json: given.json === true };
}

/** The He draw of the report's stream; null for every other initialisation. */
function readHeDraw(draw: number | null, init: string, protocol: string): number | null {
  const drawn = init === "he" && protocol === "report";
  if (draw === null) return drawn ? 1 : null;
  if (!drawn) {
    throw new InputError("Found --he-draw, expected it only beside --init he --protocol report.");
  }
  if (!Number.isInteger(draw) || draw < 1) {
    throw new InputError(`Found --he-draw ${draw}, expected a whole number from 1, such as 3.`);
  }
  return draw;
}

function readHidden(list: string): number[] {
  return list.split(",").map((units) => toNumber("hidden", units));
}

function text(given: Given<Name>, name: Name): string | null {
  const found = given[name];
  return typeof found === "string" ? found : null;
}

function number(given: Given<Name>, name: Name): number | null {
  const found = text(given, name);
  return found === null ? null : toNumber(name, found);
}

function choice<Word extends string>(
  given: Given<Name>,
  name: Name,
  choices: readonly Word[],
): Word | null {
  const found = text(given, name);
  return found === null ? null : toChoice(name, found, choices);
}

function required(given: Given<Name>, name: Name): string {
  const found = text(given, name);
  if (found === null) {
    throw new InputError(
      `Found no --${name}, expected --${name} ${OPTIONS[name].value}; see --help.`,
    );
  }
  return found;
}
