import { assert, assertEquals, assertMatch } from "@std/assert";
import { FILE_NAMES } from "klayer/cifar10/files.ts";
import { statOrNull } from "klayer/stat.ts";
import { answerRange, makeArchive, serve, sixMembers } from "../cifar10/made_files.ts";
import { assertRefused, ended, fault, run, spawn } from "./fault.ts";

const child = "tests/faults/fetch_child.ts";
const BYTES = 700_000;
const archive = await makeArchive(sixMembers(BYTES));
const part = (target: string) => `${target}/cifar-10-binary.tar.gz.part`;

const args = (target: string, { url }: { url: string }) => [
  child,
  target,
  JSON.stringify({ url, size: archive.size, sha256: archive.sha256, fileBytes: BYTES }),
];

function assertInPlace(target: string): void {
  assertEquals([...Deno.readDirSync(target)].map(({ name }) => name), ["cifar-10-batches-bin"]);
  for (const name of FILE_NAMES) {
    assertEquals(Deno.statSync(`${target}/cifar-10-batches-bin/${name}`).size, BYTES);
  }
}

/** A disk on which files end at so many blocks of 512 bytes. */
const full = (blocks: number) => ({ shell: `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"` });

fault(
  "a disk that is full during the download: what arrived is kept, and the rest asked for",
  async (directory) => {
    await using server = serve(answerRange(archive.bytes));
    const target = `${directory}/data`;
    assert(archive.size > 1536, `${archive.size} bytes`);
    const failed = await run(args(target, server), full(2));
    assertRefused(failed, /File too large.*deno task data/);
    assertEquals(/connection/.test(failed.stderr), false, failed.stderr);
    assertEquals(Deno.readFileSync(part(target)), archive.bytes.slice(0, 1024));
    assertEquals((await run(args(target, server))).code, 0);
    assertEquals(server.ranges.at(-1), "bytes=1024-");
    assertInPlace(target);
  },
);

fault(
  "a disk that is full during the unpacking: the archive is kept, no half file is left",
  async (directory) => {
    await using server = serve(answerRange(archive.bytes));
    const target = `${directory}/data`;
    const failed = await run(args(target, server), full(100));
    assertRefused(failed, /File too large/);
    assertEquals([...Deno.readDirSync(target)].map(({ name }) => name), [part("").slice(1)]);
    assertEquals((await run(args(target, server))).code, 0);
    assertEquals(server.ranges, [null], "it was downloaded again");
    assertInPlace(target);
  },
);

fault("a folder that cannot be made for the images is said in one line", async (directory) => {
  Deno.writeTextFileSync(`${directory}/data`, "in the way");
  await using server = serve(answerRange(archive.bytes));
  assertRefused(await run(args(`${directory}/data`, server)), /data.*deno task data/);
  assertEquals(server.ranges, []);
});

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  fault(
    `a download that ends by ${signal} goes on where it was, and holds no lock`,
    async (directory) => {
      const target = `${directory}/data`;
      {
        const { promise: never, resolve } = Promise.withResolvers<void>();
        await using server = serve(() =>
          new Response(
            new ReadableStream<Uint8Array>({
              start: (controller) => controller.enqueue(archive.bytes.slice(0, 700)),
              pull: () => never,
            }),
          )
        );
        const process = spawn(args(target, server));
        while ((statOrNull(part(target))?.size ?? 0) < 700) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        process.kill(signal);
        await ended(process);
        resolve();
      }
      await using server = serve(answerRange(archive.bytes));
      assertEquals((await run(args(target, server))).code, 0);
      assertMatch(server.ranges.at(-1)!, /^bytes=700-/);
      assertInPlace(target);
    },
  );
}
