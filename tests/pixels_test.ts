import { assertEquals } from "@std/assert";
import { numbersOf } from "klayer/gradient_check/open_pass.ts";
import { miniBatch, pixelTable } from "klayer/pixels.ts";

/** Five images of two bytes. */
const split = {
  pixels: new Uint8Array([0, 1, 10, 11, 20, 21, 30, 31, 40, 255]),
  labels: new Uint8Array([5, 6, 7, 8, 9]),
  mean: 0.25,
};

Deno.test("a byte stands for its 255th part, less the mean", () => {
  const table = pixelTable(0.25);
  assertEquals(table.length, 256);
  assertEquals([table[0], table[51], table[255]], [-0.25, 0.2 - 0.25, 0.75]);
});

Deno.test("a mini-batch has the images and labels at its places", () => {
  const { x, labels, n } = miniBatch(split, null, { from: 1, to: 4 });
  assertEquals([n, ...labels], [3, 6, 7, 8]);
  assertEquals([...x.bytes], [10, 11, 20, 21, 30, 31]);
  const numbers = numbersOf(x, 6);
  assertEquals(numbers[1], 11 / 255 - 0.25);
});

Deno.test("an order is that of images and labels alike", () => {
  const order = new Uint32Array([4, 2, 0, 1, 3]);
  const { x, labels, n } = miniBatch(split, order, { from: 1, to: 4 });
  assertEquals([n, ...labels], [3, 7, 5, 6]);
  assertEquals([...x.bytes], [20, 21, 0, 1, 10, 11]);
  assertEquals(x.table, pixelTable(0.25));
});
