import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { train } from "klayer/mod.ts";
import { syntheticCifar, syntheticImage } from "klayer/synthetic.ts";

const data = syntheticCifar("10k");

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

Deno.test("a synthetic data set has the form of CIFAR-10", () => {
  const { name, training, validation, test, classes, provenance } = data;
  assertEquals(name, "10k");
  assertEquals(provenance, { kind: "synthetic", files: [], seed: 400 });
  assertEquals(classes.length, 10);
  for (const { pixels, labels } of [training, validation, test]) {
    assertEquals([pixels.length, labels.length], [10_000 * 3072, 10_000]);
    assert(pixels.buffer instanceof SharedArrayBuffer);
  }
  assert(Math.abs(training.mean - 0.47) < 0.02, `mean ${training.mean}`);
});

Deno.test("all ten classes are about equally frequent in each split", () => {
  for (const { labels } of [data.training, data.validation, data.test]) {
    const counts = new Array(10).fill(0);
    for (const label of labels) counts[label]++;
    // 1000 is expected with a standard deviation of 30.
    for (const count of counts) assert(Math.abs(count - 1000) < 150, `${counts}`);
  }
});

Deno.test("an image depends on the seed and its place in the files only", () => {
  const places = [[data.training, 5, 5], [data.validation, 7, 10_007], [data.test, 9, 50_009]];
  for (const [split, i, index] of places as [typeof data.training, number, number][]) {
    const { label, pixels } = syntheticImage(index);
    assertEquals(split.labels[i], label);
    assertEquals(split.pixels.slice(i * 3072, (i + 1) * 3072), new Uint8Array(pixels));
  }
  assertEquals(syntheticImage(5, { seed: 400 }), syntheticImage(5));
  assertNotEquals(syntheticImage(5, { seed: 401 }), syntheticImage(5));
});

Deno.test("the same images come on every machine", () => {
  assertEquals(data.training.labels.slice(0, 10), Uint8Array.of(1, 9, 0, 9, 0, 6, 1, 1, 1, 8));
  assertEquals(md5(data.training.pixels.slice(0, 10 * 3072)), "1eb98e47d9ce9c6de884459f9a59a587");
  assertEquals(
    md5(new Uint8Array(syntheticImage(59_999, { seed: 1 }).pixels)),
    "77e555eb78f05ab543a6e1ee75d92d9c",
  );
});

Deno.test("no two images of a seed are equal", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 10_000; i++) {
    seen.add(md5(data.training.pixels.slice(i * 3072, (i + 1) * 3072)));
  }
  assertEquals(seen.size, 10_000);
});

Deno.test("a network reads more from the images than a linear classifier can", async () => {
  const best = async (hidden: number[], eta: number) => {
    const run = await train(data, { hidden, eta, epochs: 5, batchNorm: hidden.length > 0 });
    return run.best!.validationAccuracy;
  };
  const linear = await best([], 0.002);
  const network = await best([50], 0.02);
  assert(linear > 20 && linear < 33, `linear classifier: ${linear}%`);
  assert(network > 38 && network < 60, `network: ${network}%`);
});
