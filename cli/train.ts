/**
 * `deno task train`: train one network; print its history as lines and a table, or as JSON; where
 * asked for, keep it in a folder.
 *
 * @module
 */

import { cifar10, testAccuracies, train } from "klayer/mod.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { throughBatchNorm } from "klayer/report/protocol.ts";
import { configOptions, fillConfig } from "klayer/report/run_config.ts";
import { readEntries } from "klayer/report/run_entries.ts";
import { checkOptions } from "klayer/run.ts";
import { FILES, openRunFolder } from "klayer/run_folder.ts";
import { runRecord } from "klayer/run_record.ts";
import { readRun } from "klayer/saved_run.ts";
import { printProgress, printResult, runCommand } from "./command.ts";
import { openInterrupt } from "./interrupt.ts";
import { imagesToTrain, loadImages } from "./load_images.ts";
import { checkSameData, openRunKernels } from "./resume.ts";
import { readTrainCommand } from "./train_config.ts";
import { epochLine, savedLine, summary } from "./train_text.ts";

async function main(): Promise<void> {
  const { entries, json, save, resume } = readTrainCommand(Deno.args);
  const past = resume === null ? null : readRun(resume, referenceKernels());
  const config = fillConfig({ ...past && readEntries(past.config, past.folder), ...entries });
  const options = { ...configOptions(config), resume: past?.state };
  // Before the data are looked for, which may take a download.
  checkOptions(options, imagesToTrain(config));
  const kernels = openRunKernels(config, past, entries.backend !== undefined);
  if (kernels.notice) console.error(kernels.notice);
  const target = save ?? resume;
  using folder = target === null ? null : openRunFolder(target, save !== null);
  const data = await loadImages(config);
  if (past !== null) checkSameData(past, data);
  if (!json) console.log(cifar10.provenanceLine(data));

  const origin = { config: { ...config }, data, backend: kernels.name };
  const interrupt = openInterrupt(() => console.error("Stopping; Ctrl-C again stops at once."));
  let isSaved = past !== null;
  const run = await train(data, {
    ...options,
    kernels,
    signal: interrupt.signal,
    onEpoch: (state) => {
      folder?.save(origin, state);
      isSaved = folder !== null;
    },
    onProgress: ({ epoch, epochs, history }) => {
      const recorded = history.trainCost.length === epoch;
      if (recorded && !json) printProgress(epochLine(epoch, epochs, history));
    },
  });
  interrupt.close();

  // A stop within an epoch leaves a network in memory that is not the saved one.
  const saved = folder !== null && isSaved ? readRun(folder.folder, kernels) : null;
  const { best } = saved?.state ?? run;
  const through = config.protocol === "report" ? throughBatchNorm : undefined;
  const test = best === null ? {} : testAccuracies(best.network, data.test, through);
  if (folder !== null && saved !== null) {
    folder.save(origin, saved.state, test);
    // Drawing takes longer to load than a short run takes.
    const { runPage } = await import("../export/run_page.ts");
    folder.write(FILES.page, await runPage({ ...saved, ...origin, test }, new Date()));
  }
  const record = runRecord(origin, run, test);
  const place = saved === null ? {} : { folder: saved.folder };
  printResult(json ? JSON.stringify({ ...record, ...place }) : summary(run, test));
  if (!json && saved !== null) console.log(savedLine(saved.folder));
  if (interrupt.exitCode === 0) return;
  if (saved !== null) console.error(`Stopped; --resume ${saved.folder} goes on from here.`);
  Deno.exit(interrupt.exitCode);
}

await runCommand(main);
