import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { statOrNull } from "klayer/stat.ts";
import { InputError } from "klayer/errors.ts";
import { lineOf } from "../../cli/command.ts";
import { execute } from "../../export/execute.ts";
import { codeCells } from "../../export/ipynb.ts";
import { ensureEnvironment, environmentAt } from "../../export/python.ts";
import { report } from "../../export/report.ts";
import { inProject, sketch, tools } from "../export/project.ts";
import { ended, fault, root, spawn } from "./fault.ts";

const { environment } = await tools();
const needsTools = { ignore: environment === null || Deno.build.os !== "linux", seconds: 60 };

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether a process that is no child of this one is there, and no zombie. */
async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", pid] }).output();
  return /^[^Z\s]/.test(new TextDecoder().decode(stdout));
}

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  fault(
    `an export that ends by ${signal} leaves no kernel that computes on`,
    () =>
      inProject(async (directory) => {
        const path = await sketch(directory, "endless", [
          `Deno.writeTextFileSync("pid", String(Deno.pid));`,
          `for (;;);`,
        ]);
        const process = spawn(["tests/faults/execute_child.ts", path], { seconds: 60 });
        await until(() => (statOrNull(`${directory}/pid`)?.size ?? 0) > 0);
        const kernel = Deno.readTextFileSync(`${directory}/pid`);
        assert(await isRunning(kernel));
        process.kill(signal);
        await ended(process);
        await until(async () => !await isRunning(kernel));
      }),
    needsTools,
  );
}

for (
  const [how, code] of [
    ["exits", `Deno.exit(3)`],
    ["is killed", `Deno.kill(Deno.pid, "SIGKILL"); await new Promise(() => {})`],
  ]
) {
  fault(
    `a kernel that ${how} in a cell: the cells before it are kept, and the cell is named`,
    () =>
      inProject(async (directory) => {
        const path = await sketch(directory, "dies", [`"before"`, code, `"after"`]);
        const { failed, notebook } = await execute(environment!, path);
        assertEquals([failed?.cell, failed?.reason], [2, "the kernel died"]);
        assertEquals(codeCells(notebook).map(({ outputs }) => outputs?.length), [1, 0, 0]);
      }),
    needsTools,
  );
}

for (
  const [how, script, reason] of [
    ["is killed", "kill -9 $$", "SIGKILL"],
    [
      "breaks down",
      "echo 'Traceback' >&2; echo 'MemoryError: no more' >&2; exit 1",
      "MemoryError: no more",
    ],
    ["ends without a word", "exit 3", "exit code 3"],
    ["writes nothing", "exit 0", "no notebook"],
    ["writes half a line", 'printf \'{"event": "st\'; kill -9 $$', "SIGKILL"],
  ]
) {
  fault(
    `a notebook runner that ${how} is said in one line that names the notebook`,
    async (directory) => {
      Deno.mkdirSync(`${directory}/bin`);
      const python = `${directory}/bin/python`;
      Deno.writeTextFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const path = await sketch(directory, "good", ["1"]);
      const broken = { root: directory, directory, python };
      const { message } = await assertRejects(() => execute(broken, path), InputError);
      assertStringIncludes(message, reason);
      assertEquals(message.includes("\n"), false);
      if (script !== "exit 0") assertStringIncludes(message, path);
    },
    { ignore: Deno.build.os === "windows" },
  );
}

fault(
  "a folder of pages that cannot be written to is found out before any cell is run",
  () =>
    inProject(async (directory) => {
      await sketch(directory, "01-good", [`"fine"`]);
      await Deno.writeTextFile(`${directory}/report`, "in the way");
      const events: unknown[] = [];
      const names = ["01-good"];
      const options = { environment: environmentAt(root), source: directory, names };
      const target = `${directory}/report`;
      const error = await assertRejects(
        () => report({ ...options, target, onEvent: (event) => void events.push(event) }),
        InputError,
      );
      assertMatch(error.message, /^Found that nothing can be written to .*report/);
      assertEquals(events, []);
    }),
);

fault(
  "a folder of pages that vanishes while the notebooks run: the executed ones are kept",
  () =>
    inProject(async (directory) => {
      await sketch(directory, "01-good", [`"fine"`]);
      const target = `${directory}/report`;
      const options = { environment: environment!, source: directory, target, names: ["01-good"] };
      const onEvent = () => {
        if (statOrNull(target) === null) Deno.writeTextFileSync(target, "in the way");
      };
      const { message } = await assertRejects(() => report({ ...options, onEvent }), InputError);
      const kept = message.match(/the executed notebooks are kept in (\S+)\.$/)?.[1];
      assert(kept !== undefined, message);
      assertStringIncludes(Deno.readTextFileSync(`${kept}/01-good.ipynb`), '"\\"fine\\""');
      await Deno.remove(kept, { recursive: true });
    }),
  needsTools,
);

fault("a project in which no tools can be set up says so in one line", async (directory) => {
  for (const name of ["requirements.txt", "constraints.txt"]) {
    Deno.writeTextFileSync(`${directory}/${name}`, "");
  }
  Deno.mkdirSync(`${directory}/.venv.lock`);
  const error = await assertRejects(() => ensureEnvironment(directory, () => {}));
  assertMatch(lineOf(error) ?? "", /^The system refused: .*venv\.lock/);
});
