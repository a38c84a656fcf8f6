/**
 * The options of `deno task search`, from text to a description of the search.
 *
 * @module
 */

import { InputError } from "klayer/errors.ts";
import {
  coarse,
  fine,
  networkSeed,
  type SearchSettings,
  searchSettings,
} from "klayer/report/search_plan.ts";
import { countTrials, limitTrials, type SearchPlan } from "klayer/search.ts";
import { type Option, readOptions, toChoice, toNumber } from "./command.ts";

const USAGE = "deno task search --plan coarse|fine [options]";

const OPTIONS = {
  "plan": { value: "coarse|fine", help: "150 trials from 1e-6 to 1e-2, or 80 around the best" },
  "trials": { value: "20", help: "run so many trials of the plan, its ranges in turn (all)" },
  "epochs": { value: "10", help: "passes over the training samples (10)" },
  "data": { value: "10k|49k", help: "the report's data set (10k)" },
  "limit": { value: "1000", help: "keep the first so many training and validation samples" },
  "seed": { value: "400", help: "the seed of every trial's network (400)" },
  "backend": {
    value: "native|wasm|reference",
    help: "what computes the products (the best found)",
  },
  "journal": { value: "FILE", help: "where finished trials are kept (a file in runs/)" },
  "require-cifar10": { help: "fail where CIFAR-10 is not found, rather than use the stand-in" },
  "json": { help: "print one JSON object on standard output and nothing else" },
} satisfies Record<string, Option>;

/** A search as the command line describes it, every default filled in; the `config` of the JSON. */
export interface SearchConfig {
  readonly plan: SearchPlan;
  readonly settings: SearchSettings;
  readonly seed: number;
  readonly data: "10k" | "49k";
  readonly limit: number | null;
  readonly backend: string | null;
  readonly journal: string | null;
  readonly requireCifar10: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {InputError} for an unknown option, a missing one, or a text that is no number
 */
export function readSearchConfig(args: readonly string[]): { config: SearchConfig; json: boolean } {
  const given = readOptions(args, USAGE, OPTIONS);
  const text = (name: keyof typeof OPTIONS) => {
    const found = given[name];
    return typeof found === "string" ? found : null;
  };
  const number = (name: keyof typeof OPTIONS) => {
    const found = text(name);
    return found === null ? null : toNumber(name, found);
  };
  const name = text("plan");
  if (name === null) {
    throw new InputError(`Found no --plan, expected --plan ${OPTIONS.plan.value}; see --help.`);
  }
  const plan = { coarse, fine }[toChoice("plan", name, ["coarse", "fine"])];
  const config: SearchConfig = {
    plan: limitTrials(plan, number("trials") ?? countTrials(plan)),
    settings: { ...searchSettings, epochs: number("epochs") ?? searchSettings.epochs },
    seed: number("seed") ?? networkSeed,
    data: toChoice("data", text("data") ?? "10k", ["10k", "49k"]),
    limit: number("limit"),
    backend: text("backend"),
    journal: text("journal"),
    requireCifar10: given["require-cifar10"] === true,
  };
  return { config, json: given.json === true };
}
