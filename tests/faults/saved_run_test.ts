import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { statOrNull } from "klayer/stat.ts";
import { blankFiles } from "../cifar10/made_files.ts";
import { assertNoTrace, assertRefused, ended, fault, run, spawn } from "./fault.ts";

const EPOCHS = 15;

/** Something to learn in 300 images. */
async function images(directory: string): Promise<{ CIFAR10_DIR: string }> {
  const folder = await blankFiles(`${directory}/images`);
  const bytes = Uint8Array.from({ length: 3073 * 300 }, (_, i) => i % 3073 ? i * i % 251 : i % 7);
  for (const name of ["data_batch_1.bin", "data_batch_2.bin"]) {
    using file = await Deno.open(`${folder}/${name}`, { write: true });
    await file.write(bytes);
  }
  return { CIFAR10_DIR: folder };
}

const settings = [
  ...["--hidden", "5", "--eta", "0.01", "--limit", "300", "--batch-norm"],
  ...["--backend", "wasm", "--epochs", String(EPOCHS)],
];
const begin = (folder: string) => ["cli/train.ts", ...settings, "--json", "--save", folder];
const goOn = (folder: string) => ["cli/train.ts", "--json", "--resume", folder];

const history = (stdout: string) => {
  const { trainCost, validationCost, trainAccuracy, validationAccuracy, best } = JSON.parse(stdout);
  return { trainCost, validationCost, trainAccuracy, validationAccuracy, best };
};

fault(
  "a saved training run killed (kill -9) at 5 moments ends with the undisturbed bits",
  async (directory) => {
    const env = await images(directory);
    const { stdout } = await run(begin(`${directory}/undisturbed`), { env });
    const folder = `${directory}/killed`;
    const state = `${folder}/run.npz`;
    let kills = 0;
    for (let i = 0; i < 5; i++) {
      const before = statOrNull(state);
      const process = spawn(before === null ? begin(folder) : goOn(folder), { env });
      const changed = () => statOrNull(state)?.mtime?.getTime() !== before?.mtime?.getTime();
      let isRunning = true;
      const closed = ended(process).then((found) => {
        isRunning = false;
        return found;
      });
      while (isRunning && i % 4 > 0 && !changed()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await new Promise((resolve) => setTimeout(resolve, i * 31 % 17));
      if (isRunning) process.kill("SIGKILL");
      const { signal, stderr } = await closed;
      if (signal === "SIGKILL") kills++;
      else assertNoTrace(stderr);
    }
    assert(kills >= 3, `${kills} kills`);
    const last = await run(goOn(folder), { env });
    // All epochs may have been done when it was killed.
    const found = last.code === 0 ? last.stdout : await Deno.readTextFile(`${folder}/run.json`);
    assertEquals(history(found), history(stdout));
    assertEquals(history(stdout).trainCost.length, EPOCHS);
  },
  { seconds: 60 },
);

const losses: [string, (folder: string) => void][] = [
  ["whose folder is removed", (folder) => Deno.removeSync(folder, { recursive: true })],
  ["whose state is removed", (folder) => Deno.removeSync(`${folder}/run.npz`)],
  ["whose record is emptied", (folder) => Deno.truncateSync(`${folder}/run.json`)],
];
for (const [what, lose] of losses) {
  fault(`a training run ${what} while it runs loses nothing`, async (directory) => {
    const env = await images(directory);
    const folder = `${directory}/run`;
    const process = spawn(begin(folder), { env });
    while (statOrNull(`${folder}/run.npz`) === null) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    process.kill("SIGSTOP");
    lose(folder);
    process.kill("SIGCONT");
    const { code, stdout, stderr } = await ended(process);
    assertEquals(code, 0, stderr);
    assertEquals(history(stdout).trainCost.length, EPOCHS);
    const saved = await run(["cli/evaluate.ts", folder, "--json"], { env });
    assertEquals(saved.code, 0, saved.stderr);
    assertEquals(JSON.parse(saved.stdout).epoch, history(stdout).best.epoch);
  });
}

fault(
  "a disk that is full when a run is saved: what was computed is said, no trace",
  async (directory) => {
    const env = await images(directory);
    const shell = `trap '' XFSZ; ulimit -f 60; exec "$@"`;
    const found = await run(begin(`${directory}/run`), { env, shell });
    assertRefused(found, /File too large/);
    assertMatch(found.stderr, /run\.npz|save/);
  },
);

fault("two training runs in one folder: the second is refused", async (directory) => {
  const env = await images(directory);
  const folder = `${directory}/run`;
  const first = spawn(begin(folder), { env });
  while (statOrNull(`${folder}/run.npz`) === null) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  first.kill("SIGSTOP");
  const second = await run(goOn(folder), { env });
  first.kill("SIGCONT");
  assertRefused(second, /in use by another process/);
  assertStringIncludes((await ended(first)).stdout, "validationCost");
});
