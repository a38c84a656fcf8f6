import { assert } from "@std/assert";
import fc from "fast-check";
import { loadCifar10 } from "klayer/cifar10.ts";
import { extract } from "klayer/cifar10/extract.ts";
import { FILE_BYTES } from "klayer/cifar10/files.ts";
import { findDirectory } from "klayer/locate.ts";
import { blankFiles, makeArchive, putByte } from "../cifar10/made_files.ts";
import { readOrRefusal, refused, type Words } from "./refusal.ts";

async function inFolder<Result>(use: (folder: string) => Result): Promise<Awaited<Result>> {
  const folder = await Deno.makeTempDir();
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Spoils the files of the data set 10k, then looks for them and reads them. */
const images = (spoil: (folder: string) => unknown) =>
  inFolder(async (folder) => {
    await blankFiles(folder);
    await spoil(folder);
    const env = (name: string) => name === "CIFAR10_DIR" ? folder : undefined;
    return await loadCifar10("10k", findDirectory({ env })!);
  });
const file = (folder: string) => `${folder}/data_batch_2.bin`;
refused("images", [
  ["without a file", (folder) => Deno.remove(file(folder)), "no file"],
  ["with a folder for a file", async (folder) => {
    await Deno.remove(file(folder));
    await Deno.mkdir(file(folder));
  }, "no file"],
  ["with a link to nowhere", async (folder) => {
    await Deno.remove(file(folder));
    await Deno.symlink("/no/such/file", file(folder));
  }, "no file"],
  ["with a device for a file", async (folder) => {
    await Deno.remove(file(folder));
    await Deno.symlink("/dev/zero", file(folder));
  }, "data_batch_2.bin"],
  ["with an empty file", (folder) => Deno.truncate(file(folder)), "Found 0 bytes"],
  [
    "with a byte too few",
    (folder) => Deno.truncate(file(folder), FILE_BYTES - 1),
    "30729999 bytes",
  ],
  [
    "with a byte too many",
    (folder) => Deno.truncate(file(folder), FILE_BYTES + 1),
    "30730001 bytes",
  ],
  ["with half a file", (folder) => Deno.truncate(file(folder), FILE_BYTES / 2), "15365000 bytes"],
  [
    "with a CIFAR-100 file",
    (folder) => Deno.truncate(file(folder), 10_000 * 3074),
    "30740000 bytes",
  ],
  [
    "with label 10",
    (folder) => putByte(file(folder), 3073 * 9, 10),
    /label 10 at record 9 .*data_batch_2/,
  ],
  ["with label 255", (folder) => putByte(file(folder), 0, 255), "label 255 at record 0"],
  ["with a text", (folder) => putByte(file(folder), 3073 * 9999, 65), "label 65 at record 9999"],
  ["in the Python version", async (folder) => {
    for (const { name } of Deno.readDirSync(folder)) {
      await Deno.rename(`${folder}/${name}`, `${folder}/${name.replace(".bin", "")}`);
    }
  }, "no file"],
  [
    "in no folder",
    (folder) => Deno.remove(folder, { recursive: true }).then(() => Deno.writeTextFile(folder, "")),
    "no directory",
  ],
] as [string, (folder: string) => unknown, Words][], images);

Deno.test("images: whatever bytes are changed, the labels are 0 to 9 or the file is refused", () =>
  inFolder(async (folder) => {
    await blankFiles(folder);
    await fc.assert(
      fc.asyncProperty(fc.nat(FILE_BYTES - 1), fc.nat(255), async (at, value) => {
        await putByte(`${folder}/data_batch_1.bin`, at - at % 3073, value % 12);
        await putByte(`${folder}/data_batch_1.bin`, at, value);
        const found = await readOrRefusal(() => loadCifar10("10k", folder));
        assert(found === null || found.training.labels.every((label) => label < 10));
        await putByte(`${folder}/data_batch_1.bin`, at - at % 3073, 0);
      }),
      { numRuns: 4 },
    );
  }));

const member = { path: "a/b.bin", size: 2000 };
const stream = (bytes: Uint8Array) => new Response(bytes as Uint8Array<ArrayBuffer>).body!;
const unpack = (bytes: Uint8Array) =>
  inFolder((folder) => extract(stream(bytes), [member], folder));
const good = (await makeArchive([{ name: "a/b.bin", size: 2000 }])).bytes;
refused("an archive", [
  ["of nothing", new Uint8Array(), "cannot be unpacked"],
  ["of text", new TextEncoder().encode("<html>not found</html>"), "cannot be unpacked"],
  ["of zero bytes", new Uint8Array(1000), "cannot be unpacked"],
  ["cut off at its beginning", good.slice(0, 5), "cannot be unpacked"],
  ["cut off in its middle", good.slice(0, good.length >> 1), "cannot be unpacked"],
  ["cut off at its end", good.slice(0, -9), "cannot be unpacked"],
], unpack);
Deno.test("an archive: whatever bytes are changed, its file is whole or it is refused", () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, change) => {
        const bytes = good.slice();
        bytes[at] ^= change;
        await readOrRefusal(() => unpack(bytes));
      },
    ),
    { numRuns: 200 },
  ));
