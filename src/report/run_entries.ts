/**
 * The settings of a run in a JSON object, checked.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import type { RunConfig, RunEntries } from "./run_config.ts";

/** What each setting is: a list of numbers, a flag, a number, a text, or one of several words. */
const KINDS: { readonly [name in keyof RunConfig]: string | readonly string[] } = {
  hidden: "numbers",
  batchNorm: "flag",
  eta: "number",
  lambda: "number",
  epochs: "number",
  batchSize: "number",
  momentum: "number",
  etaDecay: "number",
  data: ["10k", "49k"],
  limit: "number",
  init: ["plain", "he"],
  heDraw: "number",
  seed: "number",
  protocol: ["report", "standard"],
  backend: "text",
  threads: "number",
  requireCifar10: "flag",
};

const NAMES = Object.keys(KINDS) as (keyof RunConfig)[];

/** What a value of a kind looks like. */
const EXPECTED: Record<string, string> = {
  numbers: "a list of numbers, such as [50, 30]",
  flag: "true or false",
  number: "a number",
  text: "a text in quotes",
};

/**
 * The settings in a JSON object: its own entries, or those of its entry `config`, as the JSON of a run
 * has it. A name may be spelt as the flag of the command line, `batch-norm` for `batchNorm`; null says
 * nothing.
 *
 * @param source what to call the object in an error
 * @throws {InputError} for an unknown name, a name that comes twice, or a value of another type
 *
 * @example
 * ```ts
 * import { readEntries } from "klayer/report/run_entries.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const entries = { hidden: [50], "batch-norm": true, limit: null };
 * assertEquals(readEntries(entries, "a.json"), { hidden: [50], batchNorm: true });
 * assertEquals(readEntries({ config: entries }, "a.json"), { hidden: [50], batchNorm: true });
 * ```
 */
export function readEntries(found: unknown, source: string): RunEntries {
  if (!isObject(found)) {
    throw new InputError(
      `Found no JSON object in ${source}, expected one such as {"hidden": [50, 30], "eta": 0.01}.`,
    );
  }
  const given = isObject(found.config) ? found.config : found;
  const entries: Record<string, unknown> = {};
  for (const [spelt, value] of Object.entries(given)) {
    const name = NAMES.find((name) => name === spelt || flagOf(name) === spelt);
    if (name === undefined) {
      throw new InputError(
        `Found ${JSON.stringify(spelt)} in ${source}, expected only: ${
          NAMES.map(flagOf).join(" ")
        }.`,
      );
    }
    if (Object.hasOwn(entries, name)) {
      throw new InputError(`Found ${name} twice in ${source}, expected one: leave one out.`);
    }
    if (value === null) continue;
    if (!fits(value, KINDS[name])) throw badEntry(name, value, source);
    entries[name] = value;
  }
  return entries;
}

/** A setting's flag on the command line: `batch-norm` for `batchNorm`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function fits(value: unknown, kind: string | readonly string[]): boolean {
  switch (kind) {
    case "numbers":
      return Array.isArray(value) && value.every((part) => typeof part === "number");
    case "flag":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    case "text":
      return typeof value === "string";
    default:
      return kind.includes(value as string);
  }
}

function badEntry(name: keyof RunConfig, value: unknown, source: string): InputError {
  const kind = KINDS[name];
  const expected = typeof kind === "string" ? EXPECTED[kind] : `one of: ${kind.join(", ")}`;
  const text = JSON.stringify(value);
  const shown = text.length > 60 ? `${text.slice(0, 60)} ...` : text;
  return new InputError(`Found ${name} = ${shown} in ${source}, expected ${expected}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
