/**
 * Executing a notebook in a fresh kernel.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import { type Notebook, readNotebook } from "./ipynb.ts";
import { jupyterVariables } from "./jupyter_files.ts";
import type { Environment } from "./python.ts";

/** What the runner tells while it runs; cells count from 1. */
export type RunEvent =
  | { readonly event: "start"; readonly cell: number }
  | { readonly event: "line"; readonly cell: number; readonly line: string }
  | { readonly event: "fail"; readonly cell: number; readonly reason: string }
  | { readonly event: "end"; readonly cell: number; readonly seconds: number };

/** A notebook after execution. */
export interface Execution {
  readonly notebook: Notebook;
  /** The cell that stopped the execution, if one did, and why. */
  readonly failed: { readonly cell: number; readonly reason: string } | null;
  readonly seconds: number;
}

/** How `execute` runs a notebook. */
export interface ExecuteOptions {
  /**
   * Working directory of the kernel: the notebook's own directory unless given. JupyterLab and VS
   * Code start kernels there, too, and Deno looks for deno.json, with the alias "klayer/", from the
   * working directory upwards. So one import works in all three.
   */
  readonly directory?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Execute the notebook at `path`; the file itself stays as it is. */
export async function execute(
  environment: Environment,
  path: string,
  options: ExecuteOptions = {},
): Promise<Execution> {
  await readNotebook(path);
  const { directory = path.replace(/[^/\\]*$/, "") || ".", variables, onEvent } = options;
  const temporary = await Deno.makeTempDir({ dir: environment.directory, prefix: "klayer-" });
  const result = `${temporary}/executed.ipynb`;
  const started = performance.now();
  const runner = new Deno.Command(environment.python, {
    args: [`${import.meta.dirname}/run_notebook.py`, path, result, directory],
    env: { ...jupyterVariables(environment.directory), ...variables },
    // Never written to: the runner ends when it is closed, whatever has ended this process.
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  try {
    let failed: Execution["failed"] = null;
    const errors = new Response(runner.stderr).text();
    for await (const event of eventsOf(runner.stdout)) {
      if (event.event === "fail") failed = event;
      onEvent?.(event);
    }
    const { success, code, signal } = await runner.status;
    const reason = (await errors).trim().split("\n").at(-1) || signal || `exit code ${code}`;
    if (!success) throw brokeDown(path, reason);
    const seconds = (performance.now() - started) / 1000;
    return { notebook: await readNotebook(result), failed, seconds };
  } finally {
    await runner.stdin.close().catch(() => {});
    await Deno.remove(temporary, { recursive: true });
  }
}

function brokeDown(path: string, reason: string): InputError {
  return new InputError(
    `Found that the notebook runner broke down on ${path} (${reason}), expected it to reach the ` +
      "end; run it again, with more free memory or disk.",
  );
}

async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<RunEvent> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) yield JSON.parse(line);
  }
}
