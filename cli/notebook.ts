/**
 * `deno task notebook`: JupyterLab on this project, with the Deno kernel ready.
 *
 * @module
 */

import { jupyterVariables } from "../export/jupyter_files.ts";
import { ensureEnvironment } from "../export/python.ts";
import { lineOf } from "./command.ts";

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  const line = lineOf(error);
  if (line === null) throw error;
  console.error(line);
  Deno.exit(2);
}

/** All arguments are JupyterLab's, such as --no-browser and --port=9000. */
async function main(args: string[]): Promise<number> {
  const root = Deno.realPathSync(new URL("..", import.meta.url));
  const environment = await ensureEnvironment(root, console.error);
  const lab = new Deno.Command(environment.python, {
    args: ["-m", "jupyterlab", ...args],
    // The project becomes JupyterLab's root directory.
    cwd: root,
    env: jupyterVariables(environment.directory),
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // Ctrl-C reaches JupyterLab, too, which then asks whether to stop: it decides when this ends.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => lab.kill("SIGTERM"));
  return (await lab.status).code;
}
