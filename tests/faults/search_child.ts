/**
 * A small search as a process of its own, to be killed: search_child.ts JOURNAL [TRIALS [FAULT]].
 *
 * It prints the final table as JSON. FAULT "memory" lets a worker run out of memory at the third trial.
 */

import { openJournal } from "klayer/journal.ts";
import { openPool } from "klayer/pool.ts";
import { closeRunPool, trainInPool } from "klayer/report/run_pool.ts";
import { runSearch } from "klayer/report/run_search.ts";
import { coarse, searchSettings } from "klayer/report/search_plan.ts";
import { drawTrials, limitTrials, readResult, search } from "klayer/search.ts";
import { toyData } from "../toy.ts";

const data = toyData(1000, 300, 10);
const [journal, count = "12", planned] = Deno.args;
const plan = limitTrials(coarse, Number(count));
const trials = drawTrials(plan, 400);
const settings = { ...searchSettings, hidden: [8, 6], epochs: 3 };

if (planned === "memory") {
  const hog = "data:text/javascript," + encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", () => { const all = []; for (;;) all.push(new Array(1e6).fill(0.5)); });
  `);
  const file = openJournal(journal, { plan: "memory" }, readResult);
  await search(trials, async (trial, options) => {
    if (trial === trials[2]) {
      // Once the two before it are in the journal.
      while (Deno.readTextFileSync(journal).split("\n").length < 4) {
        await new Promise((r) => setTimeout(r, 5));
      }
      await openPool(new URL(hog), { size: 1 }).run({}, { name: options.name });
    }
    return await trainInPool(data, { ...settings, ...trial }, { ...options, backend: "wasm" });
  }, { journal: file });
}

let resumed = 0;
const results = await runSearch(data, { plan, trials, settings, backend: "wasm" }, {
  journal,
  onProgress: (at) => void (resumed = at.resumed),
});
await closeRunPool();
const table = results.map((result) => ({ ...result, seconds: 0 }));
console.log(JSON.stringify({ resumed, table }));
