/** The backends to test, with the reason where one cannot run here. */

import { type Kernels, openKernels } from "klayer/kernels/mod.ts";
import { blasKernels } from "klayer/kernels/blas.ts";
import { wasmKernels } from "klayer/kernels/wasm.ts";
import { nativeKernels } from "klayer/kernels/native.ts";
import { findVectorUnit } from "klayer/kernels/machine_code.ts";
import { avx2, avx512 } from "klayer/kernels/x86_vectors.ts";

interface TestedBackend {
  readonly name: string;
  readonly ignore: boolean;
  open(): Kernels;
}

const found = findVectorUnit();

const portable = [
  ...[true, false].flatMap((byteProducts) =>
    ([1, 2] as const).map((ranks) => ({
      name: `wasm${byteProducts ? "" : " without byte products"}, ranks: ${ranks}`,
      ignore: false,
      open: () => wasmKernels({ ranks, byteProducts }),
    }))
  ),
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

const blas = { name: "blas", ignore: !hasBlas(), open: () => blasKernels() };

function hasBlas(): boolean {
  try {
    blasKernels();
    return true;
  } catch {
    return false;
  }
}

export const availableBackends: TestedBackend[] = [...portable, blas, ...native];
