import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { openJournal } from "klayer/journal.ts";
import { blasKernels } from "klayer/kernels/blas.ts";
import { blasPlaces, type Dgemm, isRight, openBlas } from "klayer/kernels/blas_library.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { secondRank } from "klayer/kernels/ranks.ts";
import { openRandom } from "klayer/random.ts";
import { ON_REQUEST, type Run } from "klayer/run.ts";
import { readResult, type RunTrial, search, type Trial } from "klayer/search.ts";
import { train } from "klayer/train.ts";
import { fault } from "./fault.ts";

function split(N: number, seed: number) {
  const random = openRandom(seed);
  const pixels = Uint8Array.from({ length: 4 * N }, () => random.bits() & 255);
  return { pixels, labels: pixels.filter((_, i) => i % 4 === 0).map((u) => u >> 7), mean: 0.5 };
}
const data: Pick<Dataset, "training" | "validation" | "classes"> = {
  training: split(400, 1),
  validation: split(100, 2),
  classes: ["a", "b"],
};
const trials: Trial[] = [0.01, 0.02, 0.03].map((eta) => ({ eta, lambda: 0, seed: 400 }));

/** Trains as a search does, here. */
const runHere: RunTrial = ({ eta, lambda, seed }, { signal }) =>
  train(data, {
    hidden: [4],
    eta,
    lambda,
    seed,
    epochs: 2,
    kernels: openKernels("reference"),
    signal,
  });

/** Runs `body` while the clocks go back: each look at them is an hour before the last one. */
async function withClockGoingBack(body: () => Promise<void>): Promise<void> {
  const [now, date] = [performance.now, Date.now];
  let looks = 0;
  const jump = () => -3.6e6 * looks++;
  performance.now = () => now.call(performance) + jump();
  Date.now = () => date() + jump();
  try {
    await body();
  } finally {
    performance.now = now;
    Date.now = date;
  }
}

fault(
  "a clock that goes back: the same results, and the journal can be read",
  async (directory) => {
    const expected = await search(trials, runHere);
    const path = `${directory}/a.jsonl`;
    await withClockGoingBack(async () => {
      const journal = openJournal(path, {}, readResult);
      await search(trials, runHere, { journal });
      journal.close();
    });
    const journal = openJournal(path, {}, readResult);
    journal.close();
    const bare = (results: typeof expected) => results.map((result) => ({ ...result, seconds: 0 }));
    assertEquals(bare([...journal.entries]), bare(expected));
    for (const { seconds } of journal.entries) assert(seconds >= 0);
  },
);

fault("a clock that was set back: a run still listens to its signal", async () => {
  const now = performance.now;
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 300);
  let looks = 0;
  // An hour back, once the run has begun.
  performance.now = () => now.call(performance) - (looks++ > 20 ? 3.6e6 : 0);
  try {
    const options = { hidden: [4], eta: 0.01, epochs: 1e6, signal: abort.signal };
    const { stopped } = await train(data, { ...options, kernels: openKernels("reference") });
    assertEquals(stopped?.reason, ON_REQUEST);
  } finally {
    performance.now = now;
  }
});

fault("a trial that finishes while the search is stopped is kept", async () => {
  const written: unknown[] = [];
  const journal = { entries: [], append: (entry: unknown) => void written.push(entry) };
  const abort = new AbortController();
  const run: RunTrial = async (trial, options) => {
    const found: Run = await runHere(trial, { ...options, signal: new AbortController().signal });
    // After its last epoch, and before its result is read.
    abort.abort();
    return found;
  };
  const results = await search(trials.slice(0, 1), run, { journal, signal: abort.signal });
  assertEquals([results.length, written.length], [1, 1]);
});

fault("a run that fails leaves the finished ones in the journal", async (directory) => {
  const journal = openJournal(`${directory}/a.jsonl`, {}, readResult);
  const run: RunTrial = async (trial, options) => {
    if (trial !== trials[2]) return await runHere(trial, options);
    await new Promise((resolve) => setTimeout(resolve, 200));
    throw new RangeError("Array buffer allocation failed");
  };
  await assertRejects(() => search(trials, run, { journal }), RangeError, "allocation failed");
  journal.close();
  const again = openJournal(`${directory}/a.jsonl`, {}, readResult);
  assertEquals(again.entries.length, 2);
  again.close();
});

const library = blasPlaces().map(String).find((place) => {
  try {
    return place.startsWith("file:") && Deno.statSync(new URL(place)).isFile;
  } catch {
    return false;
  }
});
const noLibrary = Deno.build.os !== "linux" || library === undefined;

/** A copy of the library with some bytes changed, or only its beginning. */
function spoil(path: string, { bytes = Infinity, at = 0, value = -1 }): void {
  const whole = Deno.readFileSync(new URL(library!));
  if (value >= 0) whole[at] = value;
  Deno.writeFileSync(path, whole.subarray(0, Math.min(bytes, whole.length)));
}

const spoilt: [what: string, change: Parameters<typeof spoil>[1], reason: RegExp][] = [
  ["empty", { bytes: 0 }, /a\.so: .*file too short/],
  ["cut off in its header", { bytes: 40 }, /a\.so: .*(file too short|invalid ELF)/],
  ["cut off after its header", { bytes: 70 }, /a\.so: it ends after 70 of \d+ bytes/],
  ["cut off after a page", { bytes: 5000 }, /a\.so: it ends after 5000 of \d+ bytes/],
  ["cut off in its code", { bytes: 3e6 }, /a\.so: it ends after 3000000 of \d+ bytes/],
  ["of 32 bits", { at: 4, value: 1 }, /a\.so: .*wrong ELF class/],
  ["for another processor", { at: 18, value: 0xf3 }, /a\.so: .*cannot open shared object/],
  ["no library at all", { at: 0, value: 0 }, /a\.so: .*invalid ELF header/],
];
for (const [what, change, reason] of spoilt) {
  fault(
    `a BLAS library that is ${what} is passed over by name, and the next one taken`,
    (directory) => {
      const path = `${directory}/a.so`;
      spoil(path, change);
      const { message } = assertThrows(
        () => blasKernels([path]),
        InputError,
        "Found no BLAS library (",
      );
      assertMatch(message, reason);
      assertEquals(openBlas([path, new URL(library!)]).name, openBlas([new URL(library!)]).name);
    },
    { ignore: noLibrary },
  );
}

fault("a BLAS library that is missing is said to be", () => {
  assertThrows(
    () => blasKernels(["/no/such/lib.so"]),
    InputError,
    "Found no BLAS library, expected",
  );
});

fault("a folder in the place of a BLAS library is passed over", (directory) => {
  assertThrows(() => blasKernels([directory]), InputError, "Found no BLAS library");
});

fault("a library without the symbols of a BLAS is passed over", () => {
  const [libc] = ["/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/libc.so.6", "/lib64/libc.so.6"]
    .filter((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
  const { message } = assertThrows(() => blasKernels([libc ?? "libc.so.6"]), InputError);
  assertMatch(message, libc === undefined ? /Found no BLAS/ : /libc\.so\.6: .*cblas_dgemm/);
}, { ignore: Deno.build.os !== "linux" });

const products: [what: string, dgemm: Dgemm][] = [
  ["nothing", () => {}],
  ["NaN", (...args) => void args[12].fill(NaN)],
  ["a sum in single precision", (...args) => void args[12].set([50, 68, 122, 167 + 2 ** -40])],
  ["the product of columns", (...args) => void args[12].set([50, 122, 68, 167])],
  ["one element too few", (...args) => void args[12].set([50, 68, 122])],
];
for (const [what, dgemm] of products) {
  fault(`a BLAS that computes ${what} is not believed`, () => assert(!isRight(dgemm)));
}

fault("a second core whose worker cannot start: the main thread does all the work", async () => {
  const broken = "data:text/javascript," +
    encodeURIComponent(`throw new Error("no core for you");`);
  const rank = secondRank(broken);
  await new Promise((resolve) => setTimeout(resolve, 500));
  let done = 0;
  rank.offer(1, 2);
  rank.finish(() => void done++);
  assertEquals(done, 1);
});
