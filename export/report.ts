/**
 * Notebooks to pages: execute, pass the gate, convert, and put the pages in place together.
 *
 * @module
 */

import { reasonOf } from "../src/reason.ts";
import { InputError } from "../src/errors.ts";
import { commitOf, commitOfFile, versionOf } from "./checkout.ts";
import { convert } from "./convert.ts";
import { execute, type Execution, type RunEvent } from "./execute.ts";
import { factsOf, notCifar10, told } from "./facts.ts";
import { flawLine, flaws, formulaFlaws } from "./gate.ts";
import type { RunFacts } from "./head.ts";
import { type Notebook, notebookText, readNotebook } from "./ipynb.ts";
import { checkPlace, pageFiles, putInPlace } from "./folder.ts";
import { page } from "./page.ts";
import { lostOutputs } from "./lost.ts";
import type { Environment } from "./python.ts";
import { requests } from "./requests.ts";
import { orderFlaws, recordOf, withRecord } from "./saved.ts";
import { isOverview, pageFile } from "./site.ts";

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
  /** Make the pages of the outputs that the notebooks were saved with; execute nothing. */
  readonly saved?: boolean;
  /** A notebook that used anything but the official CIFAR-10 files is a failure. */
  readonly requireCifar10?: boolean;
  readonly onEvent?: (name: string, event: RunEvent) => void;
}

/** A page that was made. */
export interface Page {
  readonly path: string;
  /** Of the execution, where known. */
  readonly seconds?: number;
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
  await checkPlace(options.target);
  if (options.update) await checkPlace(options.source);
  const dir = options.environment.directory;
  const executed = await Deno.makeTempDir({ dir, prefix: "klayer-executed-" });
  try {
    return await reportWith(executed, options);
  } catch (error) {
    if (!(error instanceof UnplacedError)) throw error;
    // What took minutes to compute shall not be lost for want of room.
    const kept = `${dir}/executed-${Date.now()}`;
    await Deno.rename(executed, kept);
    throw new InputError(`${error.message}; the executed notebooks are kept in ${kept}.`);
  } finally {
    await Deno.remove(executed, { recursive: true }).catch(() => {});
  }
}

/** Raised when everything is computed, and cannot be written. */
class UnplacedError extends Error {}

type Files = Parameters<typeof putInPlace>[1];

async function place(directory: string, files: () => Promise<Files>): Promise<void> {
  try {
    await putInPlace(directory, await files());
  } catch (error) {
    throw new UnplacedError(`Could not write to ${directory} (${reasonOf(error)})`);
  }
}

/** A notebook with its outputs, and what is known of the run that made them. */
interface Executed {
  readonly notebook: Notebook;
  readonly facts: RunFacts;
}

/** As `report`; the executed notebooks are kept in a directory, where the overview reads them. */
async function reportWith(executed: string, options: ReportOptions): Promise<Page[]> {
  const { environment, source, target, requireCifar10 = false } = options;
  const names = overviewLast(options.names);
  const notebooks: Executed[] = [];
  const complaints: string[] = [];
  for (const name of names) {
    const path = `${source}/${name}.ipynb`;
    const { lines, ...found } = options.saved
      ? await fromSaved(environment.root, name, path)
      : await fromExecution(executed, name, path, options);
    notebooks.push(found);
    complaints.push(...lines);
    const foreign = requireCifar10 ? notCifar10(factsOf(told(found.notebook))) : null;
    if (foreign !== null) complaints.push(`${name}: ${foreign}; CIFAR-10 itself is required`);
  }
  if (complaints.length > 0) throw new GateError(complaints);

  const converted = await convert(environment, notebooks.map(({ notebook }) => notebook));
  const pages = await Promise.all(
    notebooks.map(({ notebook, facts }, i) => page(converted[i], told(notebook), facts)),
  );
  for (const [i, html] of pages.entries()) {
    const lost = lostOutputs(converted[i], notebooks[i].notebook);
    complaints.push(...lost.map((flaw) => flawLine(names[i], flaw)));
    const [first] = requests(html);
    if (first !== undefined) {
      complaints.push(`${names[i]}: the page would need the network or a script: ${first}`);
    }
  }
  if (complaints.length > 0) throw new GateError(complaints);

  await place(target, () => pageFiles(target, names.map((name, i) => [name, pages[i]])));
  if (options.update) {
    const files = () =>
      Promise.all(notebooks.map(async ({ notebook, facts }) => {
        const { name, seconds, date, commit, klayer } = facts;
        const record = { seconds: seconds!, date: date!.toISOString(), commit, klayer };
        return [`${name}.ipynb`, notebookText(await withRecord(notebook, record))] as const;
      }));
    await place(source, files);
  }
  return await Promise.all(notebooks.map(async ({ facts }, i) => {
    const path = `${target}/${pageFile(names[i])}`;
    return { path, seconds: facts.seconds, bytes: (await Deno.stat(path)).size };
  }));
}

/** Executes a notebook; `lines` says what is wrong with its outputs. */
async function fromExecution(
  executed: string,
  name: string,
  path: string,
  { environment, requireCifar10, onEvent }: ReportOptions,
): Promise<Executed & { lines: string[] }> {
  const date = new Date();
  const [commit, klayer] = await Promise.all([
    commitOf(environment.root),
    versionOf(environment.root),
  ]);
  const execution = await execute(environment, path, {
    variables: {
      KLAYER_EXECUTED: executed,
      ...requireCifar10 && { KLAYER_REQUIRE_CIFAR10: "1" },
    },
    onEvent: (event) => onEvent?.(name, event),
  });
  const { notebook, seconds } = execution;
  await Deno.writeTextFile(`${executed}/${name}.ipynb`, notebookText(notebook));
  const facts = { name, seconds, date, commit, klayer };
  return { notebook, facts, lines: flawLines(name, execution) };
}

/** Takes a notebook with the outputs that it was saved with. */
async function fromSaved(
  root: string,
  name: string,
  path: string,
): Promise<Executed & { lines: string[] }> {
  const notebook = await readNotebook(path);
  const record = await recordOf(notebook);
  const facts: RunFacts = {
    name,
    saved: true,
    ...record
      ? { ...record, date: new Date(record.date) }
      : { commit: await commitOfFile(root, path) },
  };
  const order = orderFlaws(notebook).map((flaw) => flawLine(name, flaw));
  const execution = { notebook, failed: null, seconds: 0 };
  return { notebook, facts, lines: order.length > 0 ? order : flawLines(name, execution) };
}

function flawLines(name: string, execution: Execution): string[] {
  return [...flaws(execution), ...formulaFlaws(execution.notebook)]
    .map((flaw) => flawLine(name, flaw));
}

function overviewLast(names: readonly string[]): string[] {
  return [...names.filter((name) => !isOverview(name)), ...names.filter(isOverview)];
}
