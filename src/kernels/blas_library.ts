/**
 * Finding a BLAS library that is there already, and what of it the dense products need.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { reasonOf } from "../reason.ts";
import { InputError } from "../errors.ts";
import { cutOff } from "./elf.ts";

/** Of row-major matrices: C = alpha op(A) op(B) + beta C, with every length in numbers. */
export type Dgemm = (
  ...args: [
    ...[order: number, transposeA: number, transposeB: number],
    ...[rows: number, columns: number, inner: number],
    ...[alpha: number, a: Float64Array, lineA: number, b: Float64Array, lineB: number],
    ...[beta: number, c: Float64Array, lineC: number],
  ]
) => void;

export const ROW_MAJOR = 101;
export const AS_IT_IS = 111;
export const TRANSPOSED = 112;

/** A BLAS that computes on one processor core. */
export interface BlasLibrary {
  /** Such as "OpenBLAS 0.3.30". */
  readonly name: string;
  readonly dgemm: Dgemm;
}

/** Where a library may be: first in this project's Python environment, then in the system. */
export function blasPlaces(): (string | URL)[] {
  const system: Partial<Record<typeof Deno.build.os, string[]>> = {
    linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so"],
    darwin: [
      "/System/Library/Frameworks/Accelerate.framework/Accelerate",
      "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    ],
    windows: ["libopenblas.dll", "mkl_rt.2.dll"],
  };
  return [...pythonPlaces(), ...system[Deno.build.os] ?? []];
}

/** What the Python package scipy-openblas32 has installed into .venv. */
function pythonPlaces(): URL[] {
  const venv = new URL("../../.venv/", import.meta.url);
  const endings = { linux: "so", darwin: "dylib", windows: "dll" } as const;
  const ending = endings[Deno.build.os as keyof typeof endings];
  const libraries = new URL("lib/", venv);
  let pythons: string[];
  try {
    pythons = [...Deno.readDirSync(libraries)].map(({ name }) => `lib/${name}`);
  } catch {
    // No environment, or no permission to read it.
    return [];
  }
  return [...pythons, "Lib"]
    .map((python) => `${python}/site-packages/scipy_openblas32/lib/libscipy_openblas.${ending}`)
    .map((path) => new URL(path, venv));
}

/**
 * Opens the first of the libraries that can be loaded and computes a product as it should.
 *
 * @throws {InputError} where there is none; the message says why
 */
export function openBlas(places: readonly (string | URL)[]): BlasLibrary {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    throw new InputError(
      "Found no permission to call a BLAS, expected --allow-ffi: give it for more speed.",
    );
  }
  const odd: (string | URL)[] = [];
  const unfit: string[] = [];
  for (const place of places) {
    const library = loadBlas(place);
    if (typeof library === "string") {
      if (isThere(place)) unfit.push(`${place}: ${library}`);
    } else if (isRight(library.dgemm)) return library;
    else odd.push(place);
  }
  const reasons = unfit.length > 0 ? ` (${unfit.join("; ")})` : "";
  throw new InputError(
    odd.length > 0
      ? `Found ${odd.join(", ")} without a dgemm that computes right, expected one with 32-bit ` +
        "integers: `deno task setup` installs one."
      : `Found no BLAS library${reasons}, expected one in .venv or in the system: ` +
        "`deno task setup` installs one.",
  );
}

/** Whether there is a file; a bare name is looked for by the system, who knows where. */
function isThere(place: string | URL): boolean {
  try {
    return /[/\\]/.test(String(place)) && Deno.statSync(place).isFile;
  } catch {
    return false;
  }
}

/** A library, or why it is none. */
function loadBlas(place: string | URL): BlasLibrary | string {
  const path = place instanceof URL ? fileURLToPath(place) : place;
  const flaw = Deno.build.os === "linux" && isThere(place) ? cutOff(path) : null;
  if (flaw !== null) return flaw;
  let reason = "";
  for (const prefix of ["scipy_", ""]) {
    try {
      const { symbols } = Deno.dlopen(place, {
        dgemm: { name: `${prefix}cblas_dgemm`, parameters: dgemmParameters, result: "void" },
        openblasThreads: {
          ...{ name: `${prefix}openblas_set_num_threads`, optional: true },
          ...{ parameters: ["i32"], result: "void" },
        },
        openblasConfig: {
          ...{ name: `${prefix}openblas_get_config`, optional: true },
          ...{ parameters: [], result: "pointer" },
        },
        mklThreads: {
          ...{ name: "MKL_Set_Num_Threads", optional: true },
          ...{ parameters: ["i32"], result: "void" },
        },
      });
      symbols.openblasThreads?.(1);
      symbols.mklThreads?.(1);
      const config = symbols.openblasConfig?.() ?? null;
      const name = config !== null
        ? Deno.UnsafePointerView.getCString(config).split(" ").slice(0, 2).join(" ")
        : symbols.mklThreads
        ? "MKL"
        : String(place).includes("Accelerate")
        ? "Accelerate"
        : String(place);
      return { name, dgemm: symbols.dgemm as Dgemm };
    } catch (error) {
      // Not there, for another processor, or without these symbols.
      reason = reasonOf(error);
    }
  }
  return reason;
}

const dgemmParameters = [
  ...["i32", "i32", "i32", "i32", "i32", "i32"] as const,
  ...["f64", "buffer", "i32", "buffer", "i32", "f64", "buffer", "i32"] as const,
] as const;

/**
 * Whether a small product comes out exactly: a library with other integers reads other lengths.
 *
 * @example
 * ```ts
 * import { isRight } from "klayer/kernels/blas_library.ts";
 * import { assert } from "@std/assert";
 *
 * assert(!isRight(() => {}));
 * ```
 */
export function isRight(dgemm: Dgemm): boolean {
  const [a, b, c] = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], [NaN, NaN, NaN, NaN]]
    .map((values) => Float64Array.from(values));
  dgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, 2, 2, 3, 1, a, 3, b, 3, 0, c, 2);
  return [50, 68, 122, 167].every((value, i) => c[i] === value);
}
