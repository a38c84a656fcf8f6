/** What the fault cases share: a limit of time, and commands run as processes of their own. */

import { assertEquals, assertMatch } from "@std/assert";

/** The checkout. */
export const root = Deno.realPathSync(new URL("../..", import.meta.url));

/** A fault in a directory of its own, which is removed afterwards; the case fails when it hangs. */
export function fault(
  name: string,
  body: (directory: string) => Promise<void> | void,
  { seconds = 60, ignore = false } = {},
): void {
  Deno.test({
    name: `fault: ${name}`,
    ignore,
    fn: async () => {
      const directory = await Deno.makeTempDir({ prefix: "klayer-fault-" });
      try {
        await within(seconds, async () => await body(directory));
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  });
}

async function within(seconds: number, body: () => Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it hangs: ${seconds} s`)), 1000 * seconds);
  try {
    await Promise.race([body(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A process that has ended. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is started. */
export interface Start {
  /** A shell script that does the fault; `"$@"` in it is the program. */
  readonly shell?: string;
  readonly env?: Record<string, string>;
  /** Variables that the program shall not have. */
  readonly unset?: readonly string[];
  /** After which it is killed. */
  readonly seconds?: number;
}

/** Starts a Deno program of this project, given by its path from the root. */
export function spawn(args: readonly string[], start: Start = {}): Deno.ChildProcess {
  const { shell = '"$@"', env = {}, unset = [], seconds = 60 } = start;
  const program = [Deno.execPath(), "run", "--quiet", "--no-prompt", ...PERMISSIONS, ...args];
  const variables: Record<string, string> = { ...Deno.env.toObject(), NO_COLOR: "1", ...env };
  for (const name of unset) delete variables[name];
  return new Deno.Command("/bin/sh", {
    args: ["-c", shell === '"$@"' ? 'exec "$@"' : shell, "sh", ...program],
    cwd: root,
    env: variables,
    clearEnv: true,
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(1000 * seconds),
  }).spawn();
}

const PERMISSIONS = [
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-ffi"],
  ...["--allow-sys", "--allow-net=127.0.0.1"],
];

/** What a process said and how it ended. */
export async function ended(child: Deno.ChildProcess): Promise<Ended> {
  const { code, signal, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, signal, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a program to its end. */
export function run(args: readonly string[], start?: Start): Promise<Ended> {
  return ended(spawn(args, start));
}

/** Asserts that a command ended as on bad input: one line, which says this, and exit code 2. */
export function assertRefused({ code, stderr }: Ended, message: RegExp): void {
  assertEquals(code, 2, stderr);
  const lines = stderr.trimEnd().split("\n");
  assertMatch(lines.at(-1)!, message);
  assertNoTrace(stderr);
}

/** Asserts that nothing looks like a stack trace. */
export function assertNoTrace(stderr: string): void {
  assertEquals(/^\s+at |Uncaught|panicked/m.test(stderr), false, stderr);
}
