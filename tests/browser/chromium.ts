/**
 * A real browser for tests: the machine's own Chromium; nothing is downloaded.
 *
 * @module
 */

import type { Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The path of Chromium: `$CHROMIUM`, or the first of its usual names on PATH; null without one. */
export function findChromium(): string | null {
  const given = Deno.env.get("CHROMIUM");
  if (given) return given;
  const directories = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  for (const name of NAMES) {
    for (const directory of directories) {
      const path = `${directory}/${name}`;
      try {
        if (directory !== "" && Deno.statSync(path).isFile) return path;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
  return null;
}

/** Starts Chromium without a window. Close it. */
export async function launch(executablePath: string): Promise<Browser> {
  // While it loads, playwright-core looks into /proc for Windows' Linux, which Deno allows to nobody
  // who lacks all permissions; with this variable it looks later, which is never.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  return await chromium.launch({
    executablePath,
    // Chromium has no sandbox for root, as which tests in a container run.
    chromiumSandbox: Deno.build.os !== "windows" && Deno.uid() !== 0,
    args: ["--disable-gpu", "--disable-dev-shm-usage"],
  });
}
