import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { evaluate } from "klayer/evaluate.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { openRandom } from "klayer/random.ts";
import { closeRunPool, trainInPool } from "klayer/report/run_pool.ts";
import { type RunSpec, trainOptions } from "klayer/report/spec.ts";
import { train } from "klayer/train.ts";

function split(N: number, seed: number) {
  const random = openRandom(seed);
  const pixels = Uint8Array.from({ length: 12 * N }, () => random.bits() & 255);
  return { pixels, labels: pixels.filter((_, i) => i % 12 === 0).map((u) => u >> 7), mean: 0.5 };
}

const data = { training: split(300, 1), validation: split(100, 2), classes: ["dark", "bright"] };
const spec: RunSpec = { hidden: [6, 4], eta: 0.1, epochs: 4, batchSize: 20, batchNorm: true };

Deno.test("runs in the pool give the bits of runs outside, best and last network included", async () => {
  const specs: RunSpec[] = [spec, { ...spec, protocol: "report" }, { ...spec, seed: 7 }];
  const found = await Promise.all(
    specs.map((one, i) => trainInPool(data, one, { name: `run ${i}` })),
  );
  for (const [i, run] of found.entries()) {
    const kernels = openKernels(undefined, { threads: 1 });
    const expected = await train(data, { ...trainOptions(specs[i]), kernels });
    assertEquals(run.trainCost, expected.trainCost);
    assertEquals(run.validationAccuracy, expected.validationAccuracy);
    assertEquals(run.best!.epoch, expected.best!.epoch);
    for (const which of ["last", "best"] as const) {
      const networks = [run, expected].map(({ network, best }) =>
        which === "last" ? network : best!.network
      );
      const [a, b] = networks.map((network) => evaluate(network, data.validation));
      assertEquals(a, b);
    }
  }
  await closeRunPool();
});

Deno.test("an impossible run fails by name, as bad input, and the others come back", async () => {
  const good = trainInPool(data, spec, { name: "good" });
  await assertRejects(
    () => trainInPool(data, { ...spec, eta: NaN }, { name: "eta = NaN" }),
    InputError,
    "eta = NaN: Found eta = NaN",
  );
  assertEquals((await good).trainCost.length, 4);
  await closeRunPool();
});

Deno.test("a stopped run returns its finished epochs", async () => {
  const abort = new AbortController();
  const run = await trainInPool(data, { ...spec, epochs: 100_000 }, {
    name: "long",
    signal: abort.signal,
    onProgress: ({ history }) => history.trainCost.length >= 2 && abort.abort(),
  });
  assertEquals(run.stopped?.reason, "stopped on request");
  assertEquals(run.trainCost.length, run.stopped!.epoch - 1);
  await closeRunPool();
});
