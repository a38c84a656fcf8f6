/**
 * The images of a command: loaded, and what there is to say about it said on standard error.
 *
 * @module
 */

import { cifar10, type Dataset } from "klayer/mod.ts";
import { fetchProgress } from "./fetch_progress.ts";

/** The data set of a command, as its options name it. */
export interface ImagesConfig {
  readonly data: "10k" | "49k";
  readonly limit: number | null;
  readonly requireCifar10: boolean;
}

/** Loads the images; a download shows its progress, the stand-in why it is used. */
export async function loadImages({ data, limit, requireCifar10 }: ImagesConfig): Promise<Dataset> {
  const onFetch = fetchProgress();
  return await cifar10.load(data, {
    limit: limit ?? undefined,
    requireCifar10,
    onProgress: (progress) =>
      progress.stage === "stand-in" ? console.error(progress.reason) : onFetch(progress),
  });
}
