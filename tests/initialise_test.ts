import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { gaussian, he, type Initialise, plain } from "klayer/initialise.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { openNetwork } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";
import { caseSizes } from "./oracle.ts";

const ways: [string, Initialise, (d: number, m: number) => number][] = [
  ["plain weights have a deviation of 0.001", plain(), () => 0.001],
  ["plain weights have the deviation asked for", plain(0.5), () => 0.5],
  ["He weights have a variance of 2 by the inputs", he(), (d) => Math.sqrt(2 / d)],
  ["other weights go by inputs and units", gaussian((d, m) => d + 10 * m), (d, m) => d + 10 * m],
];
for (const [name, initialise, deviation] of ways) {
  Deno.test(`${name}, drawn layer by layer, row by row`, () => {
    fc.assert(fc.property(caseSizes({ n: 1 }), ({ d, hidden, K, seed }) => {
      const network = openNetwork({ inputs: d, hidden, classes: K }, referenceKernels());
      initialise(network, openRandom(seed));
      const random = openRandom(seed);
      for (const { w, b, d, m } of network.layers) {
        const drawn = Array.from({ length: m * d }, () => random.normal(0, deviation(d, m)));
        assertEquals([...w], drawn);
        assertEquals(b, new Float64Array(m));
      }
    }));
  });
}
