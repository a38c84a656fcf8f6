import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { evaluate } from "klayer/evaluate.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { updateParameters } from "klayer/momentum.ts";
import {
  backward,
  followBatch,
  forward,
  openCache,
  openNetwork,
  zerosLike,
} from "klayer/network.ts";
import { miniBatch } from "klayer/pixels.ts";
import { openRandom } from "klayer/random.ts";
import { reportProtocol } from "klayer/report/protocol.ts";
import { standardProtocol } from "klayer/protocol.ts";
import type { Progress, TrainOptions } from "klayer/run.ts";
import { train } from "klayer/train.ts";
import { toyData, toySplit } from "./toy.ts";

const toy = toyData(400, 200, 1);
const options: TrainOptions = { hidden: [8], eta: 0.05, epochs: 10, batchSize: 20 };

for (const [name, protocol] of Object.entries({ standardProtocol, reportProtocol })) {
  for (const batchNorm of [false, true]) {
    Deno.test(`${name} learns ${batchNorm ? "with" : "without"} batch normalisation`, async () => {
      const run = await train(toy, { ...options, protocol, batchNorm, epochs: 30 });
      assert(run.trainCost.at(-1)! < run.initialCost / 2, `cost ${run.trainCost.at(-1)}`);
      assert(run.best!.validationAccuracy > 75, `accuracy ${run.best!.validationAccuracy}`);
      const highest = Math.max(...run.validationAccuracy);
      assertEquals(run.best!.validationAccuracy, highest);
      assertEquals(run.best!.epoch, run.validationAccuracy.indexOf(highest) + 1);
      assertEquals(run.stopped, null);
    });
  }
}

Deno.test("the same seed gives the same bits, another seed others", async () => {
  const [a, b, c] = [
    await train(toy, options),
    await train(toy, options),
    await train(toy, { ...options, seed: 401 }),
  ];
  assertEquals(a.trainCost, b.trainCost);
  assert(a.trainCost[0] !== c.trainCost[0]);
});

Deno.test("a run is, step by step, forward, follow, backward, update, with eta falling", async () => {
  const [N, lambda, mu, etaDecay] = [toy.training.labels.length, 0.01, 0.8, 0.7];
  for (const protocol of [standardProtocol, reportProtocol]) {
    for (const batchNorm of [false, true]) {
      const run = await train(toy, {
        ...options,
        ...{ protocol, batchNorm, lambda, etaDecay, momentum: mu, epochs: 3 },
        kernels: referenceKernels(),
      });

      const rules = protocol(batchNorm);
      const random = openRandom(400);
      const norm = batchNorm ? rules.batchNorm : null;
      const size = { inputs: 6, hidden: options.hidden, classes: 3 };
      const network = openNetwork(size, referenceKernels(), norm);
      rules.initialise(network, random);
      const [gradients, velocity] = [zerosLike(network), zerosLike(network)];
      let eta = options.eta;
      for (let epoch = 1; epoch <= 3; epoch++) {
        const { order, ranges } = rules.batches(N, 20, random);
        for (const range of ranges) {
          const { x, labels, n } = miniBatch(toy.training, order, range);
          const cache = openCache(network, n);
          forward(network, x, n, cache, "batch");
          followBatch(network, cache);
          backward(network, x, labels, n, cache, gradients);
          updateParameters(network, gradients, velocity, { eta, mu }, rules.l2(lambda));
        }
        eta *= etaDecay;
        const { cost, accuracy } = evaluate(network, toy.training, { lambda });
        assertEquals(run.trainCost[epoch - 1], cost);
        assertEquals(run.trainAccuracy[epoch - 1], rules.accuracy(accuracy));
        const validation = evaluate(network, toy.validation, { lambda });
        assertEquals(run.validationCost[epoch - 1], validation.cost);
        assertEquals(run.validationAccuracy[epoch - 1], rules.accuracy(validation.accuracy));
      }
      assertEquals(run.network.layers.map(({ w }) => w), network.layers.map(({ w }) => w));
    }
  }
});

Deno.test("of equal accuracies the first epoch is the best", async () => {
  const run = await train(toy, { ...options, eta: 1e-12, epochs: 3 });
  assertEquals(new Set(run.validationAccuracy).size, 1);
  assertEquals(run.best!.epoch, 1);
});

Deno.test("the report's accuracies are rounded before they are compared", async () => {
  const validation = toySplit(123, 2);
  const run = await train({ ...toy, validation }, { ...options, protocol: reportProtocol });
  for (const percent of [...run.validationAccuracy, run.best!.validationAccuracy]) {
    assertEquals(percent, Math.round(percent * 100) / 100);
  }
  const exact = evaluate(run.network, validation).accuracy;
  assert(exact !== run.validationAccuracy.at(-1), "this one has more decimals");
});

Deno.test("lambda adds its sum of squares to the cost and shrinks the weights", async () => {
  const sumOfSquares = (w: Float64Array) => w.reduce((sum, value) => sum + value * value, 0);
  const [free, bound] = [
    await train(toy, options),
    await train(toy, { ...options, lambda: 0.05 }),
  ];
  const squares = (run: typeof free) =>
    run.network.layers.reduce((sum, { w }) => sum + sumOfSquares(w), 0);
  assert(squares(bound) < squares(free) / 2);
  assert(bound.trainCost.at(-1)! > 0.05 * squares(bound));
});

Deno.test("a run that diverges keeps what it has and says why", async () => {
  const run = await train(toy, { ...options, eta: 1e6, protocol: reportProtocol });
  assertEquals(run.trainCost.length, run.stopped!.epoch - 1);
  assert(run.stopped!.reason.includes("the training cost became"));
  const standard = await train(toy, { ...options, eta: 1e300 });
  assert(standard.stopped!.reason.includes("the training cost became"));
});

Deno.test("an aborted run returns its finished epochs", async () => {
  const abort = new AbortController();
  const onProgress = ({ epoch, fraction }: Progress) => {
    if (epoch === 3 && fraction === 1) abort.abort();
  };
  const run = await train(toy, { ...options, signal: abort.signal, onProgress });
  assertEquals(run.trainCost.length, 3);
  assertEquals(run.stopped, { epoch: 4, reason: "stopped on request" });
  const whole = await train(toy, options);
  assertEquals(run.trainCost, whole.trainCost.slice(0, 3));
});

Deno.test("progress comes after every epoch, with what is recorded", async () => {
  const seen: [number, number][] = [];
  await train(toy, {
    ...options,
    onProgress: ({ epoch, fraction, history }) => {
      if (fraction === 1) seen.push([epoch, history.trainCost.length]);
    },
  });
  assertEquals(seen, Array.from({ length: 10 }, (_, i) => [i + 1, i + 1]));
});

Deno.test("backends can be handed in, and none is needed twice", async () => {
  const kernels = referenceKernels();
  const [a, b] = [
    await train(toy, { ...options, kernels }),
    await train(toy, { ...options, kernels }),
  ];
  assertEquals(a.trainCost, b.trainCost);
});

const impossible: [Partial<TrainOptions>, string][] = [
  [{ eta: NaN }, "eta = NaN"],
  [{ eta: 0 }, "eta = 0"],
  [{ eta: -1 }, "eta = -1"],
  [{ eta: Infinity }, "eta = Infinity"],
  [{ lambda: -1e-4 }, "lambda = -0.0001"],
  [{ lambda: NaN }, "lambda = NaN"],
  [{ epochs: 0 }, "epochs = 0"],
  [{ epochs: 1.5 }, "epochs = 1.5"],
  [{ momentum: 1 }, "momentum = 1"],
  [{ etaDecay: 0 }, "etaDecay = 0"],
  [{ batchSize: 0 }, "batchSize = 0"],
  [{ batchSize: 401 }, "batchSize = 401"],
  [{ hidden: [0] }, "a layer of 0 units"],
  [{ hidden: [8, NaN] }, "a layer of NaN units"],
  [{ seed: -1 }, "seed = -1"],
  [{ batchSize: 300, protocol: reportProtocol }, "too few for one mini-batch"],
];
for (const [option, message] of impossible) {
  Deno.test(`refused by name: ${message}`, async () => {
    await assertRejects(() => train(toy, { ...options, ...option }), InputError, message);
  });
}
