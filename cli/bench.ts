/**
 * `deno task bench`: klayer beside NumPy and PyTorch; a table, a JSON and a figure.
 *
 * @module
 */

import { dirname } from "node:path";
import { InputError } from "klayer/errors.ts";
import { findTools } from "../bench/contestants.ts";
import { benchFigure } from "../bench/figure.ts";
import { describeMachine } from "../bench/machine.ts";
import { measurePart, type PartName, PARTS, type Result } from "../bench/parts.ts";
import { limitLines, machineLines, tableLines } from "../bench/table.ts";
import { ensureEnvironment } from "../export/python.ts";
import { type Option, readOptions, runCommand, toChoice, toNumber } from "./command.ts";

const root = Deno.realPathSync(new URL("..", import.meta.url));

const USAGE = "deno task bench [options]: about 20 minutes; leave the machine alone meanwhile";

type Name = "quick" | "rounds" | "parts" | "threads" | "json" | "figure";

const OPTIONS: Readonly<Record<Name, Option>> = {
  quick: { help: "try everything with little work; the figures mean nothing" },
  rounds: { value: "5", help: "how often each program has its turn (5; quick: 2)" },
  parts: { value: "plain,search", help: `some of: ${PARTS.join(",")} (all)` },
  threads: { value: "1", help: "only so many threads a training run, 1 or 2 (both)" },
  json: { value: "PATH", help: "where to write the JSON (runs/bench.json; quick: nowhere)" },
  figure: { value: "PATH", help: "where to write the SVG (runs/bench.svg; quick: nowhere)" },
};

async function main(): Promise<void> {
  const given = readOptions(Deno.args, USAGE, OPTIONS);
  const text = (name: Name) => typeof given[name] === "string" ? given[name] : undefined;
  const quick = given.quick === true;
  const rounds = readRounds(text("rounds"), quick);
  const parts = readParts(text("parts"));
  const threads = readThreads(text("threads"));
  const json = await readTarget("json", text("json"), quick);
  const figure = await readTarget("figure", text("figure"), quick);

  const { python } = await ensureEnvironment(root, console.error);
  const found = await findTools(python);
  const tools = { ...found, threads: threads ?? found.threads };
  const machine = await describeMachine(tools);
  console.log(machineLines(machine).join("\n"));
  if (quick) console.log("QUICK: smaller data, fewer steps; do not quote the figures.");

  const results: Result[] = [];
  const say = (progress: string) => console.error(`... ${progress}`);
  for (const part of parts) {
    const measured = await measurePart(part, tools, { quick, rounds, say });
    results.push(...measured);
    const lines = measured.flatMap((result) => [
      ...tableLines(result),
      ...limitLines(result, results),
    ]);
    console.log(lines.join("\n"));
  }
  const record = JSON.stringify({ quick, rounds, machine, results }, null, 2) + "\n";
  if (json !== null) await Deno.writeTextFile(json, record);
  if (figure !== null) await Deno.writeTextFile(figure, benchFigure(results));
}

function readRounds(text: string | undefined, quick: boolean): number {
  if (text === undefined) return quick ? 2 : 5;
  const rounds = toNumber("rounds", text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new InputError(`Found --rounds ${text}, expected a whole number from 1, such as 5.`);
}

function readThreads(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const threads = toNumber("threads", text);
  const most = Math.min(2, navigator.hardwareConcurrency);
  if (threads === 1 || threads === most) return [threads];
  throw new InputError(`Found --threads ${text}, expected 1 to ${most}: choose one of these.`);
}

function readParts(text: string | undefined): readonly PartName[] {
  if (text === undefined) return PARTS;
  const chosen = text.split(",").map((part) => toChoice("parts", part, PARTS));
  return PARTS.filter((part) => chosen.includes(part));
}

/** A file whose folder exists, found out before the measurement rather than after; or null. */
async function readTarget(
  name: "json" | "figure",
  path: string | undefined,
  quick: boolean,
): Promise<string | null> {
  if (path === undefined) {
    if (quick) return null;
    await Deno.mkdir(`${root}/runs`, { recursive: true });
    return `${root}/runs/bench.${name === "json" ? "json" : "svg"}`;
  }
  const { state } = await Deno.permissions.query({ name: "write", path });
  if (state !== "granted") {
    throw new InputError(
      `Found --${name} ${path}, where this command may not write, expected a file in the folder runs ` +
        `or in /tmp: choose one of these, and move the file afterwards.`,
    );
  }
  const folder = await Deno.stat(dirname(path)).catch(() => null);
  const file = await Deno.stat(path).catch(() => null);
  if (!folder?.isDirectory || file?.isDirectory) {
    throw new InputError(
      `Found --${name} ${path}, expected a file in a folder that exists: make ${
        dirname(path)
      } first.`,
    );
  }
  return path;
}

await runCommand(main);
