/**
 * `deno task compare`: saved runs beside each other, as a table, a page or JSON.
 *
 * @module
 */

import { writeAtomic } from "klayer/atomic_write.ts";
import { compareRuns } from "klayer/compare_runs.ts";
import { InputError } from "klayer/errors.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { DISPLAY } from "klayer/notebook/jupyter.ts";
import { readRun } from "klayer/saved_run.ts";
import { comparisonPage, comparisonTable } from "../export/compare_page.ts";
import { partArguments, printResult, readOptions, runCommand } from "./command.ts";

const USAGE = `deno task compare FOLDER FOLDER ... [options]

Runs that \`deno task train --save FOLDER\` has kept, beside each other: the settings that differ, costs
and accuracies. A run may still be going on.`;

const OPTIONS = {
  "page": { value: "FILE", help: "also write a page with their curves, such as runs/compare.html" },
  "json": { help: "print one JSON object on standard output and nothing else" },
};

async function main(): Promise<void> {
  const { names, options } = partArguments(Deno.args, OPTIONS);
  const given = readOptions(options, USAGE, OPTIONS);
  if (names.length < 2) {
    throw new InputError(
      `Found ${names.length} folders, expected two saved runs or more: ` +
        "deno task compare runs/first runs/bn.",
    );
  }
  const runs = names.map((folder) => readRun(folder, referenceKernels()));
  const found = compareRuns(runs);
  if (typeof given.page === "string") {
    if (!given.page.endsWith(".html")) {
      throw new InputError(`Found --page ${given.page}, expected a name that ends with .html.`);
    }
    writeAtomic(given.page, await comparisonPage(runs, found));
  }
  if (given.json) {
    const histories = runs.map(({ folder, config, state }) => ({
      folder,
      config,
      ...state.history,
    }));
    printResult(JSON.stringify({ ...found, runs: histories }));
    return;
  }
  for (const remark of found.remarks) console.log(remark);
  printResult(String(comparisonTable(found)[DISPLAY]()["text/plain"]));
}

await runCommand(main);
