import { assert, assertEquals, assertRejects } from "@std/assert";
import { download, type DownloadOptions } from "klayer/cifar10/download.ts";
import { InputError } from "klayer/errors.ts";
import { answerRange, inDirectory, serve, serveBreaking } from "./made_files.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => i * i % 251);
const SIZE = BYTES.length;

/** Downloads into a file that holds `part` already; gives the file's content afterwards. */
async function downloadTo(directory: string, part: Uint8Array, options: DownloadOptions) {
  const path = `${directory}/part`;
  Deno.writeFileSync(path, part);
  using file = Deno.openSync(path, { read: true, write: true });
  try {
    await download(file, options);
  } finally {
    file.syncSync();
  }
  return Deno.readFileSync(path);
}

const NOTHING = new Uint8Array(0);

Deno.test(
  "download fetches the whole file and tells how far it is",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(BYTES));
    const told: number[] = [];
    const options = { url: server.url, size: SIZE, onBytes: (n: number) => told.push(n) };
    assertEquals(await downloadTo(directory, NOTHING, options), BYTES);
    assertEquals(server.ranges, [null]);
    assertEquals(told.at(-1), SIZE);
    assert(told.every((n, i) => i === 0 || n > told[i - 1]));
  }),
);

Deno.test(
  "download asks for the rest only",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(BYTES));
    const options = { url: server.url, size: SIZE };
    assertEquals(await downloadTo(directory, BYTES.slice(0, 1234), options), BYTES);
    assertEquals(server.ranges, ["bytes=1234-"]);
  }),
);

Deno.test(
  "download asks for nothing when the file is complete",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(BYTES));
    const options = { url: server.url, size: SIZE };
    assertEquals(await downloadTo(directory, BYTES, options), BYTES);
    assertEquals(server.ranges, []);
  }),
);

Deno.test(
  "download starts again when the server ignores Range",
  inDirectory(async (directory) => {
    await using server = serve(() => new Response(BYTES));
    const wrong = new Uint8Array(1234).fill(255);
    const options = { url: server.url, size: SIZE };
    assertEquals(await downloadTo(directory, wrong, options), BYTES);
    assertEquals(server.ranges, ["bytes=1234-"]);
  }),
);

Deno.test(
  "download starts again when the server sends another range, or none",
  inDirectory(async (directory) => {
    for (const status of [206, 416]) {
      await using server = serve((range) =>
        range === null ? new Response(BYTES) : new Response(status === 206 ? BYTES : null, {
          status,
          headers: { "content-range": `bytes 0-${SIZE - 1}/${SIZE}` },
        })
      );
      const options = { url: server.url, size: SIZE };
      assertEquals(await downloadTo(directory, BYTES.slice(0, 99), options), BYTES);
      assertEquals(server.ranges, ["bytes=99-", null]);
    }
  }),
);

Deno.test(
  "download starts again when the file is longer than the archive",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(BYTES));
    const options = { url: server.url, size: SIZE };
    assertEquals(await downloadTo(directory, new Uint8Array(SIZE + 1), options), BYTES);
    assertEquals(server.ranges, [null]);
  }),
);

Deno.test(
  "download goes on by itself when the connection breaks",
  inDirectory(async (directory) => {
    await using server = serveBreaking(BYTES, 100_000);
    const options = { url: server.url, size: SIZE };
    assertEquals(await downloadTo(directory, NOTHING, options), BYTES);
    assertEquals(server.ranges, [null, "bytes=100000-", "bytes=200000-"]);
  }),
);

Deno.test(
  "download gives up when the connection breaks again and again, and keeps what it has",
  inDirectory(async (directory) => {
    await using server = serveBreaking(BYTES, 10);
    await assertRejects(
      () => downloadTo(directory, NOTHING, { url: server.url, size: SIZE }),
      InputError,
      "Found no archive at",
    );
    assertEquals(Deno.readFileSync(`${directory}/part`), BYTES.slice(0, 100));
    assertEquals(server.ranges.length, 10);
  }),
);

const REFUSALS: [string, () => Response, string][] = [
  ["status 404", () => new Response("no such page", { status: 404 }), "404 Not Found"],
  ["status 503", () => new Response(null, { status: 503 }), "503"],
  ["too few bytes", () => new Response(BYTES.slice(1)), `stopped after ${SIZE - 1} bytes`],
  ["too many bytes", () => new Response(new Uint8Array(SIZE + 1)), "more bytes"],
  ["no bytes", () => new Response(""), "stopped after 0 bytes"],
];

for (const [what, answer, reason] of REFUSALS) {
  Deno.test(
    `download fails in one line on ${what}`,
    inDirectory(async (directory) => {
      await using server = serve(answer);
      const error = await assertRejects(
        () => downloadTo(directory, NOTHING, { url: server.url, size: SIZE }),
        InputError,
        `Found no archive at ${server.url}`,
      );
      assert(error.message.includes(reason), error.message);
      assert(error.message.includes(`expected ${SIZE} bytes`), error.message);
      assert(!error.message.includes("\n"), "one line");
    }),
  );
}

Deno.test(
  "download fails in one line when nobody answers",
  inDirectory(async (directory) => {
    const server = serve(() => new Response());
    await server[Symbol.asyncDispose]();
    const error = await assertRejects(
      () => downloadTo(directory, NOTHING, { url: server.url, size: SIZE }),
      InputError,
      "Found no archive at",
    );
    assert(/refused/i.test(error.message), error.message);
  }),
);

Deno.test(
  "download gives a silent server up, before and after the first byte",
  inDirectory(async (directory) => {
    const { promise: never, resolve } = Promise.withResolvers<void>();
    const silent = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(BYTES.slice(0, 10)),
      pull: () => never,
    });
    await using server = serve(() => new Response(silent));
    const options = { url: server.url, size: SIZE, stallSeconds: 0.2 };
    await assertRejects(
      () => downloadTo(directory, NOTHING, options),
      InputError,
      "no byte for 0.2 s",
    );
    assertEquals(Deno.readFileSync(`${directory}/part`), BYTES.slice(0, 10));
    resolve();

    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const url = `http://127.0.0.1:${listener.addr.port}/`;
    await assertRejects(
      () => downloadTo(directory, NOTHING, { ...options, url }),
      InputError,
      "no byte for 0.2 s",
    );
    (await accepted).close();
  }),
);

Deno.test(
  "download stops when it is told to",
  inDirectory(async (directory) => {
    await using server = serve(answerRange(BYTES));
    const abort = new AbortController();
    const options = {
      url: server.url,
      size: SIZE,
      signal: abort.signal,
      onBytes: () => abort.abort(new Error("enough")),
    };
    await assertRejects(() => downloadTo(directory, NOTHING, options), Error, "enough");
  }),
);
