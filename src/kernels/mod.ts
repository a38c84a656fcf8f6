/**
 * The choice of a backend for the dense products.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import { blasKernels } from "./blas.ts";
import type { Kernels } from "./kernels.ts";
import { nativeKernels } from "./native.ts";
import { referenceKernels } from "./reference.ts";
import { wasmKernels } from "./wasm.ts";

export type { Input, Kernels, Pixels, Size } from "./kernels.ts";

/** The backends by name, the fastest first. */
export const backends = ["native", "blas", "wasm", "reference"] as const;

/** The name of a backend. */
export type Backend = typeof backends[number];

/**
 * Opens a backend of the dense products: the best available one, unless a name is given. Where the
 * choice has fallen on a slow one, its `notice` says why.
 *
 * @param options.threads processor cores to use: 1, or 2 where the backend can and there are two
 * @throws {InputError} when the name is unknown or the backend is not available on this machine
 *
 * @example
 * ```ts
 * import { openKernels } from "klayer/kernels/mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(openKernels("reference").name, "reference");
 * ```
 */
export function openKernels(name?: string, options: { threads?: number } = {}): Kernels {
  const { threads = navigator.hardwareConcurrency } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new InputError(
      `Found ${threads} threads, expected a whole number from 1: choose 1 or 2.`,
    );
  }
  const ranks = threads === 1 ? 1 : 2;
  switch (name) {
    case undefined:
      return nativeKernels({ ranks }) ?? blasOrWasm(ranks);
    case "native": {
      const kernels = nativeKernels({ ranks });
      if (kernels !== null) return kernels;
      throw new InputError(
        "Found no native backend, expected an x86-64 processor with AVX2 on Linux or macOS and the " +
          'permission --allow-ffi: give it, or use "wasm".',
      );
    }
    case "blas":
      return blasKernels();
    case "wasm":
      return wasmKernels({ ranks });
    case "reference":
      return referenceKernels();
    default:
      throw new InputError(
        `Found backend "${name}", expected one of ${backends.join(", ")}: choose one of these.`,
      );
  }
}

function blasOrWasm(ranks: 1 | 2): Kernels {
  try {
    return blasKernels();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...wasmKernels({ ranks }), notice: `Using WebAssembly. ${error.message}` };
  }
}
