/**
 * The choice of a backend for the dense products.
 *
 * @module
 */

import { InputError } from "../errors.ts";
import type { Kernels } from "./kernels.ts";
import { referenceKernels } from "./reference.ts";
import { wasmKernels } from "./wasm.ts";

export type { Input, Kernels, Pixels, Size } from "./kernels.ts";

/** The backends by name, the fastest first. */
export const backends = ["native", "wasm", "reference"] as const;

/** The name of a backend. */
export type Backend = typeof backends[number];

/**
 * Opens a backend of the dense products: the best available one, unless a name is given.
 *
 * @throws {InputError} when the name is unknown or the backend is not available on this machine.
 *
 * @example
 * ```ts
 * import { openKernels } from "klayer/kernels/mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(openKernels("reference").name, "reference");
 * ```
 */
export function openKernels(name: string = "wasm", options: { threads?: number } = {}): Kernels {
  const { threads = 1 } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new InputError(`Found ${threads} threads, expected a whole number from 1 on.`);
  }
  switch (name) {
    case "wasm":
      return wasmKernels();
    case "reference":
      return referenceKernels();
    case "native":
      throw new InputError(
        `Found no native backend on this machine, expected a BLAS library: use "wasm" instead.`,
      );
    default:
      throw new InputError(
        `Found backend "${name}", expected one of ${backends.join(", ")}: choose one of these.`,
      );
  }
}
