import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { meanInterval, pairedInterval } from "klayer/interval.ts";
import { openRandom } from "klayer/random.ts";

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
  minLength: 2,
  maxLength: 20,
});

Deno.test("half the width is the t quantile of every table times the standard error", () => {
  // Two-sided 95%, by degrees of freedom.
  const table = [[1, 12.7062], [4, 2.7764], [9, 2.2622], [29, 2.0452]];
  for (const [freedom, t] of table) {
    const n = freedom + 1;
    const { mean, deviation, high } = meanInterval(Array.from({ length: n }, (_, i) => i));
    assertAlmostEquals((high - mean) / (deviation / Math.sqrt(n)), t, 1e-4);
  }
});

Deno.test("an interval moves and stretches with its values and contains their mean", () =>
  fc.assert(fc.property(values, fc.double({ min: 0.1, max: 9, noNaN: true }), (values, factor) => {
    const one = meanInterval(values);
    const other = meanInterval(values.map((value) => factor * value + 5));
    assert(one.low <= one.mean && one.mean <= one.high);
    assertAlmostEquals(other.low, factor * one.low + 5, 1e-6);
    assertAlmostEquals(other.high, factor * one.high + 5, 1e-6);
  })));

Deno.test("95 of 100 intervals of normal values contain the true mean", () => {
  const random = openRandom(7);
  let hits = 0;
  const trials = 4000;
  for (let i = 0; i < trials; i++) {
    const { low, high } = meanInterval(Array.from({ length: 5 }, () => random.normal(3, 2)));
    if (low <= 3 && 3 <= high) hits++;
  }
  // Three standard errors of such a share are 1%.
  assertAlmostEquals(hits / trials, 0.95, 0.0104);
});

Deno.test("what the values of a pair share does not widen the interval of their difference", () =>
  fc.assert(fc.property(values, (shared) => {
    const b = shared.map((value, i) => value + (i % 2));
    const { interval } = pairedInterval(shared, b);
    const plain = meanInterval(shared.map((_, i) => i % 2));
    assertAlmostEquals(interval.low, plain.low, 1e-9);
    assertAlmostEquals(interval.high, plain.high, 1e-9);
  })));

Deno.test("too few, unpaired or missing values are refused by name", () => {
  assertThrows(() => meanInterval([1]), InputError, "Found 1 value,");
  assertThrows(() => meanInterval([1, NaN]), InputError, "Found the value NaN");
  assertThrows(() => pairedInterval([1, 2], [1]), InputError, "Found 2 and 1 values");
});
