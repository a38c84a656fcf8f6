/**
 * Dense products by a BLAS library that is on this machine, on one core: for processors on which the
 * native backend has no code of its own.
 *
 * A BLAS reads numbers, so pixels are converted into a buffer first, some samples at a time.
 *
 * @module
 */

import {
  AS_IT_IS,
  type BlasLibrary,
  blasPlaces,
  openBlas,
  ROW_MAJOR,
  TRANSPOSED,
} from "./blas_library.ts";
import { blocks, type Range } from "./blocks.ts";
import { checkAtLeast, checkLengths } from "./check_lengths.ts";
import { plainColumns } from "./columns.ts";
import type { Input, Kernels } from "./kernels.ts";
import { referenceKernels } from "./reference.ts";
import { weightStepInParts } from "./weight_step.ts";

/** How many samples are converted at a time. */
const SAMPLES = 1024;

let found: BlasLibrary | undefined;

/**
 * The backend of a BLAS library.
 *
 * @param places files to try; by default those of this project's Python environment and of the system
 * @throws {InputError} where there is no library, or none that computes right
 *
 * @example
 * ```ts
 * import { blasKernels } from "klayer/kernels/blas.ts";
 * import { InputError } from "klayer/errors.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => blasKernels(["/no/such/library.so"]), InputError, "Found no BLAS library");
 * ```
 */
export function blasKernels(places?: readonly (string | URL)[]): Kernels {
  const { name, dgemm } = places ? openBlas(places) : found ??= openBlas(blasPlaces());
  const { momentumStep, relu, reluGradient } = referenceKernels();
  let buffer = new Float64Array(0);

  /** Samples as numbers. */
  function numbers(x: Input, d: number, { from, to }: Range): Float64Array {
    if (x instanceof Float64Array) return x.subarray(from * d, to * d);
    const { bytes, table } = x;
    const length = (to - from) * d;
    if (buffer.length < length) buffer = new Float64Array(length);
    for (let i = 0; i < length; i++) buffer[i] = table[bytes[from * d + i]];
    return buffer;
  }

  const kernels: Omit<Kernels, "weightStep"> = {
    ...plainColumns,
    name: `blas (${name})`,
    allocate: (length) => new Float64Array(length),

    forward(size, x, w, s) {
      const { n, d, m } = size;
      checkLengths(size, { x, w, s });
      if (n * d * m === 0) return void s.fill(0, 0, n * m);
      for (const { from, to } of blocks({ from: 0, to: n }, SAMPLES)) {
        const [a, c] = [numbers(x, d, { from, to }), s.subarray(from * m)];
        dgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, to - from, m, d, 1, a, d, w, d, 0, c, m);
      }
    },

    weightGradient(size, g, x, dw) {
      const { n, d, m } = size;
      checkLengths(size, { g, x, dw });
      if (n * d * m === 0) return void dw.fill(0, 0, m * d);
      for (const { from, to } of blocks({ from: 0, to: n }, SAMPLES)) {
        const [a, b] = [g.subarray(from * m), numbers(x, d, { from, to })];
        const beta = from > 0 ? 1 : 0;
        dgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, m, d, to - from, 1, a, m, b, d, beta, dw, d);
      }
    },

    inputGradient(size, g, w, dx) {
      const { n, d, m } = size;
      checkLengths(size, { g, w, dx });
      if (n * d * m === 0) return void dx.fill(0, 0, n * d);
      dgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, n, d, m, 1, g, m, w, d, 0, dx, d);
    },

    momentumStep(step, w, dw, v) {
      checkAtLeast(dw.length, { w, v });
      momentumStep(step, w, dw, v);
    },

    relu,

    reluGradient(h, g) {
      checkAtLeast(h.length, { g });
      reluGradient(h, g);
    },
  };
  return { ...kernels, weightStep: weightStepInParts(kernels) };
}
