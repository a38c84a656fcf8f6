/**
 * The settings of a run as plain data, with every default filled in: what a command line and a JSON file
 * can say, and what the JSON of a run says.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import type { TrainOptions } from "../run.ts";
import { type RunSpec, trainOptions } from "./spec.ts";

/** The settings of a run; null where nothing is said. */
export interface RunConfig extends Required<Omit<RunSpec, "heDraw" | "recordTraining">> {
  /** Which He draw of the report's stream; null for every other initialisation. */
  readonly heDraw: number | null;
  readonly data: "10k" | "49k";
  /** Keep the first so many training and validation samples. */
  readonly limit: number | null;
  readonly backend: string | null;
  readonly threads: number | null;
  readonly requireCifar10: boolean;
}

/** Some settings of a run, of the right types. */
export type RunEntries = Partial<RunConfig>;

/**
 * All settings of a run, with the defaults of the command line for those that are not given.
 *
 * @throws {InputError} where one is missing or does not go with another; numbers are `checkOptions`'
 *
 * @example
 * ```ts
 * import { fillConfig } from "klayer/report/run_config.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { seed, init } = fillConfig({ hidden: [50], eta: 0.01, epochs: 10 });
 * assertEquals([seed, init], [400, "he"]);
 * ```
 */
export function fillConfig(entries: RunEntries): RunConfig {
  const { protocol = "standard" } = entries;
  const init = entries.init ?? (protocol === "report" ? "plain" : "he");
  return {
    hidden: required(entries, "hidden", "50,30", "[50, 30]"),
    batchNorm: entries.batchNorm ?? false,
    eta: required(entries, "eta", "0.01"),
    lambda: entries.lambda ?? 0,
    epochs: required(entries, "epochs", "10"),
    batchSize: entries.batchSize ?? 100,
    momentum: entries.momentum ?? 0.9,
    etaDecay: entries.etaDecay ?? 0.95,
    data: entries.data ?? "10k",
    limit: entries.limit ?? null,
    init,
    heDraw: heDrawOf(entries.heDraw ?? null, init === "he" && protocol === "report"),
    seed: entries.seed ?? 400,
    protocol,
    backend: entries.backend ?? null,
    threads: entries.threads ?? null,
    requireCifar10: entries.requireCifar10 ?? false,
  };
}

/**
 * What `train` takes for a configuration.
 *
 * @example
 * ```ts
 * import { configOptions, fillConfig } from "klayer/report/run_config.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(configOptions(fillConfig({ hidden: [50], eta: 0.01, epochs: 10 })).momentum, 0.9);
 * ```
 */
export function configOptions(config: RunConfig): TrainOptions {
  return trainOptions({ ...config, heDraw: config.heDraw ?? undefined });
}

function heDrawOf(draw: number | null, isDrawn: boolean): number | null {
  if (draw === null) return isDrawn ? 1 : null;
  if (!isDrawn) {
    throw new InputError(
      `Found --he-draw ${draw}, expected it only beside --init he --protocol report.`,
    );
  }
  if (!Number.isInteger(draw) || draw < 1) {
    throw new InputError(`Found --he-draw ${draw}, expected a whole number from 1, such as 3.`);
  }
  return draw;
}

function required<Name extends "hidden" | "eta" | "epochs">(
  entries: RunEntries,
  name: Name,
  example: string,
  json = example,
): RunConfig[Name] {
  const found = entries[name];
  if (found !== undefined) return found as RunConfig[Name];
  throw new InputError(
    `Found no --${name}, expected --${name} ${example} (in a configuration "${name}": ${json}); ` +
      "see --help.",
  );
}
