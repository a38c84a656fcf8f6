/**
 * How Jupyter finds the Deno kernel: files and variables inside the virtual environment.
 *
 * @module
 */

/**
 * Environment variables under which Jupyter finds our kernel and leaves the user's own settings
 * alone; `directory` is the virtual environment.
 */
export function jupyterVariables(directory: string): Record<string, string> {
  return {
    JUPYTER_PATH: `${directory}/share/jupyter`,
    JUPYTER_DATA_DIR: `${directory}/share/jupyter`,
    JUPYTER_CONFIG_DIR: `${directory}/etc/jupyter-klayer`,
    JUPYTER_RUNTIME_DIR: `${directory}/run`,
    JUPYTER_PLATFORM_DIRS: "0",
    IPYTHONDIR: `${directory}/etc/ipython-klayer`,
    PYTHONUTF8: "1",
  };
}

/**
 * The kernelspec that makes this very Deno a Jupyter kernel.
 *
 * `interrupt_mode` is "signal": src/notebook/stop.ts catches it and says why. NO_COLOR
 * keeps terminal colour codes out of the outputs.
 */
export function kernelSpec(deno: string) {
  return {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    env: { NO_COLOR: "1" },
    interrupt_mode: "signal",
    language: "typescript",
  };
}

/** JupyterLab's settings: it asks nothing of the network, and nobody about news. */
const LAB_SETTINGS = {
  "@jupyterlab/apputils-extension:notification": { checkForUpdates: false, fetchNews: "false" },
};

/** Write the kernelspec and the settings into a virtual environment, where they differ. */
export async function writeJupyterFiles(directory: string): Promise<void> {
  const jupyter = `${directory}/share/jupyter`;
  await writeJson(`${jupyter}/kernels/deno/kernel.json`, kernelSpec(Deno.execPath()));
  await writeJson(`${jupyter}/lab/settings/overrides.json`, LAB_SETTINGS);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 2) + "\n";
  const before = await Deno.readTextFile(path).catch(() => null);
  if (before === text) return;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}
