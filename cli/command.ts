/**
 * What every command does alike: read its options, and end with one line and exit code 2 on bad input.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { InputError } from "klayer/errors.ts";

/** One option of a command: `--name` with a value, or a flag without. */
export interface Option {
  /** What the value is called in the help text; none for a flag. */
  readonly value?: string;
  readonly help: string;
}

/** What was typed: a text for each option given, true for each flag given. */
export type Given<Name extends string> = { readonly [name in Name]?: string | true };

/**
 * Runs a command; an `InputError`, and what the system refuses, becomes one line on standard error and
 * exit code 2.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const line = lineOf(error);
    if (line === null) throw error;
    console.error(`error: ${line}`);
    Deno.exit(2);
  }
}

/**
 * What to say of an error that a user can do something about, on one line and without control
 * characters, whatever was typed or read; null for any other error.
 */
export function lineOf(error: unknown): string | null {
  if (error instanceof InputError) return plain(error.message);
  if (!(error instanceof Error)) return null;
  const isSystems = error instanceof Deno.errors.NotCapable ||
    / \(os error \d+\)/.test(error.message);
  return isSystems
    ? plain(`The system refused: ${error.message}; put that right and try again.`)
    : null;
}

function plain(text: string): string {
  const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return shortened(text.trim()).replaceAll(/[\p{Cc}\u2028\u2029]/gu, escaped);
}

/** The beginning and the end of a text that is too long to be read. */
function shortened(text: string): string {
  return text.length > 1000 ? `${text.slice(0, 500)} ... ${text.slice(-300)}` : text;
}

/**
 * Prints what a command has computed. Where standard output cannot take it, such as a file on a full
 * disk, it goes to standard error rather than nowhere.
 *
 * @throws {InputError} then
 */
export function printResult(text: string): void {
  try {
    console.log(text);
  } catch (error) {
    console.error(text);
    const { message } = error as Error;
    throw new InputError(
      `Found that standard output takes nothing (${message}), expected room for the result; ` +
        "it stands above, on standard error.",
    );
  }
}

/** Prints a line on the way; where standard output cannot take it, the work goes on all the same. */
export function printProgress(line: string): void {
  try {
    console.log(line);
  } catch {
    // The result will say so: see printResult.
  }
}

/**
 * Reads the options of a command. `--help` prints them and ends the process.
 *
 * @throws {InputError} for an option that the command does not have or whose value is missing
 */
export function readOptions<Name extends string>(
  args: readonly string[],
  usage: string,
  options: Readonly<Record<Name, Option>>,
): Given<Name> {
  const names = Object.keys(options) as Name[];
  const isFlag = (name: Name) => options[name].value === undefined;
  checkFlags(args, ["help", ...names.filter(isFlag)]);
  const parsed = parseArgs(joinValues(args, names.filter((name) => !isFlag(name))), {
    string: names.filter((name) => !isFlag(name)),
    boolean: ["help", ...names.filter(isFlag)],
    unknown: (argument: string) => {
      const known = ["help", ...names].map((name) => `--${name}`).join(" ");
      throw new InputError(`Found "${argument}", expected only: ${known}.`);
    },
  });
  if (parsed.help) {
    console.log(helpText(usage, options));
    Deno.exit(0);
  }
  const given: { [name in Name]?: string | true } = {};
  for (const name of names) {
    const found = parsed[name];
    if (found === undefined || found === false) continue;
    if (found === "") {
      throw new InputError(
        `Found --${name} without a value, expected --${name} ${options[name].value}.`,
      );
    }
    given[name] = found;
  }
  return given;
}

/**
 * Parts what was typed into names, such as those of files, and options with their values. A lone
 * "--" ends the options.
 */
export function partArguments<Name extends string>(
  args: readonly string[],
  options: Readonly<Record<Name, Option>>,
): { names: string[]; options: string[] } {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const names = (Object.keys(options) as Name[]).filter((name) => options[name].value);
  const joined = joinValues(args.slice(0, end), names);
  return {
    names: [...joined.filter((text) => !text.startsWith("-")), ...args.slice(end + 1)],
    options: joined.filter((text) => text.startsWith("-")),
  };
}

/** Refuses what the parser would pass over: a flag with a value, such as --json=no, and a bare --. */
function checkFlags(args: readonly string[], flags: readonly string[]): void {
  for (const argument of args) {
    if (argument === "--") throw new InputError('Found "--", expected only options; leave it out.');
    const flag = flags.find((name) => argument.startsWith(`--${name}=`));
    if (flag === undefined) continue;
    throw new InputError(`Found ${argument}, expected --${flag} without a value, or nothing.`);
  }
}

/** "--seed", "-1" as "--seed=-1", which is not taken for an option of the name 1. */
function joinValues(args: readonly string[], names: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const before = joined.at(-1);
    const isValue = names.some((name) => before === `--${name}`) && !argument.startsWith("--");
    if (isValue) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}

function helpText(usage: string, options: Readonly<Record<string, Option>>): string {
  const left = Object.entries(options).map(([name, { value = "" }]) => `--${name} ${value}`);
  const width = Math.max(...left.map((text) => text.length));
  const lines = Object.values(options).map(({ help }, i) => `  ${left[i].padEnd(width)}  ${help}`);
  return [usage, "", ...lines].join("\n");
}

/**
 * The number that was typed for an option; `NaN` only where it was typed so.
 *
 * @throws {InputError} for a text that is no number
 */
export function toNumber(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === "" || (Number.isNaN(number) && text.trim() !== "NaN")) {
    throw new InputError(`Found --${name} ${text}, expected a number.`);
  }
  return number;
}

/**
 * The one of several words that was typed for an option.
 *
 * @throws {InputError} for any other word
 */
export function toChoice<Word extends string>(
  name: string,
  text: string,
  choices: readonly Word[],
): Word {
  const word = choices.find((choice) => choice === text);
  if (word === undefined) {
    throw new InputError(`Found --${name} ${text}, expected one of: ${choices.join(", ")}.`);
  }
  return word;
}
