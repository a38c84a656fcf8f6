import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { meanPixel } from "klayer/cifar10/mean_pixel.ts";

/** NumPy's order of summation, written as its definition reads: on lists of numbers, by recursion. */
function pairwise(values: number[]): number {
  if (values.length > 128) {
    const half = Math.floor(values.length / 2);
    const left = half - half % 8;
    return pairwise(values.slice(0, left)) + pairwise(values.slice(left));
  }
  const inOrder = (start: number, some: number[]) => some.reduce((sum, v) => sum + v, start);
  if (values.length < 8) return inOrder(0, values);
  const whole = values.length - values.length % 8;
  const r = [0, 1, 2, 3, 4, 5, 6, 7].map((k) =>
    inOrder(0, values.slice(0, whole).filter((_, i) => i % 8 === k))
  );
  const sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  return inOrder(sum, values.slice(whole));
}

function referenceMean(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 8192) {
    sum += pairwise(Array.from(bytes.subarray(i, i + 8192), (u) => u / 255));
  }
  return sum / bytes.length;
}

Deno.test("meanPixel equals the definition of NumPy's order to the last bit", () => {
  const lengths = fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 8000, max: 8400 }),
    fc.integer({ min: 1, max: 40_000 }),
  );
  fc.assert(
    fc.property(lengths, fc.integer({ min: 0, max: 1000 }), (length, seed) => {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * seed + seed) % 251);
      assertEquals(meanPixel(bytes), referenceMean(bytes));
    }),
    { numRuns: 100 },
  );
});

Deno.test("meanPixel equals what NumPy 2.4.6 gives for a byte-swapped array", () => {
  // (b / 255.0).astype(">f8").mean() for b[i] = (31 i^2 + 7 i + 3) mod 251
  const means = [
    [1, 0.011764705882352941],
    [7, 0.2683473389355743],
    [8, 0.26666666666666666],
    [9, 0.2522875816993464],
    [127, 0.4916473676084606],
    [128, 0.4922794117647059],
    [129, 0.4892536859705122],
    [1000, 0.474956862745098],
    [8191, 0.4748037659698234],
    [8192, 0.4748420266544118],
    [8193, 0.4748113525893697],
    [20000, 0.4746450980392156],
    [100000, 0.4745278431372549],
  ];
  for (const [length, mean] of means) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 7 + 3) % 251);
    assertEquals(meanPixel(bytes), mean, `${length} bytes`);
  }
});

Deno.test("meanPixel of nothing is NaN", () => {
  assertEquals(meanPixel(new Uint8Array(0)), NaN);
});
