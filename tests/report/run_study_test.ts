import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { limitDataset } from "klayer/cifar10.ts";
import { InputError } from "klayer/errors.ts";
import { evaluate } from "klayer/evaluate.ts";
import { closeRunPool, trainInPool } from "klayer/report/run_pool.ts";
import { keyOfSpec, runStudy, studyJournal } from "klayer/report/run_study.ts";
import { smallData } from "../small_data.ts";

const data = smallData(200);
const spec = { hidden: [6], eta: 0.02, epochs: 2, batchNorm: true };
const specs = [1, 2, 3].map((seed) => ({ ...spec, seed }));

async function inDirectory(use: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(`${directory}/study.jsonl`);
  } finally {
    await Deno.remove(directory, { recursive: true });
    await closeRunPool();
  }
}

const lines = (path: string) => Deno.readTextFileSync(path).trim().split("\n").length - 1;

Deno.test("a result is the best epoch's network, chosen by validation and tested once", () =>
  inDirectory(async () => {
    const [found] = await runStudy(data, specs.slice(0, 1));
    const { best } = await trainInPool(data, { ...specs[0], recordTraining: false }, {
      name: "one",
    });
    assertEquals(found.validationAccuracy, best!.validationAccuracy);
    assertEquals(found.testAccuracy, evaluate(best!.network, data.test).accuracy);
    assertEquals([found.key, found.epoch], [keyOfSpec(specs[0]), best!.epoch]);
  }));

Deno.test("a stopped study goes on from its journal to the same results", () =>
  inDirectory(async (path) => {
    const whole = await runStudy(data, specs);
    const stop = new AbortController();
    const part = await runStudy(data, specs, {
      journal: path,
      signal: stop.signal,
      onProgress: ({ done }) => done >= 1 && stop.abort(),
    });
    assert(part.length < specs.length);
    assertEquals(lines(path), part.length);
    let resumed = -1;
    const rest = await runStudy(data, specs, {
      journal: path,
      onProgress: (at) => resumed = at.resumed,
    });
    assertEquals(resumed, part.length);
    const bare = (results: typeof rest) => results.map((each) => ({ ...each, seconds: 0 }));
    assertEquals(bare(rest), bare(whole));
  }));

Deno.test("other settings are other runs, other data are another journal", () =>
  inDirectory(async (path) => {
    await runStudy(data, specs.slice(0, 1), { journal: path });
    await runStudy(data, [{ ...specs[0], eta: 0.03 }, specs[0]], { journal: path });
    assertEquals(lines(path), 2);
    const other = limitDataset(data, 150);
    await assertRejects(
      () => runStudy(other, specs, { journal: path }),
      InputError,
      "another configuration: dataset.name",
    );
    assertNotEquals(studyJournal(data), studyJournal(other));
  }));

Deno.test("a diverged run is a result without accuracy, an impossible one is refused", () =>
  inDirectory(async (path) => {
    const [diverged] = await runStudy(data, [{ ...spec, batchNorm: false, eta: 1e9, seed: 1 }], {
      journal: path,
    });
    assertEquals([diverged.validationAccuracy, diverged.testAccuracy], [null, null]);
    assert(diverged.stopped?.startsWith("in epoch 1:"));
    const bad = [{ ...spec, epochs: 0 }];
    await assertRejects(() => runStudy(data, bad, { journal: path }), InputError, "epochs = 0");
  }));
