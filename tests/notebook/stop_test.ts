/**
 * The Stop button, pressed as JupyterLab presses it, on a kernel of the kernelspec that the project installs.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jupyterVariables } from "../../export/jupyter_files.ts";
import { inProject, tools } from "../export/project.ts";

const { environment, reason } = await tools();

interface Cell {
  readonly code: string;
  /** Stop is pressed once the cell has said this. */
  readonly stop?: string;
}

/** What each cell says, in one fresh kernel. */
async function drive(directory: string, cells: readonly Cell[]): Promise<string[][]> {
  const driver = new Deno.Command(environment!.python, {
    args: [new URL("drive_kernel.py", import.meta.url).pathname, directory],
    env: jupyterVariables(environment!.directory),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = driver.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(cells)));
  await writer.close();
  const { success, stdout, stderr } = await driver.output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const setup = `
  import { show, watch, watchAll, watchStudy } from "klayer/notebook/mod.ts";
  import { syntheticCifar } from "klayer/synthetic.ts";
  import { limitDataset } from "klayer/cifar10.ts";
  const data = limitDataset(syntheticCifar("10k"), 500);
  const spec = { hidden: [9], eta: 0.01, epochs: 100000 };
`;

Deno.test({
  name: `Stop ends training, and kernel and finished epochs live on${reason}`,
  ignore: environment === null || Deno.build.os === "windows",
  fn: () =>
    inProject(async (directory) => {
      const study = (epochs: number) =>
        `const results = await watchStudy("Study", data,
        [1, ${epochs}].map((epochs) => ({ ...spec, seed: 1, epochs })), "${directory}/j.jsonl");`;
      const [, one, next, many, after, stopped, resumed] = await drive(directory, [
        { code: setup },
        { code: `const run = await watch("One", data, spec);`, stop: "2 of 100000 epochs" },
        { code: "console.log(run.trainCost.length, run.best.network.layers.length, run.stopped)" },
        {
          code: `await watchAll("Many", data, [1, 2, 3, 4].map((seed) => ({ ...spec, seed })));`,
          stop: "2 of 400000 epochs",
        },
        {
          code:
            `await show((await watch("Later", data, { ...spec, epochs: 2 })).trainCost.length);`,
        },
        { code: study(100000), stop: "1 of 2 runs" },
        { code: study(2) },
      ]);
      assertMatch(one.at(-1)!, /^One: \d+ epochs in .*stopped on request$/);
      assertMatch(next.join(""), /^([2-9]|\d\d+) 2 \{ epoch: \d+, reason: "stopped on request" \}/);
      assertStringIncludes(many.at(-1)!, "InputError: Stopped Many");
      assertEquals(after.at(-1), "2");
      assertStringIncludes(stopped.at(-1)!, "Stopped with 1 of 2 runs done");
      assertStringIncludes(stopped.at(-1)!, "run the cell again to go on");
      assertStringIncludes(resumed.at(-1)!, "1 more from the journal of an earlier run");
    }),
});
