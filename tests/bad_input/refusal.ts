/** What the suite of bad input shares. */

import { assert, assertEquals } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { lineOf } from "../../cli/command.ts";

/** Whether a text matches, or is in it. */
export type Words = RegExp | string;

/** Asserts that an error is one that the command line shows as one short line with these words. */
export function assertRefusal(error: unknown, words: Words): void {
  assert(error instanceof InputError, `not an InputError: ${Deno.inspect(error)}`);
  const line = lineOf(error)!;
  assertEquals(/\p{Cc}/u.test(line), false, line);
  assert(line.length < 1500, `${line.length} characters: ${line.slice(0, 300)}`);
  const isThere = typeof words === "string" ? line.includes(words) : words.test(line);
  assert(isThere, `${line} has not ${words}`);
}

/** Asserts that `body` refuses its input so. */
export async function assertRefuses(body: () => unknown, words: Words): Promise<void> {
  let found: unknown;
  try {
    found = await body();
  } catch (error) {
    return assertRefusal(error, words);
  }
  throw new Error(`nothing was refused: ${Deno.inspect(found).slice(0, 300)}`);
}

/** A test for each case: what is bad, the input, and the words by which it is named. */
export function refused<Input>(
  what: string,
  cases: readonly (readonly [name: string, input: Input, words: Words])[],
  read: (input: Input) => unknown,
): void {
  assertEquals(new Set(cases.map(([name]) => name)).size, cases.length, "a name comes twice");
  for (const [name, input, words] of cases) {
    Deno.test(`${what} refused: ${name}`, () => assertRefuses(() => read(input), words));
  }
}

/** The result, or the refusal; any other error is thrown. */
export async function readOrRefusal<Result>(read: () => Result): Promise<Awaited<Result> | null> {
  try {
    return await read();
  } catch (error) {
    assertRefusal(error, "");
    return null;
  }
}
