/** The backends to test, with the reason where one cannot run here. */

import { type Kernels, openKernels } from "klayer/kernels/mod.ts";
import { blasKernels } from "klayer/kernels/blas.ts";
import { wasmKernels } from "klayer/kernels/wasm.ts";
import { nativeKernels } from "klayer/kernels/native.ts";
import { findVectorUnit } from "klayer/kernels/machine_code.ts";
import { multipliesBytes } from "klayer/kernels/wasm_probe.ts";
import { avx2, avx512, avx512Vnni } from "klayer/kernels/x86_vectors.ts";

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

/** Each has all that the ones before it have. */
const units = [avx2, avx512, avx512Vnni];

const native = units.flatMap((unit, i) =>
  ([1, 2] as const).map((ranks) => {
    const ignore = found === null || units.indexOf(found) < i;
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

/** Those that multiply digits by bytes, and how many samples at once where that is limited. */
export const digitBackends: (TestedBackend & { samplesAtOnce: number })[] = [
  ...portable.slice(0, 2).map(({ name, open }) => {
    const ignore = !multipliesBytes();
    return {
      name: ignore ? `${name} (not in this engine)` : name,
      ignore,
      open,
      samplesAtOnce: 1024,
    };
  }),
  ...native.slice(-2).map((backend) => ({ ...backend, samplesAtOnce: 4096 })),
];
