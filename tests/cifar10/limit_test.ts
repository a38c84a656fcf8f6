import { assert, assertEquals, assertThrows } from "@std/assert";
import { limitDataset } from "klayer/cifar10/limit.ts";
import type { Dataset } from "klayer/dataset.ts";
import { InputError } from "klayer/errors.ts";

function toy(trainingImages: number, validationImages: number): Dataset {
  const split = (n: number) => ({
    pixels: Uint8Array.from({ length: n * 3072 }, (_, i) => i),
    labels: Uint8Array.from({ length: n }, (_, i) => i),
    mean: n / 10,
  });
  return {
    name: "toy",
    training: split(trainingImages),
    validation: split(validationImages),
    test: split(2),
    classes: [],
    provenance: { kind: "cifar-10", files: [] },
  };
}

Deno.test("limitDataset keeps the first images, the means and the memory", () => {
  const data = toy(6, 5);
  const limited = limitDataset(data, 4);
  assertEquals(limited.name, "toy, first 4");
  assertEquals(limited.training.labels, Uint8Array.of(0, 1, 2, 3));
  assertEquals(limited.validation.labels, Uint8Array.of(0, 1, 2, 3));
  assertEquals(limited.training.pixels, data.training.pixels.slice(0, 4 * 3072));
  assertEquals([limited.training.mean, limited.validation.mean], [0.6, 0.5]);
  assert(limited.training.pixels.buffer === data.training.pixels.buffer, "a view, not a copy");
  assertEquals(limited.test, data.test);
  assertEquals(limited.provenance, data.provenance);
});

Deno.test("limitDataset keeps all validation images where there are fewer", () => {
  const limited = limitDataset(toy(6, 2), 6);
  assertEquals([limited.training.labels.length, limited.validation.labels.length], [6, 2]);
});

for (const n of [0, -1, 1.5, 7, NaN, Infinity]) {
  Deno.test(`limitDataset refuses ${n} of 6 images`, () => {
    assertThrows(
      () => limitDataset(toy(6, 6), n),
      InputError,
      `Found limit = ${n}, expected an integer from 1 to 6`,
    );
  });
}
