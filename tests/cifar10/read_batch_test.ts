import { assert, assertEquals, assertRejects } from "@std/assert";
import { readBatch } from "klayer/cifar10/read_batch.ts";
import { InputError } from "klayer/errors.ts";
import { blankFiles, inDirectory, putByte } from "./made_files.ts";

const NAME = "data_batch_3.bin";
const names = [NAME];

function read(directory: string) {
  const [pixels, labels] = [new Uint8Array(10_000 * 3072), new Uint8Array(10_000)];
  return { pixels, labels, file: readBatch(directory, NAME, pixels, labels) };
}

/** Asserts that reading fails with one line that holds all of these words. */
async function assertRefused(directory: string, ...words: string[]) {
  const error = await assertRejects(() => read(directory).file, InputError);
  for (const word of words) assert(error.message.includes(word), error.message);
  assert(!error.message.includes("\n"), "one line");
}

Deno.test(
  "readBatch puts labels and pixels where they belong",
  inDirectory(async (directory) => {
    const path = `${await blankFiles(directory, { names })}/${NAME}`;
    await putByte(path, 0, 9);
    await putByte(path, 1, 11);
    await putByte(path, 7777 * 3073, 4);
    await putByte(path, 7777 * 3073 + 3072, 44);
    await putByte(path, 9999 * 3073 + 3072, 99);
    const { pixels, labels, file } = read(directory);
    assertEquals((await file).official, false);
    assertEquals([labels[0], labels[1], labels[7777], labels[9999]], [9, 0, 4, 0]);
    assertEquals([pixels[0], pixels[1]], [11, 0]);
    assertEquals(pixels[7777 * 3072 + 3071], 44);
    assertEquals(pixels.at(-1), 99);
    assertEquals(pixels.reduce((sum, u) => sum + u), 11 + 44 + 99);
  }),
);

Deno.test(
  "readBatch gives the MD5 of the whole file",
  inDirectory(async (directory) => {
    await blankFiles(directory, { names });
    // head -c 30730000 /dev/zero | md5sum
    assertEquals(await read(directory).file, {
      name: NAME,
      md5: "229a4f9bbbc879e7371f2391ac1f4775",
      official: false,
    });
  }),
);

Deno.test(
  "readBatch refuses a missing directory, a missing file and a directory in its place",
  inDirectory(async (directory) => {
    await assertRefused(`${directory}/none`, "Found no file", "none/data_batch_3.bin", "deno task");
    await assertRefused(directory, "Found no file", NAME, "30730000 bytes");
    await Deno.mkdir(`${directory}/${NAME}`);
    await assertRefused(directory, "Found no file", NAME);
  }),
);

for (const bytes of [0, 30_729_999, 30_730_001]) {
  Deno.test(
    `readBatch refuses a file of ${bytes} bytes`,
    inDirectory(async (directory) => {
      await blankFiles(directory, { names, bytes });
      await assertRefused(directory, `Found ${bytes} bytes`, NAME, "expected 30730000");
    }),
  );
}

for (const record of [0, 9999]) {
  Deno.test(
    `readBatch refuses label 10 at record ${record}`,
    inDirectory(async (directory) => {
      const path = `${await blankFiles(directory, { names })}/${NAME}`;
      await putByte(path, record * 3073, 10);
      await assertRefused(directory, "Found label 10", `record ${record}`, NAME, "0 to 9");
    }),
  );
}
