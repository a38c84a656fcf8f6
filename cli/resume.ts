/**
 * What must be the same for a run to go on: the images, and what computes.
 *
 * @module
 */

import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { type Kernels, openKernels } from "klayer/kernels/mod.ts";
import type { RunConfig } from "klayer/report/run_config.ts";
import type { SavedRun } from "klayer/saved_run.ts";

/**
 * The kernels of a run that begins or goes on.
 *
 * @param isChosen whether the backend was typed, and may be another one than that of the run so far
 * @throws {InputError} where the run's backend cannot be had here
 */
export function openRunKernels(
  { backend, threads }: Pick<RunConfig, "backend" | "threads">,
  past: SavedRun | null,
  isChosen: boolean,
): Kernels {
  const name = isChosen ? backend : past?.backend.split(" ")[0] ?? backend;
  const kernels = openKernels(name ?? undefined, { threads: threads ?? undefined });
  if (past === null || isChosen || kernels.name === past.backend) return kernels;
  throw new InputError(
    `Found the backend ${kernels.name} here, expected ${past.backend}, which the run began with; ` +
      `--backend ${kernels.name.split(" ")[0]} goes on with other rounding.`,
  );
}

/**
 * Whether images are those of a run.
 *
 * @throws {InputError} where they are others
 */
export function checkSameData(past: SavedRun, data: Dataset): void {
  const [expected, found] = [past.data, data].map(identity);
  if (expected === found) return;
  throw new InputError(
    `Found the images ${found}, expected ${expected}, which the run began with; ` +
      "put those in place, or begin another run.",
  );
}

/** All that tells one data set from another. */
export function identity({ name, provenance }: Pick<Dataset, "name" | "provenance">): string {
  const { kind, files, seed } = provenance;
  const parts = kind === "synthetic"
    ? [`stand-in of seed ${seed}`]
    : files.map(({ name, md5 }) => `${name} ${md5}`);
  return `"${name}" (${parts.join(", ")})`;
}
