/** Pixels that are copied into the memory once, for several products. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasmKernels } from "klayer/kernels/wasm.ts";

const table = Float64Array.from({ length: 256 }, (_, u) => u / 255 - 0.25);
const bytesOf = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * i + seed * i + seed) % 256);

Deno.test("wasm: pixels that are brought give the same bits, batch after batch", () => {
  const kernels = wasmKernels();
  const size = fc.integer({ min: 0, max: 70 });
  const batch = fc.record({ n: size, d: size, m: size, seed: fc.nat({ max: 255 }) });
  fc.assert(fc.property(batch, ({ seed, ...size }) => {
    const { n, d, m } = size;
    const pixels = { bytes: bytesOf(n * d, seed), table };
    const results = [pixels, kernels.bring!(pixels)].map((x) => {
      const [w, v] = [0, 0].map(() => new Float64Array(m * d));
      w.forEach((_, i) => w[i] = Math.sin(i + seed));
      const s = new Float64Array(n * m);
      kernels.forward(size, x, w, s);
      kernels.weightStep(size, { mu: 0.9, eta: 0.1, ofLoss: 1, ofWeights: 0 }, s, x, w, v);
      return { s, w, v };
    });
    assertEquals(results[1], results[0]);
  }));
});

Deno.test("wasm: what is brought is as the pixels were then, and the next call sees them anew", () => {
  const kernels = wasmKernels();
  const size = { n: 2, d: 2, m: 1 };
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const values = Float64Array.from({ length: 256 }, (_, u) => u);
  const [w, s] = [Float64Array.of(10, 1), new Float64Array(2)];
  const brought = kernels.bring!({ bytes, table: values });
  bytes.fill(0);
  kernels.forward(size, { bytes: bytesOf(4, 9), table: values }, w, s);
  kernels.forward(size, brought, w, s);
  assertEquals([...s], [12, 34]);
  kernels.forward(size, kernels.bring!({ bytes, table: values }), w, s);
  assertEquals([...s], [0, 0]);
});
