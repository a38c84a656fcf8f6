import { assert, assertEquals, assertRejects } from "@std/assert";
import { FILE_BYTES } from "klayer/cifar10/files.ts";
import { InputError } from "klayer/errors.ts";
import { data } from "../../cli/data.ts";
import {
  answerRange,
  blankFiles,
  inDirectory,
  makeArchive,
  serve,
  sixMembers,
} from "../cifar10/made_files.ts";

/** Runs cli/data.ts as a command of its own, with CIFAR10_DIR set. */
async function command(args: string[], directory: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-env", "cli/data.ts", ...args],
    cwd: new URL("../..", import.meta.url),
    env: { CIFAR10_DIR: directory, NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Asserts one line on standard error, nothing on standard output, and exit code 2. */
async function assertRefused(args: string[], directory: string, words: string) {
  const { code, stdout, stderr } = await command(args, directory);
  assertEquals([code, stdout], [2, ""], stderr);
  assert(/^error: [^\n]+$/.test(stderr) && stderr.includes(words), stderr);
}

Deno.test(
  "deno task data ends with one line and exit code 2 on what is wrong",
  inDirectory(async (directory) => {
    await assertRefused([], `${directory}/none`, `Found no directory ${directory}/none`);
    await assertRefused(["--nonsense"], directory, 'Found "--nonsense"');
    await blankFiles(directory);
    await Deno.truncate(`${directory}/test_batch.bin`, 10);
    await assertRefused([], directory, `Found 10 bytes in ${directory}/test_batch.bin`);
  }),
);

Deno.test(
  "deno task data verifies the files of CIFAR10_DIR and downloads nothing",
  inDirectory(async (directory) => {
    await blankFiles(directory);
    const { code, stdout, stderr } = await command([], directory);
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.split("\n");
    assertEquals(lines.length, 8);
    assert(lines.slice(1, 7).every((line) => line.endsWith("NOT the official file")), stdout);
  }),
);

Deno.test(
  "deno task data fetches the archive into data when the files are nowhere or not official",
  inDirectory(async (directory) => {
    const root = `${directory}/klayer`;
    const { bytes, size, sha256 } = await makeArchive(sixMembers(FILE_BYTES));
    await using server = serve(answerRange(bytes));
    await blankFiles(`${directory}/shared/cifar-10-batches-bin`);
    const options = { root, env: () => undefined, url: server.url, size, sha256 };
    const lines: string[] = [];
    const told: string[] = [];
    const onProgress = ({ stage }: { stage: string }) => told.push(stage);
    await data([], { ...options, onProgress }, (line) => lines.push(line));
    assertEquals(server.ranges, [null]);
    assertEquals([...new Set(told)], ["download", "verify", "extract"]);
    assert(lines.includes(`${root}/data/cifar-10-batches-bin:`), lines.join("\n"));
    // The made files are well formed and not official; they are in the way of the official ones.
    await assertRejects(
      () => data([], options, () => {}),
      InputError,
      "move that directory away",
    );
    assertEquals(server.ranges.length, 1);
  }),
);
