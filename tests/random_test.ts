import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { openRandom, permutation, resumeRandom } from "klayer/random.ts";

Deno.test("Gaussian numbers after seed 400 are NumPy's", () => {
  const random = openRandom(400);
  const found = Array.from({ length: 5 }, () => random.normal(0, 0.001));
  assertEquals(found, [
    -0.001130570513606414,
    0.0006962002335879178,
    -0.0004322930992376072,
    0.0007410203470920872,
    -0.00047813719563947327,
  ]);
});

Deno.test("uniform numbers after seed 400 are NumPy's", () => {
  const random = openRandom(400);
  const found = Array.from({ length: 3 }, () => random.uniform());
  assertEquals(found, [0.6687289088341747, 0.22599847009845475, 0.8592987413441139]);
});

Deno.test("the 10,000th word of MT19937 after seed 5489 is the published check value", () => {
  // ISO C++, [rand.predef]: the check value of mt19937 with its default seed.
  const random = openRandom(5489);
  for (let i = 1; i < 10_000; i++) random.bits();
  assertEquals(random.bits(), 4123659995);
});

Deno.test("uniform numbers lie in [0, 1) and streams with one seed agree", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
    const [a, b] = [openRandom(seed), openRandom(seed)];
    for (let i = 0; i < 50; i++) {
      const u = a.uniform();
      assert(u >= 0 && u < 1);
      assertEquals(b.uniform(), u);
    }
  }));
});

Deno.test("Gaussian numbers have mean 0, variance 1 and the tails of a Gaussian", () => {
  const random = openRandom(1);
  const values = Array.from({ length: 100_000 }, () => random.normal(0, 1));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
  const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
  assert(Math.abs(mean) < 0.015, `mean ${mean}`);
  assert(Math.abs(variance - 1) < 0.02, `variance ${variance}`);
  assert(Math.abs(beyondTwo - 0.0455) < 0.003, `beyond two deviations ${beyondTwo}`);
});

Deno.test("mean and deviation move and stretch the Gaussian numbers", () => {
  const [standard, moved] = [openRandom(3), openRandom(3)];
  for (let i = 0; i < 9; i++) assertEquals(moved.normal(5, 2), 5 + 2 * standard.normal(0, 1));
});

Deno.test("a permutation holds every index once, and every place gets every index", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.nat(), (length, seed) => {
    const order = permutation(length, openRandom(seed));
    assertEquals([...order].sort((a, b) => a - b), Array.from({ length }, (_, i) => i));
  }));
  const random = openRandom(2);
  const counts = Array.from({ length: 9 }, () => 0);
  for (let i = 0; i < 9000; i++) permutation(3, random).forEach((j, at) => counts[3 * at + j]++);
  assert(counts.every((count) => Math.abs(count - 3000) < 200), `counts ${counts}`);
});

Deno.test("an impossible seed is refused by name", () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 32]) {
    assertThrows(() => openRandom(seed), InputError, "seed");
  }
});

Deno.test("a stream goes on from its state, wherever that was taken", () => {
  const draw = (random: ReturnType<typeof openRandom>) => [
    random.bits(),
    random.uniform(),
    random.normal(0, 1),
  ];
  const kinds = fc.array(fc.constantFrom("bits", "uniform", "normal"), { maxLength: 1500 });
  fc.assert(
    fc.property(kinds, (kinds) => {
      const random = openRandom(400);
      for (const kind of kinds) {
        if (kind === "normal") random.normal(0, 1);
        else random[kind as "bits" | "uniform"]();
      }
      const state = random.state();
      const expected = Array.from({ length: 400 }, () => draw(random));
      // The state is a copy: drawing on has not changed it, and it serves twice.
      for (let i = 0; i < 2; i++) {
        const other = resumeRandom(state);
        assertEquals(Array.from({ length: 400 }, () => draw(other)), expected);
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("a state that is none is refused", () => {
  const { words, kept } = openRandom(1).state();
  for (const position of [-1, 0.5, 625, NaN]) {
    assertThrows(() => resumeRandom({ words, position, kept }), InputError, "position");
  }
  assertThrows(() => resumeRandom({ words: words.slice(1), position: 1, kept }), InputError, "623");
});
