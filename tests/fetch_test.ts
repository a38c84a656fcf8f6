import { assert, assertEquals, assertRejects } from "@std/assert";
import { FILE_NAMES } from "klayer/cifar10/files.ts";
import { InputError } from "klayer/errors.ts";
import { fetchCifar10, type FetchProgress } from "klayer/fetch.ts";
import {
  answerRange,
  inDirectory,
  makeArchive,
  serve,
  serveBreaking,
  sixMembers,
} from "./cifar10/made_files.ts";

const BYTES = 70_000;
const ARCHIVE = await makeArchive(sixMembers(BYTES));
const PART = "cifar-10-binary.tar.gz.part";
const BY_HAND = "cifar-10-binary.tar.gz";

/** What is to be fetched into a directory, from a server. */
function options(target: string, { url }: { url: string }) {
  return { target, url, size: ARCHIVE.size, sha256: ARCHIVE.sha256, fileBytes: BYTES };
}

function listing(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** Asserts that the six files are in place and nothing else is. */
function assertInPlace(target: string, others: string[] = []) {
  assertEquals(listing(target), ["cifar-10-batches-bin", ...others]);
  assertEquals(listing(`${target}/cifar-10-batches-bin`), [...FILE_NAMES].sort());
  for (const name of FILE_NAMES) {
    assertEquals(Deno.statSync(`${target}/cifar-10-batches-bin/${name}`).size, BYTES);
  }
}

/** Asserts that fetching fails in one line with these words and leaves only these files. */
async function assertFails(
  fetching: Promise<string>,
  target: string,
  words: string[],
  left: string[],
) {
  const error = await assertRejects(() => fetching, InputError);
  for (const word of words) assert(error.message.includes(word), error.message);
  assert(error.message.includes(`by hand to ${target}/${BY_HAND}`), error.message);
  assert(!error.message.includes("\n"), "one line");
  assertEquals(listing(target), left);
}

Deno.test(
  "fetchCifar10 downloads, verifies, unpacks and tells how far it is",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    const target = `${directory}/not/yet/there`;
    const told: FetchProgress[] = [];
    const onProgress = (progress: FetchProgress) => told.push(progress);
    const found = await fetchCifar10({ ...options(target, server), onProgress });
    assertEquals(found, `${target}/cifar-10-batches-bin`);
    assertInPlace(target);
    for (const stage of ["download", "verify", "extract"]) {
      const last = told.findLast((progress) => progress.stage === stage);
      assertEquals(last?.done, last?.total, stage);
    }
    assertEquals(told.at(-1), { stage: "extract", done: 6 * BYTES, total: 6 * BYTES });
  }),
);

Deno.test(
  "fetchCifar10 does nothing when the directory is there",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    await Deno.mkdir(`${target}/cifar-10-batches-bin`);
    await Deno.writeTextFile(`${target}/cifar-10-batches-bin/mine`, "");
    await fetchCifar10(options(target, server));
    assertEquals(server.ranges, []);
    assertEquals(listing(`${target}/cifar-10-batches-bin`), ["mine"]);
  }),
);

Deno.test(
  "fetchCifar10 goes on where it broke off",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    await Deno.writeFile(`${target}/${PART}`, ARCHIVE.bytes.slice(0, 200));
    await fetchCifar10(options(target, server));
    assertEquals(server.ranges, ["bytes=200-"]);
    assertInPlace(target);
  }),
);

Deno.test(
  "fetchCifar10 takes a whole .part as it is",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    await Deno.writeFile(`${target}/${PART}`, ARCHIVE.bytes);
    await fetchCifar10(options(target, server));
    assertEquals(server.ranges, []);
    assertInPlace(target);
  }),
);

for (const length of [200, ARCHIVE.size, ARCHIVE.size + 100]) {
  Deno.test(
    `fetchCifar10 starts again when a .part of ${length} bytes proves corrupted`,
    inDirectory(async (target) => {
      await using server = serve(answerRange(ARCHIVE.bytes));
      await Deno.writeFile(`${target}/${PART}`, new Uint8Array(length).fill(7));
      await fetchCifar10(options(target, server));
      assertEquals(server.ranges.at(-1), null);
      assertInPlace(target);
    }),
  );
}

Deno.test(
  "fetchCifar10 refuses another archive, once, and keeps nothing of it",
  inDirectory(async (target) => {
    const bytes = ARCHIVE.bytes.slice();
    bytes[100] ^= 1;
    await using server = serve(answerRange(bytes));
    const fetching = fetchCifar10(options(target, server));
    await assertFails(fetching, target, ["Found sha256", `expected ${ARCHIVE.sha256}`], []);
    assertEquals(server.ranges, [null]);
  }),
);

Deno.test(
  "fetchCifar10 keeps what it has when the server goes away",
  inDirectory(async (target) => {
    {
      await using server = serveBreaking(ARCHIVE.bytes, 10);
      const fetching = fetchCifar10(options(target, server));
      await assertFails(fetching, target, ["Found no archive at"], [PART]);
      assertEquals(Deno.readFileSync(`${target}/${PART}`), ARCHIVE.bytes.slice(0, 100));
    }
    await using server = serve(answerRange(ARCHIVE.bytes));
    await fetchCifar10(options(target, server));
    assertEquals(server.ranges, ["bytes=100-"]);
    assertInPlace(target);
  }),
);

Deno.test(
  "fetchCifar10 leaves nothing when nobody answers",
  inDirectory(async (target) => {
    const server = serve(() => new Response());
    await server[Symbol.asyncDispose]();
    await assertFails(fetchCifar10(options(target, server)), target, ["refused"], []);
  }),
);

Deno.test(
  "fetchCifar10 puts no half directory into place",
  inDirectory(async (target) => {
    const [directory, ...files] = sixMembers(BYTES);
    const archive = await makeArchive([directory, ...files.slice(1)]);
    await using server = serve(answerRange(archive.bytes));
    const { size, sha256 } = archive;
    const fetching = fetchCifar10({ ...options(target, server), size, sha256 });
    await assertFails(fetching, target, ['data_batch_1.bin" is missing'], [PART]);
  }),
);

Deno.test(
  "fetchCifar10 clears away what a killed process left",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    await Deno.mkdir(`${target}/cifar-10-batches-bin.part`);
    await Deno.writeTextFile(`${target}/cifar-10-batches-bin.part/data_batch_1.bin`, "half");
    await fetchCifar10(options(target, server));
    assertInPlace(target);
  }),
);

Deno.test(
  "fetchCifar10 uses an archive that was put there by hand, and leaves it",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    await Deno.writeFile(`${target}/${BY_HAND}`, ARCHIVE.bytes);
    await fetchCifar10(options(target, server));
    assertEquals(server.ranges, []);
    assertInPlace(target, [BY_HAND]);
  }),
);

Deno.test(
  "fetchCifar10 names an archive by hand that is not the official one",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    await Deno.writeFile(`${target}/${BY_HAND}`, ARCHIVE.bytes.slice(1));
    const fetching = fetchCifar10(options(target, server));
    await assertFails(fetching, target, [`for ${target}/${BY_HAND}`, "delete that file"], [
      BY_HAND,
    ]);
  }),
);

Deno.test(
  "two fetches at the same time download once",
  inDirectory(async (target) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    const both = [options(target, server), options(target, server)].map(fetchCifar10);
    assertEquals(new Set(await Promise.all(both)).size, 1);
    assertEquals(server.ranges, [null]);
    assertInPlace(target);
  }),
);

Deno.test(
  "fetchCifar10 stops when it is told to, at any stage",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(ARCHIVE.bytes));
    for (const stage of ["download", "verify", "extract"]) {
      const target = `${directory}/${stage}`;
      const abort = new AbortController();
      const onProgress = (progress: FetchProgress) => {
        if (progress.stage === stage) abort.abort(new Error("enough"));
      };
      const { signal } = abort;
      await assertRejects(
        () => fetchCifar10({ ...options(target, server), onProgress, signal }),
        Error,
        "enough",
      );
      assertEquals(listing(target), [PART]);
    }
  }),
);
