/** The backends to test, with the reason where one cannot run here. */

import { type Kernels, openKernels } from "klayer/kernels/mod.ts";
import { wasmKernels } from "klayer/kernels/wasm.ts";
import { nativeKernels } from "klayer/kernels/native.ts";
import { findVectorUnit } from "klayer/kernels/machine_code.ts";
import { avx2, avx512 } from "klayer/kernels/x86_assembler.ts";

interface TestedBackend {
  readonly name: string;
  readonly ignore: boolean;
  open(): Kernels;
}

const found = findVectorUnit();

const portable = [
  ...([1, 2] as const).map((ranks) => ({
    name: `wasm, ranks: ${ranks}`,
    ignore: false,
    open: () => wasmKernels({ ranks }),
  })),
  { name: "reference", ignore: false, open: () => openKernels("reference") },
];

const native = [avx512, avx2].flatMap((unit) =>
  ([1, 2] as const).map((ranks) => {
    const ignore = found === null || found.lanes < unit.lanes;
    return {
      name: `native ${unit.name}, ranks: ${ranks}${ignore ? ` (not on this machine)` : ""}`,
      ignore,
      open: () => nativeKernels({ ranks, unit })!,
    };
  })
);

export const availableBackends: TestedBackend[] = [...portable, ...native];
