/**
 * The options of `deno task train`, from text to a description of the run.
 *
 * @module
 */

import { statOrNull } from "klayer/stat.ts";
import { InputError } from "klayer/errors.ts";
import { fillConfig, type RunConfig, type RunEntries } from "klayer/report/run_config.ts";
import { readEntries } from "klayer/report/run_entries.ts";
import { type Given, type Option, readOptions, toChoice, toNumber } from "./command.ts";

const USAGE = `deno task train --hidden 50,30 --eta 0.01 --epochs 10 [options]
deno task train --config FILE [options]
deno task train --resume FOLDER [--epochs 20]

Trains one network on the images of CIFAR-10. To find your way:

  deno task train --hidden 50,30 --eta 0.01 --epochs 10 --save runs/first
  deno task train --hidden 50,30 --eta 0.01 --epochs 10 --batch-norm --save runs/bn
  deno task compare runs/first runs/bn
  deno task train --resume runs/bn --epochs 20

A saved run has a page (index.html), its history (run.json) and its weights (run.npz, for NumPy).
Ctrl-C ends a run after the mini-batch under way; what has been saved can be resumed.`;

const OPTIONS = {
  "hidden": { value: "50,30", help: "units of each hidden layer" },
  "batch-norm": { help: "normalise the hidden layers" },
  "no-batch-norm": { help: "do not, whatever --config says" },
  "eta": { value: "0.01", help: "the learning rate of the first epoch" },
  "eta-decay": { value: "0.95", help: "what multiplies eta after every epoch (0.95)" },
  "momentum": { value: "0.9", help: "how much of its velocity a weight keeps (0.9)" },
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
  "config": { value: "FILE", help: "a JSON of settings: names as here, what is typed wins" },
  "save": { value: "FOLDER", help: "keep the run in a new folder, such as runs/first" },
  "resume": { value: "FOLDER", help: "go on with a saved run; --epochs counts from its beginning" },
  "require-cifar10": { help: "fail where CIFAR-10 is not found, rather than use the stand-in" },
  "json": { help: "print one JSON object on standard output and nothing else" },
} satisfies Record<string, Option>;

type Name = keyof typeof OPTIONS;

/** What may stand beside --resume: what does not change the run, and how long it is. */
const BESIDE_RESUME: readonly Name[] = [
  "resume",
  "epochs",
  "backend",
  "threads",
  "require-cifar10",
  "json",
];

/** Bytes of a configuration; the JSON of a long run, history and all, has less. */
const LARGEST = 1_000_000;

/** What was asked for. */
export interface TrainCommand {
  /** The settings given, typed or in a file. */
  readonly entries: RunEntries;
  readonly json: boolean;
  /** The folder to keep the run in. */
  readonly save: string | null;
  /** The folder of the run to go on with. */
  readonly resume: string | null;
}

/**
 * Reads the command line, and the configuration that it names.
 *
 * @throws {InputError} for an unknown option, or a text or an entry that is no number
 */
export function readTrainCommand(args: readonly string[]): TrainCommand {
  const given = readOptions(args, USAGE, OPTIONS);
  const resume = text(given, "resume");
  const other = (Object.keys(given) as Name[]).find((name) => !BESIDE_RESUME.includes(name));
  if (resume !== null && other !== undefined) {
    throw new InputError(
      `Found --${other} beside --resume, expected the settings that the run began with and only: ` +
        `${BESIDE_RESUME.map((name) => `--${name}`).join(" ")}.`,
    );
  }
  const file = text(given, "config");
  return {
    entries: { ...file === null ? {} : readConfigFile(file), ...typedEntries(given) },
    json: given.json === true,
    save: text(given, "save"),
    resume,
  };
}

/**
 * Reads the command line of a run that begins, every default filled in.
 *
 * @throws {InputError} as {@linkcode readTrainCommand}, and where a setting is missing
 */
export function readTrainConfig(args: readonly string[]): { config: RunConfig; json: boolean } {
  const { entries, json } = readTrainCommand(args);
  return { config: fillConfig(entries), json };
}

/** Reads a JSON file of settings. */
function readConfigFile(path: string): RunEntries {
  const { isFile = false, size = 0 } = statOrNull(path) ?? {};
  if (!isFile || size > LARGEST) {
    throw new InputError(
      `Found ${isFile ? `${size} bytes in ${path}` : `no file ${path}`}, expected a JSON file of ` +
        `settings of at most ${LARGEST} bytes.`,
    );
  }
  try {
    return readEntries(JSON.parse(Deno.readTextFileSync(path)), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(
      `Found no JSON in ${path} (${error.message}), expected an object of settings such as ` +
        '{"hidden": [50, 30], "eta": 0.01, "epochs": 10}.',
    );
  }
}

/** The settings that were typed, as a configuration would have them. */
function typedEntries(given: Given<Name>): RunEntries {
  const hidden = text(given, "hidden");
  const entries = {
    hidden: hidden?.split(",").map((units) => toNumber("hidden", units)),
    batchNorm: switched(given),
    eta: number(given, "eta"),
    etaDecay: number(given, "eta-decay"),
    momentum: number(given, "momentum"),
    lambda: number(given, "lambda"),
    epochs: number(given, "epochs"),
    batchSize: number(given, "batch-size"),
    data: choice(given, "data", ["10k", "49k"]),
    limit: number(given, "limit"),
    init: choice(given, "init", ["plain", "he"]),
    heDraw: number(given, "he-draw"),
    seed: number(given, "seed"),
    protocol: choice(given, "protocol", ["report", "standard"]),
    backend: text(given, "backend") ?? undefined,
    threads: number(given, "threads"),
    requireCifar10: given["require-cifar10"],
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

function switched(given: Given<Name>): boolean | undefined {
  const [on, off] = [given["batch-norm"], given["no-batch-norm"]];
  if (on && off) {
    throw new InputError("Found --batch-norm and --no-batch-norm, expected one of them.");
  }
  return on ? true : off ? false : undefined;
}

function text(given: Given<Name>, name: Name): string | null {
  const found = given[name];
  return typeof found === "string" ? found : null;
}

function number(given: Given<Name>, name: Name): number | undefined {
  const found = text(given, name);
  return found === null ? undefined : toNumber(name, found);
}

function choice<Word extends string>(
  given: Given<Name>,
  name: Name,
  choices: readonly Word[],
): Word | undefined {
  const found = text(given, name);
  return found === null ? undefined : toChoice(name, found, choices);
}
