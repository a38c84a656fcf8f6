import { assertEquals } from "@std/assert";
import { findVectorUnit } from "klayer/kernels/machine_code.ts";
import { type Kernels, openKernels } from "klayer/kernels/mod.ts";

const threads = (name: string) => (ranks: 1 | 2) => openKernels(name, { threads: ranks });

/** The backends that can work on two cores. */
const backends: { name: string; ignore: boolean; open(ranks: 1 | 2): Kernels }[] = [
  { name: "native", ignore: findVectorUnit() === null, open: threads("native") },
  { name: "wasm", ignore: false, open: threads("wasm") },
];

for (const { name, ignore, open } of backends) {
  Deno.test({
    name: `${name}: the bits do not depend on the number of ranks`,
    ignore,
    fn: async () => {
      const size = { n: 130, d: 3072, m: 50 };
      const table = Float64Array.from({ length: 256 }, (_, u) => u / 255 - 0.5);
      const bytes = Uint8Array.from({ length: size.n * size.d }, (_, i) => (i * i) % 251);
      const [one, two] = ([1, 2] as const).map((ranks) => {
        const kernels = open(ranks);
        const [w, dw, v] = [0, 0, 0].map(() => kernels.allocate(size.m * size.d));
        w.forEach((_, i) => w[i] = Math.sin(i));
        const s = kernels.allocate(size.n * size.m);
        return () => {
          kernels.forward(size, { bytes, table }, w, s);
          kernels.weightGradient(size, s, { bytes, table }, dw);
          const momentum = { mu: 0.9, eta: 1e-6, ofLoss: 1, ofWeights: 1e-4 };
          kernels.momentumStep(momentum, w, dw, v);
          kernels.weightStep(size, momentum, s, { bytes, table }, w, v);
          return [s, dw, w, v].map((array) => array.slice());
        };
      });
      for (let step = 0; step < 20; step++) {
        assertEquals(two(), one());
        // The second rank is not there from the start: some steps run without it, and some with it.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  });
}

for (const { name, ignore } of backends) {
  Deno.test({
    name: `${name}: a process ends although its second rank waits for work`,
    ignore,
    fn: async () => {
      const program = `
      import { openKernels } from "klayer/kernels/mod.ts";
      const kernels = openKernels("${name}", { threads: 2 });
      const [x, w] = [100 * 3072, 50 * 3072].map((length) => kernels.allocate(length).fill(1));
      const s = kernels.allocate(100 * 50);
      for (let i = 0; i < 50; i++) {
        kernels.forward({ n: 100, d: 3072, m: 50 }, x, w, s);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      console.log(s[4999]);
    `;
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-read", "--allow-ffi", "--config", "deno.json", "-"],
        stdin: "piped",
        stdout: "piped",
        signal: AbortSignal.timeout(30_000),
      }).spawn();
      const writer = command.stdin.getWriter();
      await writer.write(new TextEncoder().encode(program));
      await writer.close();
      const { success, stdout } = await command.output();
      assertEquals([success, new TextDecoder().decode(stdout)], [true, "3072\n"]);
    },
  });
}
