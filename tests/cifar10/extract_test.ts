import { assert, assertEquals, assertRejects } from "@std/assert";
import { extract } from "klayer/cifar10/extract.ts";
import { InputError } from "klayer/errors.ts";
import { inDirectory, type MadeMember, makeArchive } from "./made_files.ts";

const WANTED = [{ path: "box/a.bin", size: 3000 }, { path: "box/b.bin", size: 5 }];
const GOOD: MadeMember[] = [
  { name: "box/", size: 0, type: "directory" },
  { name: "box/readme.html", size: 88 },
  { name: "box/a.bin", size: 3000 },
  { name: "./box/b.bin", size: 5 },
];

function stream(bytes: Uint8Array<ArrayBuffer>) {
  return new Response(bytes).body!;
}

/** The names of all that lies in a directory, and below. */
function listing(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test(
  "extract writes the members asked for and nothing else",
  inDirectory(async (directory) => {
    const told: number[] = [];
    const { bytes } = await makeArchive(GOOD);
    await extract(stream(bytes), WANTED, directory, { onBytes: (n) => told.push(n) });
    assertEquals(listing(directory), ["a.bin", "b.bin"]);
    assertEquals(Deno.statSync(`${directory}/a.bin`).size, 3000);
    assertEquals(Deno.statSync(`${directory}/b.bin`).size, 5);
    assertEquals(told.at(-1), 3005);
  }),
);

const SUSPECT: [string, MadeMember, string][] = [
  ["a path with ..", { name: "box/../../evil", size: 3 }, "leads outside"],
  ["a path that starts with ..", { name: "../evil", size: 3 }, "leads outside"],
  ["a backslashed ..", { name: "box\\..\\..\\evil", size: 3 }, "leads outside"],
  ["an absolute path", { name: "/tmp/klayer-evil", size: 3 }, "absolute path"],
  ["a drive letter", { name: "C:\\evil", size: 3 }, "absolute path"],
  ["a symbolic link", { name: "box/l", size: 0, type: "symlink", linkname: "/etc" }, "symlink"],
  ["a hard link", { name: "box/l", size: 0, type: "link", linkname: "box/a.bin" }, "is a link"],
  [
    "a link in a file's place",
    { name: "box/a.bin", size: 0, type: "symlink", linkname: "/etc/passwd" },
    "symlink",
  ],
  [
    "a directory in a file's place",
    { name: "box/a.bin", size: 0, type: "directory" },
    "is a directory",
  ],
  ["an oversized member", { name: "box/a.bin", size: 3001 }, "3001 bytes instead of 3000"],
  ["an undersized member", { name: "box/a.bin", size: 2999 }, "2999 bytes instead of 3000"],
  ["a large unknown member", { name: "box/c.bin", size: 2 << 20 }, "unexpected large"],
];

for (const [what, member, reason] of SUSPECT) {
  Deno.test(
    `extract refuses ${what}`,
    inDirectory(async (directory) => {
      const target = `${directory}/inner/target`;
      await Deno.mkdir(target, { recursive: true });
      const { bytes } = await makeArchive([member, ...GOOD]);
      const error = await assertRejects(() => extract(stream(bytes), WANTED, target), InputError);
      assert(error.message.includes(reason), error.message);
      assert(!error.message.includes("\n"), "one line");
      assertEquals(listing(target), []);
      assertEquals(listing(directory), ["inner"]);
      assertEquals(listing(`${directory}/inner`), ["target"]);
    }),
  );
}

Deno.test(
  "extract refuses the same member twice",
  inDirectory(async (directory) => {
    const { bytes } = await makeArchive([...GOOD, { name: "box/a.bin", size: 3000 }]);
    await assertRejects(() => extract(stream(bytes), WANTED, directory), InputError, "twice");
  }),
);

Deno.test(
  "extract misses a member that is not there",
  inDirectory(async (directory) => {
    const { bytes } = await makeArchive(GOOD.slice(0, 3));
    await assertRejects(
      () => extract(stream(bytes), WANTED, directory),
      InputError,
      'member "box/b.bin" is missing',
    );
  }),
);

Deno.test(
  "extract refuses what is cut off, or no archive",
  inDirectory(async (directory) => {
    const { bytes } = await makeArchive(GOOD);
    const zip = (data: Uint8Array<ArrayBuffer>) =>
      stream(data).pipeThrough(new CompressionStream("gzip"));
    const tar = await new Response(stream(bytes).pipeThrough(new DecompressionStream("gzip")))
      .bytes();
    const bad = [
      stream(bytes.slice(0, -12)),
      stream(new TextEncoder().encode("<html>Not found</html>")),
      zip(tar.slice(0, 2500)),
      zip(new TextEncoder().encode("no tar archive".repeat(100))),
      zip(new Uint8Array(0)),
    ];
    for (const [i, archive] of bad.entries()) {
      const target = `${directory}/${i}`;
      await Deno.mkdir(target);
      await assertRejects(
        () => extract(archive, WANTED, target),
        InputError,
        "Found that the archive cannot be unpacked",
      );
    }
  }),
);

Deno.test(
  "extract stops when it is told to",
  inDirectory(async (directory) => {
    const { bytes } = await makeArchive(GOOD);
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(
      () => extract(stream(bytes), WANTED, directory, { signal }),
      Error,
      "enough",
    );
  }),
);
