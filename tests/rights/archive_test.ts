/**
 * Hostile archives, byte by byte: nothing of them may land outside the folder, or fill disk or memory.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { extract } from "klayer/cifar10/extract.ts";
import { InputError } from "klayer/errors.ts";
import { inDirectory } from "../cifar10/made_files.ts";

const BLOCK = 512;

/** A header of the ustar format and its content, filled up to whole blocks. */
interface Entry {
  readonly name: string;
  /** "0" a file, "1" a hard link, "2" a link, "3" and "4" devices, "5" a folder, "6" a pipe. */
  readonly type?: string;
  readonly content?: Uint8Array;
  /** What the header says, where it lies. */
  readonly size?: number;
  readonly linkname?: string;
  readonly checksum?: number;
}

function tarOf(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const parts = [...entries.flatMap(entryBytes), new Uint8Array(2 * BLOCK)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function entryBytes(
  { name, type = "0", content = new Uint8Array(0), size = content.length, ...rest }: Entry,
): Uint8Array[] {
  const header = new Uint8Array(BLOCK);
  const put = (text: string, at: number, length: number) =>
    header.set(new TextEncoder().encode(text).subarray(0, length), at);
  put(name, 0, 100);
  put("0000644\0", 100, 8);
  put("0000000\0", 108, 8);
  put("0000000\0", 116, 8);
  put(`${size.toString(8).padStart(11, "0")}\0`, 124, 12);
  put("00000000000\0", 136, 12);
  put("        ", 148, 8);
  put(type, 156, 1);
  put(rest.linkname ?? "", 157, 100);
  put("ustar\x0000", 257, 8);
  const sum = rest.checksum ?? header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8);
  const body = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  body.set(content);
  return [header, body];
}

/** A record of a PAX header: its own length in front. */
function pax(key: string, value: string): Uint8Array {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) {
    length = String(length).length + rest.length;
  }
  return new TextEncoder().encode(`${length}${rest}`);
}

const text = (content: string) => new TextEncoder().encode(content);
const WANTED = [{ path: "box/a.bin", size: 5 }, { path: "box/b.bin", size: 3 }];
const A: Entry = { name: "box/a.bin", content: text("aaaaa") };
const B: Entry = { name: "box/b.bin", content: text("bbb") };

function gzip(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Response(bytes).body!.pipeThrough(new CompressionStream("gzip"));
}

/** Unpacks into a folder below `directory`; the names of all that lies anywhere in it afterwards. */
async function unpack(directory: string, bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const target = `${directory}/one/two`;
  await Deno.mkdir(target, { recursive: true });
  try {
    await extract(gzip(bytes), WANTED, target);
  } finally {
    // Whatever happened: nothing beside or above the target.
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["one"]);
    assertEquals([...Deno.readDirSync(`${directory}/one`)].map(({ name }) => name), ["two"]);
    for (const { isSymlink, isFile } of Deno.readDirSync(target)) assert(isFile && !isSymlink);
  }
  return [...Deno.readDirSync(target)].map(({ name }) => name).sort();
}

Deno.test(
  "a good archive is unpacked, its long names by GNU and PAX included",
  inDirectory(async (directory) => {
    const long = `box/${"x".repeat(120)}`;
    const entries: Entry[] = [
      { name: "box/", type: "5" },
      { name: "././@LongLink", type: "L", content: text(`${long}\0`) },
      { name: "box/short", content: text("c") },
      { name: "PaxHeaders/b.bin", type: "x", content: pax("path", "box/b.bin") },
      { ...B, name: "box/other" },
      A,
    ];
    assertEquals(await unpack(directory, tarOf(entries)), ["a.bin", "b.bin"]);
    assertEquals(await Deno.readTextFile(`${directory}/one/two/b.bin`), "bbb");
  }),
);

const longName = (name: string, type = "L"): Entry => ({
  name: "././@LongLink",
  type,
  content: text(`${name}\0`),
});
const paxed = (key: string, value: string, type = "x"): Entry => ({
  name: "PaxHeaders/x",
  type,
  content: pax(key, value),
});

const hostile: [string, Entry[], RegExp][] = [
  [
    "a hard link to a file outside",
    [{ name: "box/l", type: "1", linkname: "/etc/passwd" }],
    /link/,
  ],
  ["a hard link in a member's place", [{ ...A, type: "1", linkname: "../x" }], /link/],
  ["a link in a member's place", [{ ...A, type: "2", linkname: "/etc/passwd" }], /symlink/],
  [
    "a link to a folder, then a file through it",
    [{ name: "box", type: "2", linkname: "/tmp" }, A, B],
    /symlink/,
  ],
  ["a character device", [{ name: "box/null", type: "3" }], /device/],
  ["a block device", [{ name: "box/sda", type: "4" }], /device/],
  ["a pipe", [{ name: "box/fifo", type: "6" }], /fifo/],
  ["a long name that leads outside", [longName("box/../../../evil"), A], /outside/],
  ["an absolute long name", [longName("/tmp/klayer-evil"), A], /absolute/],
  ["a PAX path that leads outside", [paxed("path", "../../evil"), A], /outside/],
  ["an absolute PAX path", [paxed("path", "/tmp/klayer-evil"), A], /absolute/],
  ["a global PAX path that leads outside", [paxed("path", "../evil", "g"), A], /outside/],
  ["a PAX size that is not the member's", [paxed("size", "3"), A, B], /./],
  ["a member by PAX that is there already", [A, B, paxed("path", "box/a.bin"), A], /twice/],
  ["a member twice, once with a dot", [A, B, { ...A, name: "./box/a.bin" }], /twice/],
  ["a wrong checksum", [{ ...A, checksum: 1 }, B], /checksum/i],
  ["a size beyond the end", [A, { ...B, size: 3, content: new Uint8Array(0) }], /./],
  ["a size that no disk holds", [{ name: "box/huge", size: 8 ** 10 }], /large/],
  ["a member of another size", [{ ...A, content: text("aaaaaa") }, B], /6 bytes instead of 5/],
];
for (const [what, entries, reason] of hostile) {
  Deno.test(
    `refused: ${what}`,
    inDirectory(async (directory) => {
      const error = await assertRejects(() => unpack(directory, tarOf(entries)), InputError);
      assert(/^Found that the archive cannot be unpacked \([^\n]+\), expected/.test(error.message));
      assert(reason.test(error.message), error.message);
    }),
  );
}

/** A stream of gzipped zeros, made as it is read; `read` tells how many bytes that was. */
function bomb(head: Uint8Array<ArrayBuffer>, megabytes: number) {
  let left = megabytes;
  const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(head),
    pull: (controller) => {
      if (left-- > 0) controller.enqueue(new Uint8Array(1 << 20));
      else controller.close();
    },
  });
  return { stream: zeros.pipeThrough(new CompressionStream("gzip")), read: () => megabytes - left };
}

const bombs: [string, Entry[]][] = [
  ["many megabytes of zeros behind the end", [A, B]],
  ["a long name of a gigabyte", [A, { name: "././@LongLink", type: "L", size: 2 ** 30 }]],
  ["a PAX header of a gigabyte", [A, { name: "PaxHeaders/x", type: "x", size: 2 ** 30 }]],
  ["a skipped file of a gigabyte", [A, B, { name: "box/big", size: 2 ** 30 }]],
];
for (const [what, entries] of bombs) {
  Deno.test(
    `a gzip bomb is given up early: ${what}`,
    inDirectory(async (directory) => {
      const tar = tarOf(entries);
      const head = what.includes("behind the end") ? tar : tar.slice(0, -2 * BLOCK);
      const { stream, read } = bomb(head, 1024);
      await assertRejects(() => extract(stream, WANTED, directory), InputError);
      assert(read() < 64, `${read()} MB were read`);
    }),
  );
}

Deno.test("an archive with a byte changed is refused, or unpacked as it says", async () => {
  const good = tarOf([{ name: "box/", type: "5" }, A, B]);
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const bytes = good.slice();
      bytes[at] ^= by;
      await inDirectory(async (directory) => {
        try {
          assertEquals(await unpack(directory, bytes), ["a.bin", "b.bin"]);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          assert(!error.message.includes("\n"));
        }
      })();
    }),
    { numRuns: 300 },
  );
});
