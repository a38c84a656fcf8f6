/**
 * The peak memory of programs, seen from outside.
 *
 * @module
 */

import { NUMPY, steppers, type Tools } from "./contestants.ts";
import type { Program } from "./peer.ts";

const root = Deno.realPathSync(new URL("..", import.meta.url));

/**
 * In bytes, by program: klayer's whole command, which holds the validation and test images too, and
 * of the peers the training alone.
 */
export async function peaks(
  tools: Tools,
  quick: boolean,
): Promise<{ name: string; bytes: number }[]> {
  const task = quick ? "batch-norm:590:50:1000 1\n" : "batch-norm 20\n";
  const peers = steppers(tools, tools.threads[0]).filter(({ name }) => !name.startsWith("klayer"));
  const found = [{ name: "klayer, deno task train", bytes: await peakOf(tools, train(quick), "") }];
  for (const { name, program } of peers) {
    found.push({
      name: name === NUMPY ? "NumPy, training only" : `${name}, training only`,
      bytes: await peakOf(tools, program, task),
    });
  }
  return found;
}

function train(quick: boolean): Program {
  const permissions = ["--quiet", "--no-prompt", "--allow-read", "--allow-env", "--allow-ffi"];
  const options = ["--hidden", "50,30", "--eta", "0.01", "--epochs", "1", "--protocol", "report"];
  const data = quick ? ["--data", "10k", "--limit", "300"] : ["--data", "49k"];
  return {
    command: Deno.execPath(),
    args: ["run", ...permissions, `${root}/cli/train.ts`, ...options, ...data, "--batch-norm"],
  };
}

async function peakOf({ python }: Tools, program: Program, input: string): Promise<number> {
  const { command, args, env = {} } = program;
  const child = new Deno.Command(python, {
    args: [`${root}/bench/peak_memory.py`, command, ...args],
    env: { ...env },
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (success) return Number(new TextDecoder().decode(stdout));
  const complaint = new TextDecoder().decode(stderr).trim();
  throw new Error(`${command} ${args.join(" ")} failed: ${complaint}`);
}
