import { assert, assertEquals, assertRejects } from "@std/assert";
import { cifar10 } from "klayer/mod.ts";
import { type LoadProgress } from "klayer/cifar10.ts";
import { FILE_BYTES, FILES } from "klayer/cifar10/files.ts";
import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { findDirectory } from "klayer/locate.ts";
import {
  answerRange,
  blankFiles,
  inDirectory,
  makeArchive,
  putByte,
  serve,
  sixMembers,
} from "./cifar10/made_files.ts";

const directory = findDirectory();
const ignore = directory === null;
const reason = ignore ? " (needs CIFAR-10: none found)" : "";
const env = () => undefined;

/** How often each label occurs. */
function counts({ labels }: { labels: Uint8Array }): number[] {
  const found = new Array(10).fill(0);
  for (const label of labels) found[label]++;
  return found;
}

/** What must hold of every file that a data set was read from. */
function assertProvenance({ provenance: { kind, files } }: Dataset, names: string[]) {
  assertEquals(kind, "cifar-10");
  assertEquals(files.map(({ name }) => name), names);
  for (const { name, md5, official } of files) {
    assertEquals(official, md5 === FILES[name as keyof typeof FILES], name);
  }
}

Deno.test({
  name: `10k: mean, labels and provenance${reason}`,
  ignore,
  fn: async () => {
    const data = await cifar10.load("10k", { directory: directory! });
    const { training, validation, test } = data;
    assertEquals(data.name, "10k");
    assertEquals(data.classes[6], "frog");
    for (const { mean } of [training, validation, test]) assertEquals(mean, 0.47467072329452736);
    // data_batch_1 begins with a frog, two trucks, a deer and an automobile.
    assertEquals([...training.labels.subarray(0, 5)], [6, 9, 9, 4, 1]);
    assertEquals([...training.pixels.subarray(0, 3)], [59, 43, 50]);
    assertEquals(counts(training), [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981]);
    assertEquals(counts(test), new Array(10).fill(1000));
    assertProvenance(data, ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]);
  },
});

Deno.test({
  name: `49k: means, order of the files and provenance${reason}`,
  ignore,
  fn: async () => {
    const data = await cifar10.load("49k", { directory: directory! });
    const small = await cifar10.load("10k", { directory: directory! });
    const { training, validation, test } = data;
    assertEquals(training.mean, 0.4732581699346417);
    assertEquals(validation.mean, 0.4732581699346417);
    assertEquals(test.mean, 0.47467072329452736);
    assertEquals([training, validation, test].map(({ labels }) => labels.length), [
      49_000,
      1_000,
      10_000,
    ]);
    assertEquals(training.labels.subarray(0, 10_000), small.training.labels);
    assertEquals(training.labels.subarray(40_000), small.validation.labels.subarray(0, 9_000));
    assertEquals(validation.labels, small.validation.labels.subarray(9_000));
    assertEquals(validation.pixels, small.validation.pixels.subarray(9_000 * 3072));
    assertProvenance(data, [
      "data_batch_1.bin",
      "data_batch_3.bin",
      "data_batch_4.bin",
      "data_batch_5.bin",
      "data_batch_2.bin",
      "test_batch.bin",
    ]);
  },
});

Deno.test(
  "load reads only the files that a set needs, and marks what is not official",
  inDirectory(async (directory) => {
    const names = ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"];
    await blankFiles(directory, { names });
    await putByte(`${directory}/data_batch_2.bin`, 1, 51);
    const data = await cifar10.load("10k", { directory, limit: 3 });
    assertEquals(data.name, "10k, first 3");
    assertEquals(data.training.labels.length, 3);
    assertEquals(data.validation.pixels.slice(0, 2), Uint8Array.of(51, 0));
    assertEquals(data.provenance.files.map(({ official }) => official), [false, false, false]);
    await assertRejects(
      () => cifar10.load("49k", { directory }),
      InputError,
      "Found no file",
    );
  }),
);

Deno.test(
  "load refuses a wrong name or limit before it reads anything",
  inDirectory(async (directory) => {
    for (const limit of [0, 1.5, 10_001, NaN]) {
      await assertRejects(
        () => cifar10.load("10k", { directory, limit }),
        InputError,
        `Found limit = ${limit}, expected an integer from 1 to 10000`,
      );
    }
    await assertRejects(
      () => cifar10.load("11k" as "10k", { directory }),
      InputError,
      'Found data set "11k"',
    );
  }),
);

Deno.test(
  "load fetches the archive when the files are nowhere, and finds them the next time",
  inDirectory(async (directory) => {
    const root = `${directory}/klayer`;
    const archive = await makeArchive(sixMembers(FILE_BYTES));
    const { size, sha256 } = archive;
    await using server = serve(answerRange(archive.bytes));
    const options = { root, env, requireCifar10: true };
    const download = { url: server.url, size, sha256 };
    for (const limit of [1, 2]) {
      const data = await cifar10.load("10k", { ...options, download, limit });
      assertEquals(data.provenance.kind, "cifar-10");
    }
    assertEquals(server.ranges.length, 1);
    await Deno.truncate(`${root}/data/cifar-10-batches-bin/test_batch.bin`, 3);
    const error = await assertRejects(() => cifar10.load("10k", options), InputError);
    assert(error.message.startsWith("Found 3 bytes in"), error.message);
  }),
);

Deno.test(
  "load says what it tried when CIFAR-10 is required and cannot be had",
  inDirectory(async (directory) => {
    const server = serve(() => new Response());
    await server[Symbol.asyncDispose]();
    const root = `${directory}/klayer`;
    const download = { url: server.url };
    const error = await assertRejects(
      () => cifar10.load("10k", { root, env, requireCifar10: true, download }),
      InputError,
    );
    const words = [
      "CIFAR10_DIR is not set",
      `${root}/data/cifar-10-batches-bin`,
      `${directory}/shared/cifar-10-batches-bin`,
      `Found no archive at ${server.url}`,
      "deno task data",
    ];
    for (const word of words) assert(error.message.includes(word), error.message);
    assert(!error.message.includes("\n"), "one line");
    await assertRejects(
      () => cifar10.load("10k", { root, env, requireCifar10: true, download: false }),
      InputError,
      "No download was tried",
    );
  }),
);

Deno.test(
  "load falls back to the stand-in and says why",
  inDirectory(async (directory) => {
    const server = serve(() => new Response());
    await server[Symbol.asyncDispose]();
    const told: LoadProgress[] = [];
    const data = await cifar10.load("10k", {
      root: `${directory}/klayer`,
      env,
      download: { url: server.url },
      limit: 100,
      onProgress: (progress) => told.push(progress),
    });
    assertEquals(data.provenance, { kind: "synthetic", files: [], seed: 400 });
    assertEquals(data.name, "10k, first 100");
    const last = told.at(-1);
    assert(last?.stage === "stand-in" && last.reason.includes("Found no archive"));
  }),
);

Deno.test(
  "load does not fall back when it is told to stop",
  inDirectory(async (directory) => {
    const abort = new AbortController();
    await using server = serve(() => {
      abort.abort(new Error("enough"));
      return new Response("some");
    });
    const options = { env, root: directory, download: { url: server.url }, signal: abort.signal };
    await assertRejects(() => cifar10.load("10k", options), Error, "enough");
  }),
);
