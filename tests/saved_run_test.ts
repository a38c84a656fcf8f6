import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";
import { he } from "klayer/initialise.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import type { Network } from "klayer/network.ts";
import { readNpz, writeNpz } from "klayer/npz.ts";
import { type Protocol, standardProtocol } from "klayer/protocol.ts";
import { type RandomState, resumeRandom } from "klayer/random.ts";
import { reportProtocol } from "klayer/report/protocol.ts";
import type { Run, TrainOptions } from "klayer/run.ts";
import { openRunFolder } from "klayer/run_folder.ts";
import { readRun } from "klayer/saved_run.ts";
import { train } from "klayer/train.ts";
import type { TrainState } from "klayer/train_state.ts";
import { tools } from "./export/project.ts";
import { toySplit } from "./toy.ts";

const toy: Pick<Dataset, "training" | "validation" | "classes"> = {
  training: toySplit(200, 1, true),
  validation: toySplit(100, 2, true),
  classes: ["a", "b", "c"],
};
const kernels = referenceKernels();
const origin = {
  config: { hidden: [8, 5] },
  data: { name: "toy", provenance: { kind: "synthetic", files: [], seed: 1 } },
  backend: "reference",
} as const;
const usual: TrainOptions = {
  hidden: [8, 5],
  eta: 0.1,
  epochs: 6,
  batchSize: 20,
  lambda: 1e-3,
  initialise: he(),
  kernels,
};

async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const made = await Deno.makeTempDir({ prefix: "klayer-test-" });
  try {
    await test(`${made}/run`);
  } finally {
    await Deno.remove(made, { recursive: true });
  }
}

/** Trains with every epoch saved. */
async function trainSaved(folder: string, options: TrainOptions): Promise<Run> {
  using place = openRunFolder(folder, options.resume === undefined);
  return await train(toy, { ...options, onEpoch: (state) => place.save(origin, state) });
}

/** All the bits of a network. */
function bits({ layers }: Network): string[] {
  const hex = (values?: Float64Array | null) =>
    values ? new Uint8Array(values.slice().buffer).toHex() : "none";
  return layers.flatMap(({ w, b, norm }) => [
    ...[w, b, norm?.gamma, norm?.beta, norm?.averages.mean, norm?.averages.variance].map(hex),
    `${norm?.seen}`,
  ]);
}

/** What two runs must have in common that are the same. */
function comparable(
  { history, network, best, stopped }: Pick<TrainState, "history" | "network" | "best" | "stopped">,
) {
  return {
    history,
    stopped,
    network: bits(network),
    best: best && { ...best, network: bits(best.network) },
  };
}

function comparableRun({ network, best, stopped, seconds: _, ...history }: Run) {
  return comparable({ history, network, best, stopped });
}

const variants: [string, Partial<TrainOptions>][] = [
  ["usual", {}],
  ["another momentum and etaDecay", { momentum: 0.5, etaDecay: 0.8, seed: 7 }],
  ["no momentum", { momentum: 0, eta: 0.3 }],
];
for (const [protocolName, protocol] of Object.entries({ standardProtocol, reportProtocol })) {
  for (const batchNorm of [false, true]) {
    for (const [name, variant] of variants) {
      const title = `${protocolName}, ${batchNorm ? "with" : "without"} BN, ${name}`;
      Deno.test(`3 + 3 epochs are 6 epochs, bit for bit: ${title}`, () =>
        inFolder(async (folder) => {
          const options = { ...usual, ...variant, protocol, batchNorm };
          let random: RandomState | null = null;
          const onEpoch = (state: TrainState) => void (random = state.random);
          const whole = await train(toy, { ...options, onEpoch });
          await trainSaved(folder, { ...options, epochs: 3 });
          const { state } = readRun(folder, kernels);
          assertEquals(state.epoch, 3);
          assertEquals(state.history.trainCost, whole.trainCost.slice(0, 3));
          const rest = await trainSaved(folder, { ...options, resume: state });
          assertEquals(comparableRun(rest), comparableRun(whole));
          // What is on the disk now is the whole run, too.
          const saved = readRun(folder, kernels).state;
          assertEquals(
            comparable(saved),
            comparableRun(whole),
          );
          assertEquals(saved.random, random);
          assert(saved.seconds.training >= state.seconds.training);
        }));
    }
  }
}

Deno.test("the best network is kept over a stop, also where no later one is better", () =>
  inFolder(async (folder) => {
    for (const protocol of [standardProtocol, reportProtocol] as Protocol[]) {
      const options = { ...usual, protocol, batchNorm: true, eta: 0.5, epochs: 12 };
      const whole = await train(toy, options);
      const stop = whole.best!.epoch + 1;
      assert(
        stop < 12,
        `the best epoch is ${whole.best!.epoch}: choose settings with an early best`,
      );
      const place = `${folder}-${protocol.name}`;
      await trainSaved(place, { ...options, epochs: stop });
      const { state } = readRun(place, kernels);
      assertEquals(state.best?.epoch, whole.best!.epoch);
      const rest = await trainSaved(place, { ...options, resume: state });
      assertEquals(comparableRun(rest), comparableRun(whole));
    }
  }));

Deno.test("a run that is broken off within an epoch goes on from the last whole one", () =>
  inFolder(async (folder) => {
    const abort = new AbortController();
    using place = openRunFolder(folder, true);
    const onEpoch = (state: TrainState) => {
      place.save(origin, state);
      if (state.epoch === 2) abort.abort();
    };
    const broken = await train(toy, { ...usual, signal: abort.signal, onEpoch });
    assertEquals(broken.stopped?.epoch, 3);
    const { state } = readRun(folder, kernels);
    assertEquals([state.epoch, state.stopped], [2, null]);
    const rest = await train(toy, { ...usual, resume: state });
    assertEquals(comparableRun(rest), comparableRun(await train(toy, usual)));
  }));

Deno.test("a run that diverged is read as such, with its reason, and does not go on", () =>
  inFolder(async (folder) => {
    const options = { ...usual, eta: 1e6, protocol: reportProtocol };
    const run = await trainSaved(folder, options);
    const { state } = readRun(folder, kernels);
    assertEquals(state.stopped, run.stopped);
    assertEquals(comparable(state), comparableRun(run));
    const error = await assertRejects(
      () => train(toy, { ...options, epochs: 9, resume: state }),
      InputError,
    );
    assertMatch(error.message, /ended in epoch \d+ \(the training cost became/);
  }));

Deno.test("a run goes on only for more epochs, and only with its own layers", () =>
  inFolder(async (folder) => {
    await trainSaved(folder, { ...usual, epochs: 2 });
    const { state: resume } = readRun(folder, kernels);
    const refused: [Partial<TrainOptions>, string][] = [
      [{ epochs: 2 }, "Found a run of 2 epochs and epochs = 2"],
      [{ hidden: [8] }, "layers 6 to 8; 8 to 5; 5 to 3, expected 6 to 8; 8 to 3"],
      [{ batchNorm: true }, "expected 6 to 8 with batch normalisation, scale and shift"],
    ];
    for (const [option, message] of refused) {
      await assertRejects(() => train(toy, { ...usual, ...option, resume }), InputError, message);
    }
  }));

Deno.test("a stop at any moment of saving leaves a run that goes on", () =>
  inFolder(async (folder) => {
    await trainSaved(folder, { ...usual, epochs: 3 });
    const before = await Deno.readFile(`${folder}/run.npz`);
    const { state } = readRun(folder, kernels);
    await trainSaved(folder, { ...usual, epochs: 4, resume: state });
    // run.json of epoch 4 is there already, run.npz is still that of epoch 3, half of the next beside it.
    await Deno.writeFile(`${folder}/.run.npz.unfinished`, before.subarray(0, 100));
    await Deno.writeFile(`${folder}/run.npz`, before);
    const found = readRun(folder, kernels);
    assertEquals(found.state.epoch, 3);
    const rest = await trainSaved(folder, { ...usual, resume: found.state });
    assertEquals(comparableRun(rest), comparableRun(await train(toy, usual)));
  }));

Deno.test("test accuracies are those of the last epoch, or none", () =>
  inFolder(async (folder) => {
    const states: TrainState[] = [];
    using place = openRunFolder(folder, true);
    await train(toy, { ...usual, epochs: 1, onEpoch: (state) => states.push(state) });
    place.save(origin, states[0], { asTrained: 33.25 });
    assertEquals(readRun(folder, kernels).test, { asTrained: 33.25 });
    assertEquals(readRun(folder, kernels).config, { hidden: [8, 5] });
    assertEquals(readRun(folder, kernels).data, origin.data);
    place.save(origin, states[0]);
    assertEquals(readRun(folder, kernels).test, {});
  }));

Deno.test("a folder is used by one process and one run, and by nothing else", () =>
  inFolder(async (folder) => {
    await trainSaved(folder, { ...usual, epochs: 1 });
    assertThrows(() => openRunFolder(folder, true), InputError, `--resume ${folder}`);
    const other = `${folder}/../other`;
    await Deno.mkdir(other);
    await Deno.writeTextFile(`${other}/thesis.tex`, "");
    assertThrows(() => openRunFolder(other, true), InputError, `"thesis.tex"`);
    assertThrows(() => openRunFolder(`${other}/thesis.tex`, true), InputError, "thesis.tex");
    {
      using _ = openRunFolder(folder, false);
      assertThrows(() => openRunFolder(folder, false), InputError, "in use");
    }
    openRunFolder(folder, false).close();
  }));

Deno.test("what is damaged is refused in one line that names the file", () =>
  inFolder(async (folder) => {
    await trainSaved(folder, { ...usual, epochs: 2, batchNorm: true });
    const arrays = readNpz(await Deno.readFile(`${folder}/run.npz`));
    const record = await Deno.readTextFile(`${folder}/run.json`);
    const number = (value: number) => ({ shape: [], data: new Float64Array([value]) });
    const changed = (name: string, value: ReturnType<typeof number> | null) => {
      const other = new Map<string, { shape: number[]; data: Float64Array | Uint32Array }>(
        [...arrays].map(([name, { shape, data }]) => [name, { shape: [...shape], data }]),
      );
      if (value === null) other.delete(name);
      else other.set(name, value);
      return Deno.writeFile(`${folder}/run.npz`, writeNpz(other));
    };
    const spoilt: [() => Promise<void>, RegExp][] = [
      [() => changed("last_W1", null), /no array last_W1/],
      [() => changed("W2", number(1)), /another array \(\) W2/],
      [() => changed("gamma1", number(1)), /gamma1/],
      [() => changed("epoch", number(7)), /2 costs for 7 epochs/],
      [() => changed("epoch", number(NaN)), /epoch = NaN/],
      [() => changed("eta", number(NaN)), /eta = NaN/],
      [() => changed("trainAccuracy", number(1)), /equally many/],
      [() => changed("generatorWords", number(1)), /generatorWords/],
      [() => Deno.writeFile(`${folder}/run.npz`, new Uint8Array(9)), /run\.npz is damaged/],
      [() => Deno.writeTextFile(`${folder}/run.json`, record.slice(0, 40)), /no JSON.*run\.json/],
      [() => Deno.writeTextFile(`${folder}/run.json`, "[]"), /no JSON object.*run\.json/],
      [() => Deno.writeTextFile(`${folder}/run.json`, "{}"), /no config.*run\.json/],
      [() => Deno.remove(`${folder}/run.json`), /no saved run/],
    ];
    for (const [spoil, message] of spoilt) {
      await spoil();
      const error = assertThrows(() => readRun(folder, kernels), InputError);
      assertMatch(error.message, message);
      assertMatch(error.message, /^[^\n]+$/);
    }
  }));

const { environment, reason } = await tools();

Deno.test({
  name: `NumPy computes with the saved weights, and goes on with the generator${reason}`,
  ignore: environment === null,
  fn: () =>
    inFolder(async (folder) => {
      const run = await trainSaved(folder, { ...usual, batchNorm: true });
      const { state } = readRun(folder, kernels);
      const code = `
import json, sys, numpy as np
z = np.load(sys.argv[1] + "/run.npz", allow_pickle=False)
x = np.array(json.loads(sys.argv[2])) / 255 - 0.5
h = x
for l in (1, 2):
    s = h @ z[f"W{l}"].T + z[f"b{l}"]
    s = (s - z[f"mean{l}"]) / np.sqrt(z[f"variance{l}"] + z["epsilon"])
    h = np.maximum(0, z[f"gamma{l}"] * s + z[f"beta{l}"])
s = h @ z["W3"].T + z["b3"]
labels = np.array(json.loads(sys.argv[3]))
kept = z["generatorKept"]
np.random.set_state(("MT19937", z["generatorWords"], int(z["generatorPosition"]), len(kept), kept[0] if len(kept) else 0.0))
print(json.dumps([100 * float(np.mean(np.argmax(s, 1) == labels)), np.random.uniform(), z["trainCost"].tolist(), int(z["epoch"])]))`;
      const { pixels, labels } = toy.validation;
      const images = Array.from(labels, (_, i) => [...pixels.subarray(6 * i, 6 * i + 6)]);
      const { stdout, stderr } = await new Deno.Command(environment!.python, {
        args: ["-c", code, folder, JSON.stringify(images), JSON.stringify([...labels])],
      }).output();
      const text = new TextDecoder();
      const [accuracy, uniform, costs, epoch] = JSON.parse(
        text.decode(stdout) || text.decode(stderr),
      );
      assertEquals(accuracy, run.best!.validationAccuracy);
      assertEquals(uniform, resumeRandom(state.random).uniform());
      assertEquals([costs, epoch], [run.trainCost, 6]);
    }),
});
