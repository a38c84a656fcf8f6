import { assertEquals } from "@std/assert";
import fc from "fast-check";
import * as mathjs from "mathjs";
import {
  batchMoments,
  batchNormForward,
  followMoments,
  openBatchNorm,
  standardBatchNorm,
} from "klayer/batch_norm.ts";
import { denseBackward, denseForward } from "klayer/dense.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { openRandom } from "klayer/random.ts";
import { reluBackward, reluForward } from "klayer/relu.ts";
import { countCorrect, crossEntropySum, softmaxBackward, softmaxForward } from "klayer/softmax.ts";
import { assertClose } from "./oracle.ts";

const sizes = fc.record({
  n: fc.integer({ min: 1, max: 9 }),
  d: fc.integer({ min: 1, max: 9 }),
  m: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
});

function draw(length: number, seed: number): Float64Array {
  const random = openRandom(seed);
  return Float64Array.from({ length }, () => random.normal(0, 1));
}

/** The rows of a matrix of so many columns. */
function rows(values: Float64Array, columns: number): number[][] {
  return Array.from(
    { length: values.length / columns },
    (_, i) => [...values.subarray(i * columns, (i + 1) * columns)],
  );
}

const flat = (matrix: unknown) => (matrix as number[][]).flat();

Deno.test("the dense layer is mathjs's", () => {
  fc.assert(fc.property(sizes, ({ n, d, m, seed }) => {
    const [x, w, b, g] = [n * d, m * d, m, n * m].map((length, i) => draw(length, seed + i));
    const s = new Float64Array(n * m);
    denseForward(referenceKernels(), { n, d, m }, x, w, b, s);
    const product = mathjs.multiply(rows(x, d), mathjs.transpose(rows(w, d)));
    assertClose(s, flat(mathjs.add(product, Array(n).fill([...b]))), 1e-13, "s");

    const [dw, db, dx] = [m * d, m, n * d].map((length) => new Float64Array(length).fill(NaN));
    denseBackward(referenceKernels(), { n, d, m }, g, x, w, dw, db, dx);
    assertClose(dw, flat(mathjs.multiply(mathjs.transpose(rows(g, m)), rows(x, d))), 1e-13, "dw");
    assertClose(db, mathjs.sum(rows(g, m), 0) as unknown as number[], 1e-13, "db");
    assertClose(dx, flat(mathjs.multiply(rows(g, m), rows(w, d))), 1e-13, "dx");
  }));
});

Deno.test("softmax and its cost are mathjs's in 64 digits", () => {
  const { bignumber, exp, log, divide, add, number } = mathjs.create(mathjs.all, {
    number: "BigNumber",
    precision: 64,
  });
  fc.assert(fc.property(sizes, ({ n, m: K, seed }) => {
    const s = draw(n * K, seed).map((value) => 10 * value);
    const labels = Uint8Array.from({ length: n }, (_, i) => (seed + i) % K);
    const expected = rows(s, K).flatMap((logits) => {
      const exponentials = logits.map((value) => exp(bignumber(value)));
      const sum = exponentials.reduce((a, b) => add(a, b) as typeof a);
      return exponentials.map((value) => divide(value, sum));
    });
    softmaxForward(n, K, s);
    assertClose(s, expected.map((value) => number(value as never)), 1e-14, "p");
    const cost = rows(s, K).reduce(
      (sum, _, i) => sum - number(log(expected[i * K + labels[i]] as never) as never),
      0,
    );
    assertClose([crossEntropySum(n, K, labels, s)], [cost], 1e-12, "cost", Math.max(1, cost));
    const p = s.slice();
    softmaxBackward(n, K, labels, s);
    const g = p.map((value, i) => (value - (labels[Math.floor(i / K)] === i % K ? 1 : 0)) / n);
    assertClose(s, g, 1e-15, "g");
  }));
});

Deno.test("softmax stands scores that would overflow, and keeps NaN", () => {
  const s = new Float64Array([1e308, -1e308, NaN, 0]);
  softmaxForward(2, 2, s);
  assertEquals([...s], [1, 0, NaN, NaN]);
});

Deno.test("whichever class has the largest probability wins, the last one, too", () => {
  fc.assert(fc.property(sizes, ({ n, m: K, seed }) => {
    const p = draw(n * K, seed);
    const winners = rows(p, K).map((row) => row.indexOf(Math.max(...row)));
    assertEquals(countCorrect(n, K, Uint8Array.from(winners), p), n);
    const others = Uint8Array.from(winners, (winner) => winner + 1);
    assertEquals(countCorrect(n, K, others, p), 0);
  }));
});

Deno.test("of equal probabilities the first class wins", () => {
  assertEquals(countCorrect(2, 3, new Uint8Array([0, 1]), new Float64Array(6)), 1);
});

Deno.test("ReLU keeps NaN and lets no gradient through at 0", () => {
  const s = new Float64Array([-1, -0, 0, 2, NaN, -Infinity]);
  reluForward(s);
  assertEquals([...s].map((value) => value + 0), [0, 0, 0, 2, NaN, 0]);
  const g = new Float64Array(6).fill(1);
  reluBackward(s, g);
  assertEquals([...g], [0, 0, 0, 1, 1, 0]);
});

Deno.test("the moments are mathjs's mean and uncorrected variance", () => {
  fc.assert(fc.property(sizes, ({ n, m, seed }) => {
    const s = draw(n * m, seed);
    const moments = { mean: new Float64Array(m), variance: new Float64Array(m) };
    batchMoments(n, s, moments);
    const columns = mathjs.transpose(rows(s, m));
    assertClose(moments.mean, columns.map((column) => mathjs.mean(column)), 1e-13, "mean", 1);
    const variances = columns.map((column) => Number(mathjs.variance(column, "uncorrected")));
    assertClose(moments.variance, variances, 1e-13, "variance", 1);
  }));
});

Deno.test("normalised units have mean beta and deviation gamma", () => {
  fc.assert(fc.property(sizes, ({ n, m, seed }) => {
    const norm = openBatchNorm(m, { ...standardBatchNorm, epsilon: 1e-12 });
    norm.gamma!.set(draw(m, seed + 1));
    norm.beta!.set(draw(m, seed + 2));
    const [s, z] = [draw((n + 2) * m, seed), new Float64Array((n + 2) * m)];
    const moments = { mean: new Float64Array(m), variance: new Float64Array(m) };
    batchMoments(n + 2, s, moments);
    batchNormForward(norm, moments, n + 2, s, z);
    batchMoments(n + 2, s, moments);
    assertClose(moments.mean, norm.beta!, 1e-6, "mean", 1);
    assertClose(moments.variance, norm.gamma!.map((gamma) => gamma ** 2), 1e-5, "variance", 1);
  }));
});

Deno.test("the first mini-batch sets the averages, later ones move them", () => {
  const norm = openBatchNorm(1, { ...standardBatchNorm, decay: 0.9 });
  const batch = (value: number) => ({
    mean: new Float64Array([value]),
    variance: new Float64Array([2 * value]),
  });
  followMoments(norm, batch(10));
  assertEquals([norm.averages.mean[0], norm.averages.variance[0]], [10, 20]);
  followMoments(norm, batch(20));
  assertClose([norm.averages.mean[0], norm.averages.variance[0]], [11, 22], 1e-15, "averages");
});
