/**
 * The Python side of the export: a virtual environment inside the project, with pinned tools.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import { findPython, type Variables } from "./interpreter.ts";
import { writeJupyterFiles } from "./jupyter_files.ts";

/** The files of the virtual environment that the other modules need. */
export interface Environment {
  /** The checkout. */
  readonly root: string;
  /** The virtual environment. */
  readonly directory: string;
  /** Its interpreter. */
  readonly python: string;
}

/**
 * Name the parts of the virtual environment of a checkout, whether it exists or not.
 *
 * @example
 * ```ts
 * import { environmentAt } from "../export/python.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(environmentAt("/project", "linux").python, "/project/.venv/bin/python");
 * ```
 */
export function environmentAt(root: string, os: string = Deno.build.os): Environment {
  const directory = `${root}/.venv`;
  const python = os === "windows" ? "Scripts/python.exe" : "bin/python";
  return { root, directory, python: `${directory}/${python}` };
}

/**
 * Make the virtual environment of `root`, or repair it, or find within milliseconds that it is
 * complete. `say` is told, once, when it takes longer; `env` are environment variables for Python and
 * pip. Throws `InputError` when Python is missing,
 * too old or without its venv module, and when the packages cannot be installed.
 */
export async function ensureEnvironment(
  root: string,
  say: (line: string) => void,
  env: Variables = {},
): Promise<Environment> {
  const environment = environmentAt(root);
  const stamp = await stampOf(root);
  if (!await isComplete(environment, stamp)) {
    // Two commands started at the same time must not both build.
    using lock = await Deno.open(`${root}/.venv.lock`, { create: true, write: true });
    await lock.lock(true);
    if (!await isComplete(environment, stamp)) {
      say("Setting up the Python tools in .venv (once; this takes about a minute) ...");
      await build(environment, stamp, env);
    }
  }
  await writeJupyterFiles(environment.directory);
  return environment;
}

/** What the environment was made from; the path too, because an environment cannot be moved. */
async function stampOf(root: string): Promise<string> {
  const files = ["requirements.txt", "constraints.txt"];
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${root}/${file}`)));
  const bytes = new TextEncoder().encode([root, ...texts].join("\0"));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

async function isComplete({ root, directory, python }: Environment, stamp: string) {
  try {
    if (await Deno.readTextFile(`${directory}/klayer-stamp`) !== stamp) return false;
    await Deno.stat(python);
    const wanted = [...(await Deno.readTextFile(`${root}/requirements.txt`))
      .matchAll(/^([\w.-]+)==(\S+)$/gm)].map(([, name, version]) => distribution(name, version));
    const installed = new Set(await installedDistributions(directory));
    return wanted.every((name) => installed.has(name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function installedDistributions(directory: string): Promise<string[]> {
  const libraries = [`${directory}/Lib/site-packages`];
  if (Deno.build.os !== "windows") {
    libraries.pop();
    for await (const { name } of Deno.readDir(`${directory}/lib`)) {
      libraries.push(`${directory}/lib/${name}/site-packages`);
    }
  }
  const names: string[] = [];
  for (const library of libraries) {
    for await (const { name } of Deno.readDir(library)) {
      const match = name.match(/^(.+)-([^-]+)\.dist-info$/);
      if (match) names.push(distribution(match[1], match[2]));
    }
  }
  return names;
}

/** A package and its version, spelt one way: pip, PyPI and the file system disagree on "-" and "_". */
function distribution(name: string, version: string): string {
  return `${name.toLowerCase().replaceAll(/[-_.]+/g, "-")} ${version}`;
}

async function build(
  { root, directory, python }: Environment,
  stamp: string,
  env: Variables,
): Promise<void> {
  await refuseLink(directory);
  const interpreter = await findPython(env);
  const options = { cwd: root, env };
  await must(interpreter, ["-m", "venv", directory, "--clear"], options);
  // deno-fmt-ignore
  await must(python, [
    "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
    "--prefer-binary", "-r", "requirements.txt",
  ], options);
  await Deno.writeTextFile(`${directory}/klayer-stamp`, stamp);
}

/** What a link leads to is somebody else's environment, which venv would empty. */
async function refuseLink(directory: string): Promise<void> {
  const found = await Deno.lstat(directory).catch(() => null);
  if (!found?.isSymlink) return;
  throw new InputError(
    `Found that ${directory} is a link, expected a folder or nothing: an environment works in its own ` +
      "place only. Remove the link and run this again.",
  );
}

async function must(
  command: string,
  args: string[],
  options: { readonly cwd: string; readonly env: Variables },
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, ...options })
    .output();
  if (success) return;
  const decoder = new TextDecoder();
  const lines = (decoder.decode(stdout) + "\n" + decoder.decode(stderr)).split("\n")
    .map((line) => line.trim()).filter((line) => line !== "");
  const errors = lines.filter((line) => line.startsWith("ERROR:"));
  const reason = errors.findLast((line) => !line.includes("ResolutionImpossible")) ??
    lines.at(-1) ?? "no reason given";
  throw new InputError(
    `Could not set up the Python tools (${command} ${args.slice(0, 3).join(" ")}): ` +
      `${reason.replace(/\.$/, "")}. Check the network and the free space and run this again.`,
  );
}
