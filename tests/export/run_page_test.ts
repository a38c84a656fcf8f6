import { assert, assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
import { compareRuns } from "klayer/compare_runs.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { openNetwork, zerosLike } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";
import type { SavedRun } from "klayer/saved_run.ts";
import { comparisonPage } from "../../export/compare_page.ts";
import { requests } from "../../export/requests.ts";
import { runPage } from "../../export/run_page.ts";

const network = openNetwork({ inputs: 2, hidden: [], classes: 2 }, referenceKernels());

function saved(folder: string, change: Partial<SavedRun["state"]> = {}): SavedRun {
  return {
    folder,
    config: { hidden: [50, 30], eta: 0.01, protocol: "standard", seed: 400, limit: null },
    data: { name: "10k", provenance: { kind: "synthetic", files: [], seed: 400 } },
    backend: "reference",
    test: { movingAverage: 45.678 },
    state: {
      epoch: 2,
      eta: 0.01,
      network,
      velocity: zerosLike(network),
      random: openRandom(400).state(),
      history: {
        initialCost: 2.3,
        trainCost: [1.5, 1.2345678],
        validationCost: [1.6, 1.5],
        trainAccuracy: [40, 50],
        validationAccuracy: [41, 42.5],
      },
      best: { epoch: 2, validationAccuracy: 42.5, network },
      stopped: null,
      seconds: { training: 61, evaluation: 1 },
      ...change,
    },
  };
}

/** The part of an element that is looked at; Deno knows no DOM. */
interface Part {
  readonly textContent: string;
  readonly children: Iterable<Part>;
  getAttribute(name: string): string;
  querySelector(selector: string): Part;
  querySelectorAll(selector: string): Iterable<Part> & { readonly length: number };
}

function parse(html: string): Part & { readonly body: Part } {
  return (parseHTML(html) as unknown as { document: Part & { body: Part } }).document;
}

/** What a page shows, and that it asks nothing of anybody. */
function read(html: string) {
  assertEquals(requests(html), []);
  const document = parse(html);
  const csp = document.querySelector("meta[http-equiv=Content-Security-Policy]");
  assert(csp.getAttribute("content").startsWith("default-src 'none'"));
  assertEquals(document.querySelectorAll("script, [onerror], [onclick], h1 *").length, 0);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent.trim())
  );
  return { document, rows, text: document.body.textContent };
}

Deno.test("the page of a run has its images, settings, figure and every epoch", async () => {
  const { document, rows, text } = read(await runPage(saved("runs/first"), new Date(0)));
  assertEquals(document.querySelector("h1").textContent, "Run first");
  assert(document.querySelector(".data.warning").textContent.includes("STAND-IN"));
  assertEquals(document.querySelectorAll("figure img").length, 2);
  assert(rows.some(([name, value]) => name === "hidden" && value === "50, 30"));
  assert(!rows.some(([name]) => name === "limit"));
  assert(rows.some(([name, value]) => /moving averages/.test(name) && value === "45.68%"));
  assert(rows.some((row) => row.join() === "2,1.234568,1.500000,50.00,42.50"));
  assert(text.includes("Date: 1970-01-01") || text.includes("1970-01-01"));
  assert(text.includes("deno task train --resume runs/first"));
});

Deno.test("a run that stopped says so, and one without an epoch has a page, too", async () => {
  const history = {
    initialCost: 2.3,
    ...{ trainCost: [], validationCost: [], trainAccuracy: [], validationAccuracy: [] },
  };
  const stopped = { epoch: 1, reason: "the training cost became Infinity" };
  const run = saved("a", { history, best: null, stopped, epoch: 1 });
  const { text } = read(await runPage({ ...run, test: {} }, new Date(0)));
  assert(text.includes("stopped in epoch 1: the training cost became Infinity"));
});

Deno.test("names that are code stay text, on the page and in its commands", async () => {
  const evil = `runs/<img src=x onerror=alert(1)>"'`;
  const run = saved(evil);
  const hostile = {
    ...run,
    backend: "<script>alert(2)</script>",
    config: { ...run.config, backend: "</td><script>" },
  };
  const { text } = read(await runPage(hostile, new Date(0)));
  assert(text.includes(`--resume 'runs/<img src=x onerror=alert(1)>"'\\'''`), text);
  const runs = [hostile, saved("runs/<b>")];
  read(await comparisonPage(runs, compareRuns(runs)));
});

Deno.test("runs beside each other: two figures, a column for each, remarks above all", async () => {
  const runs = [saved("runs/a"), saved("runs/b", { epoch: 2 })];
  const { document, rows } = read(await comparisonPage(runs, compareRuns(runs)));
  assertEquals(document.querySelectorAll("figure img").length, 4);
  assertEquals(rows.find(([name]) => name === "training cost, last"), [
    "training cost, last",
    "1.2346",
    "1.2346",
  ]);
  assert(document.querySelector(".data.warning").textContent.startsWith("All: SYNTHETIC"));
  const long = [saved("runs/a-name-that-leaves-no-room"), saved("runs/b")];
  const page = await comparisonPage(long, compareRuns(long));
  const heads = [...parse(page).querySelectorAll("thead th")];
  assertEquals(heads.map(({ textContent }) => textContent).slice(1), [
    "run 1: a-name-that-leaves-no-room",
    "run 2: b",
  ]);
});
