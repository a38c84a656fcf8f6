/**
 * Notebooks to pages: execute, pass the gate, convert, and put the pages in place together.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";
import { convert } from "./convert.ts";
import { execute, type Execution, type RunEvent } from "./execute.ts";
import { factsOf, notCifar10, told } from "./facts.ts";
import { flawLine, flaws, formulaFlaws } from "./gate.ts";
import { notebookText } from "./ipynb.ts";
import { indexPage, page, titleOf } from "./page.ts";
import type { Environment } from "./python.ts";
import { requests } from "./requests.ts";

/** What `report` does. */
export interface ReportOptions {
  readonly environment: Environment;
  /** The directory that holds the notebooks. */
  readonly source: string;
  /** The directory that the pages go to. */
  readonly target: string;
  /** Names such as "02-three-layers", from `notebookNames`. */
  readonly names: readonly string[];
  /** Write the executed notebooks back to where they came from. */
  readonly update?: boolean;
  /** A notebook that used anything but the official CIFAR-10 files is a failure. */
  readonly requireCifar10?: boolean;
  readonly onEvent?: (name: string, event: RunEvent) => void;
}

/** A page that was made. */
export interface Page {
  readonly path: string;
  /** Of the execution. */
  readonly seconds: number;
  readonly bytes: number;
}

/** Raised when notebooks do not pass the gate; `lines` names each flaw with notebook and cell. */
export class GateError extends Error {
  override name = "GateError";
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}

/** The names of all notebooks in a directory, sorted, or of those asked for, as given or as paths. */
export async function notebookNames(
  source: string,
  wanted: readonly string[] = [],
): Promise<string[]> {
  const all: string[] = [];
  for await (const { name, isFile } of Deno.readDir(source)) {
    if (isFile && name.endsWith(".ipynb")) all.push(name.slice(0, -6));
  }
  all.sort();
  if (all.length === 0) throw new InputError(`Found no notebook (*.ipynb) in ${source}.`);
  if (wanted.length === 0) return all;
  return wanted.map((text) => {
    const name = text.replace(/^.*[/\\]/, "").replace(/\.ipynb$/, "");
    // "02" is enough for "02-three-layers".
    const found = all.find((each) => each === name) ??
      all.find((each) => each.startsWith(`${name}-`));
    if (found !== undefined) return found;
    throw new InputError(
      `Found no notebook "${text}", expected one of: ${all.join(", ")}.`,
    );
  });
}

/**
 * Execute the notebooks and replace their pages. Throws `GateError`, and leaves the last good pages
 * and notebooks as they are, when any of them has a flaw.
 */
export async function report(options: ReportOptions): Promise<Page[]> {
  const executed = await Deno.makeTempDir({ prefix: "klayer-executed-" });
  try {
    return await reportWith(executed, options);
  } finally {
    await Deno.remove(executed, { recursive: true });
  }
}

/** As `report`; the executed notebooks are kept in a directory, where the overview reads them. */
async function reportWith(executed: string, options: ReportOptions): Promise<Page[]> {
  const { environment, source, target, requireCifar10 = false } = options;
  const names = overviewLast(options.names);
  const date = new Date();
  const executions: Execution[] = [];
  const complaints: string[] = [];
  for (const name of names) {
    const execution = await execute(environment, `${source}/${name}.ipynb`, {
      variables: {
        KLAYER_EXECUTED: executed,
        ...requireCifar10 && { KLAYER_REQUIRE_CIFAR10: "1" },
      },
      onEvent: (event) => options.onEvent?.(name, event),
    });
    executions.push(execution);
    await Deno.writeTextFile(`${executed}/${name}.ipynb`, notebookText(execution.notebook));
    const found = [...flaws(execution), ...formulaFlaws(execution.notebook)];
    complaints.push(...found.map((flaw) => flawLine(name, flaw)));
    const foreign = requireCifar10 ? notCifar10(factsOf(told(execution.notebook))) : null;
    if (foreign !== null) complaints.push(`${name}: ${foreign}; CIFAR-10 itself is required`);
  }
  if (complaints.length > 0) throw new GateError(complaints);

  const commit = await commitOf(environment.root);
  const klayer = await versionOf(environment.root);
  const converted = await convert(environment, executions.map(({ notebook }) => notebook));
  const pages = await Promise.all(
    executions.map(({ notebook, seconds }, index) =>
      page(converted[index], told(notebook), { name: names[index], seconds, date, commit, klayer })
    ),
  );
  for (const [index, html] of pages.entries()) {
    const [first] = requests(html);
    if (first !== undefined) {
      complaints.push(`${names[index]}: the page would need the network or a script: ${first}`);
    }
  }
  if (complaints.length > 0) throw new GateError(complaints);

  await putInPlace(target, names.map((name, index) => [`${name}.html`, pages[index]]));
  if (options.update) {
    const files = executions.map(({ notebook }, index) =>
      [`${names[index]}.ipynb`, notebookText(notebook)] as const
    );
    await putInPlace(source, files);
  }
  await putInPlace(target, [["index.html", await index(target)]]);
  return pages.map((html, index) => ({
    path: `${target}/${names[index]}.html`,
    seconds: executions[index].seconds,
    bytes: new TextEncoder().encode(html).length,
  }));
}

/** The overview, number 00, tells what the other notebooks have found. */
function overviewLast(names: readonly string[]): string[] {
  const isOverview = (name: string) => name.startsWith("00-");
  return [...names.filter((name) => !isOverview(name)), ...names.filter(isOverview)];
}

/** Write all files beside their places first, then rename: no reader ever sees half a file. */
async function putInPlace(
  directory: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const temporary = await Deno.makeTempDir({ dir: directory, prefix: ".new-" });
  try {
    for (const [name, text] of files) await Deno.writeTextFile(`${temporary}/${name}`, text);
    for (const [name] of files) await Deno.rename(`${temporary}/${name}`, `${directory}/${name}`);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function index(target: string): Promise<string> {
  const pages: { name: string; title: string }[] = [];
  for await (const { name } of Deno.readDir(target)) {
    if (!name.endsWith(".html") || name === "index.html") continue;
    const title = titleOf(await Deno.readTextFile(`${target}/${name}`)) ?? name;
    pages.push({ name: name.slice(0, -5), title });
  }
  return await indexPage(pages.sort((a, b) => a.name < b.name ? -1 : 1));
}

async function commitOf(root: string): Promise<string | undefined> {
  const git = async (...args: string[]) => {
    const { success, stdout } = await new Deno.Command("git", { args, cwd: root }).output();
    if (!success) throw new Error("not a checkout");
    return new TextDecoder().decode(stdout).trim();
  };
  try {
    const hash = await git("rev-parse", "--short=12", "HEAD");
    const changed = await git("status", "--porcelain", "--untracked-files=no");
    return changed === "" ? hash : `${hash}, with changes`;
  } catch {
    return undefined;
  }
}

async function versionOf(root: string): Promise<string | undefined> {
  return JSON.parse(await Deno.readTextFile(`${root}/deno.json`)).version;
}
