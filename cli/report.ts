/**
 * `deno task report`: execute the notebooks and export them as pages.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { ensureEnvironment } from "../export/python.ts";
import { GateError, notebookNames, report } from "../export/report.ts";
import { InputError } from "../src/errors.ts";
import { fetchCifar10 } from "../src/fetch.ts";
import { findDirectory } from "../src/locate.ts";
import { duration } from "../src/notebook/progress.ts";
import { lineOf } from "./command.ts";
import { fetchProgress } from "./fetch_progress.ts";
import { statusLine } from "./status_line.ts";

const USAGE = "deno task report [NOTEBOOK...] [--update | --saved] [--require-cifar10]";

try {
  await main(Deno.args);
} catch (error) {
  const line = error instanceof GateError ? error.message : lineOf(error);
  if (line === null) throw error;
  console.error(line);
  Deno.exit(error instanceof GateError ? 1 : 2);
}

async function main(args: string[]): Promise<void> {
  const options = parseArgs(args, {
    string: ["_"],
    boolean: ["update", "saved", "require-cifar10", "help"],
    unknown: (option: string, key?: string) => {
      if (key === undefined) return true;
      throw new InputError(`Found the unknown option ${option}, expected ${USAGE}.`);
    },
  });
  if (options.help) return console.log(USAGE);
  if (options.saved && options.update) {
    throw new InputError(
      "Found --saved and --update, expected one of them: what was saved is kept.",
    );
  }
  const root = Deno.realPathSync(new URL("..", import.meta.url));
  const source = `${root}/notebooks`;
  const names = await notebookNames(source, options._.map(String));
  const environment = await ensureEnvironment(root, console.error);
  if (!options.saved) await ensureImages(root, options["require-cifar10"]);
  const status = statusLine();
  try {
    const pages = await report({
      environment,
      source,
      target: `${root}/report`,
      names,
      update: options.update,
      saved: options.saved,
      requireCifar10: options["require-cifar10"],
      onEvent: status.show,
    });
    status.clear();
    for (const { path, seconds, bytes } of pages) {
      const place = path.slice(root.length + 1);
      const time = options.saved ? "as saved" : duration(seconds!);
      console.log(`${place}  ${time}  ${(bytes / 1e6).toFixed(2)} MB`);
    }
  } finally {
    status.clear();
  }
}

/** Has the images at hand before a kernel wants them: a kernel cannot show a download. */
async function ensureImages(root: string, required: boolean): Promise<void> {
  if (findDirectory({ root }) !== null) return;
  try {
    await fetchCifar10({ target: `${root}/data`, onProgress: fetchProgress() });
  } catch (error) {
    if (required || !(error instanceof InputError)) throw error;
    console.error(`${error.message} The pages will use the synthetic stand-in, and say so.`);
  }
}
