import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { openRandom } from "klayer/random.ts";
import { spreadOf } from "klayer/variance.ts";

Deno.test("the spreads are those of a worked example", () => {
  // Means 2 and 6; deviations -1, 1 and -2, 2: within^2 = 10 / 2, between^2 = 8.
  const { means, within, between, expected } = spreadOf([[1, 3], [4, 8]], openRandom(1));
  assertEquals(means, [2, 6]);
  assertAlmostEquals(within, Math.sqrt(5), 1e-12);
  assertAlmostEquals(between, Math.sqrt(8), 1e-12);
  assertAlmostEquals(expected, Math.sqrt(5 / 2), 1e-12);
});

Deno.test("the chance of two groups of two is that of counting all deals", () => {
  // Of the 24 orders, those with 1 and 2 in one group: 8.
  const { chance } = spreadOf([[1, 2], [3, 4]], openRandom(1), { shuffles: 20_000 });
  assertAlmostEquals(chance, 1 / 3, 0.015);
});

Deno.test("groups that are all the same look like chance, groups far apart do not", () => {
  const random = openRandom(7);
  const draw = (centre: number) => Array.from({ length: 4 }, () => random.normal(centre, 1));
  const options = { shuffles: 400 };
  let small = 0;
  for (let i = 0; i < 200; i++) {
    const same = spreadOf(Array.from({ length: 10 }, () => draw(0)), random, options);
    if (same.chance <= 0.05) small++;
    const apart = spreadOf(Array.from({ length: 10 }, (_, g) => draw(3 * g)), random, options);
    assert(apart.chance < 0.01);
  }
  // 5% of 200, four standard deviations to either side.
  assert(Math.abs(small - 10) < 4 * Math.sqrt(200 * 0.05 * 0.95), `${small} of 200`);
});

Deno.test("moving and stretching all values changes nothing but the unit", () => {
  const group = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: 3,
    maxLength: 3,
  });
  fc.assert(
    fc.property(fc.array(group, { minLength: 2, maxLength: 5 }), (groups) => {
      const options = { shuffles: 50 };
      const a = spreadOf(groups, openRandom(3), options);
      const moved = groups.map((values) => values.map((value) => 50 + 8 * value));
      const b = spreadOf(moved, openRandom(3), options);
      assertAlmostEquals(b.within, 8 * a.within, 1e-9);
      assertAlmostEquals(b.between, 8 * a.between, 1e-9);
    }),
    { numRuns: 30 },
  );
});

Deno.test("the order that was found counts among the shuffles, so that no chance is 0", () => {
  const groups = [[1, 2, 3, 4, 5, 6], [101, 102, 103, 104, 105, 106]];
  assertEquals(spreadOf(groups, openRandom(1), { shuffles: 9 }).chance, 1 / 10);
});

Deno.test("equal values are no finding", () => {
  const { within, between, chance } = spreadOf([[5, 5], [5, 5]], openRandom(1));
  assertEquals([within, between, chance], [0, 0, 1]);
});

Deno.test("groups that cannot be compared are refused", () => {
  for (const groups of [[], [[1, 2]], [[1], [2]], [[1, 2], [3]]]) {
    assertThrows(() => spreadOf(groups, openRandom(1)), InputError, "Found groups of");
  }
});
