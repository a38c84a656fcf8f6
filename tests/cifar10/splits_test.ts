import { assert, assertEquals, assertThrows } from "@std/assert";
import { layOut, type SetName, trainingImages } from "klayer/cifar10/splits.ts";
import { InputError } from "klayer/errors.ts";

/** Lays out a set whose labels are the number of the file, 6 for the test file, and 40 x it as grey. */
function numbered(name: SetName) {
  const layout = layOut(name);
  for (const { name, pixels, labels } of layout.files) {
    const number = name === "test_batch.bin" ? 6 : Number(name.match(/\d/)![0]);
    labels.fill(number);
    pixels.fill(40 * number);
  }
  return layout.splits();
}

/** Runs of equal labels, such as [1, 10000] for 10,000 ones. */
function runs(labels: Uint8Array): number[][] {
  const found: number[][] = [];
  for (const label of labels) {
    if (found.at(-1)?.[0] === label) found.at(-1)![1]++;
    else found.push([label, 1]);
  }
  return found;
}

const grey = (number: number) => 40 * number / 255;
const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;

Deno.test("10k: batch 1 trains, batch 2 validates", () => {
  const { training, validation, test } = numbered("10k");
  assertEquals(runs(training.labels), [[1, 10_000]]);
  assertEquals(runs(validation.labels), [[2, 10_000]]);
  assertEquals(runs(test.labels), [[6, 10_000]]);
  for (const { mean } of [training, validation, test]) assert(near(mean, grey(1)));
});

Deno.test("49k: batches 1, 3, 4, 5 and 9,000 of 2 train, the last 1,000 of 2 validate", () => {
  const { training, validation, test } = numbered("49k");
  assertEquals(runs(training.labels), [
    [1, 10_000],
    [3, 10_000],
    [4, 10_000],
    [5, 10_000],
    [2, 9_000],
  ]);
  assertEquals(runs(validation.labels), [[2, 1_000]]);
  assertEquals(runs(test.labels), [[6, 10_000]]);
  const mean = (grey(1) + grey(3) + grey(4) + grey(5) + 0.9 * grey(2)) / 4.9;
  assert(near(training.mean, mean));
  assertEquals(validation.mean, training.mean);
  assert(near(test.mean, grey(1)), "the test images keep the mean of 10k");
});

Deno.test("pixels and labels lie in shared memory, one copy of each", () => {
  const { training, validation, test } = layOut("10k").splits();
  for (const key of ["pixels", "labels"] as const) {
    assert(training[key].buffer instanceof SharedArrayBuffer);
    assert(training[key].buffer === validation[key].buffer);
    assert(training[key].buffer === test[key].buffer);
    assertEquals(training[key].length, key === "labels" ? 10_000 : 10_000 * 3072);
  }
});

Deno.test("an unknown set is refused", () => {
  for (const name of ["50k", "toString", ""]) {
    assertThrows(() => layOut(name as SetName), InputError, `Found data set "${name}"`);
    assertThrows(() => trainingImages(name as SetName), InputError, 'expected "10k" or "49k"');
  }
});
