/** The backends to test, with the reason where one cannot run here. */

import { type Kernels, openKernels } from "klayer/kernels/mod.ts";

interface TestedBackend {
  readonly name: string;
  readonly ignore: boolean;
  open(): Kernels;
}

export const availableBackends: TestedBackend[] = ["wasm", "reference"].map((name) => ({
  name,
  ignore: false,
  open: () => openKernels(name),
}));
