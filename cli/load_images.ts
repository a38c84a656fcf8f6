/**
 * The images of a command: loaded, and what there is to say about it said on standard error.
 *
 * @module
 */

import { checkLimit } from "klayer/cifar10/limit.ts";
import { trainingImages } from "klayer/cifar10/splits.ts";
import { cifar10, type Dataset } from "klayer/mod.ts";
import { fetchProgress } from "./fetch_progress.ts";

/** The data set of a command, as its options name it. */
export interface ImagesConfig {
  readonly data: "10k" | "49k";
  readonly limit: number | null;
  readonly requireCifar10: boolean;
}

/**
 * The number N of training images of a command, without looking for them.
 *
 * @throws {InputError} where the limit is impossible
 */
export function imagesToTrain({ data, limit }: Pick<ImagesConfig, "data" | "limit">): number {
  const N = trainingImages(data);
  if (limit !== null) checkLimit(limit, N);
  return limit ?? N;
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
