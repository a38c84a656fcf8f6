/**
 * `deno task grade`: grade exported pages item by item; print the sheet and write it as JSON and CSV.
 *
 * @module
 */

import { readPages } from "../export/seal_files.ts";
import { reasonOf } from "../src/reason.ts";
import { InputError } from "klayer/errors.ts";
import { grade, type Sheet } from "klayer/report/grade.ts";
import { sheetCsv, sheetJson } from "klayer/report/grade_files.ts";
import { sheetText } from "klayer/report/grade_text.ts";
import { partArguments, readOptions, runCommand } from "./command.ts";

const USAGE = `deno task grade [PAGE or FOLDER] [options]

Grades the pages of a folder (report, unless given), or one page alone, against what the report
prints. Exit code 0: every required item is there, agrees, and no page was edited after export;
1: not so; 2: there is no page to grade. A page alone is asked for its own items only.`;

const OPTIONS = {
  "json": { help: "print the sheet as JSON; write no file but those named" },
  "json-file": { value: "PATH", help: "where the JSON goes (grade.json beside the pages)" },
  "csv-file": { value: "PATH", help: "where the CSV goes (grade.csv beside the pages)" },
};

async function main(): Promise<void> {
  const { names, options } = partArguments(Deno.args, OPTIONS);
  const given = readOptions(options, USAGE, OPTIONS);
  if (names.length > 1) {
    throw new InputError(`Found ${names.length} paths (${names.join(", ")}), expected one.`);
  }
  const { pages, others, folder, isFolder } = await readPages(names[0] ?? "report");
  const sheet = grade(pages, {
    only: isFolder ? undefined : pages.map(({ name }) => name),
    notices: others,
  });
  const files = [
    [given["json-file"], "grade.json", `${sheetJson(sheet)}\n`],
    [given["csv-file"], "grade.csv", sheetCsv(sheet)],
  ] as const;
  const written: string[] = [];
  for (const [path, name, text] of files) {
    if (path === undefined && given.json) continue;
    written.push(await write(path === undefined ? `${folder}/${name}` : String(path), text));
  }
  console.log(given.json ? sheetJson(sheet) : closing(sheet, written));
  if (!sheet.passed) Deno.exit(1);
}

function closing(sheet: Sheet, written: readonly string[]): string {
  return `${sheetText(sheet)}\nThe sheet is in ${written.join(" and ")}.`;
}

/**
 * Writes a file beside its place first: half a file is never seen, and a link in a stranger's folder
 * is replaced, not followed.
 */
async function write(path: string, text: string): Promise<string> {
  const directory = path.replace(/[^/\\]*$/, "") || ".";
  try {
    const temporary = await Deno.makeTempDir({ dir: directory, prefix: ".grade-" });
    try {
      await Deno.writeTextFile(`${temporary}/sheet`, text);
      await Deno.rename(`${temporary}/sheet`, path);
    } finally {
      await Deno.remove(temporary, { recursive: true });
    }
  } catch (error) {
    const reason = reasonOf(error);
    throw new InputError(
      `Cannot write ${path} (${reason}): name another place with --json-file and --csv-file.`,
    );
  }
  return path;
}

await runCommand(main);
