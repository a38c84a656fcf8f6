/**
 * What the parts of the WebAssembly program share: where things lie in its memory, in bytes, and which
 * instructions the engine has.
 *
 * @module
 */

import type { Code } from "./wasm_assembler.ts";

/** The instructions that are faster in their relaxed form, which not every engine has. */
export interface Instructions {
  /** a b + c. */
  readonly multiplyAdd: (a: Code, b: Code, c: Code) => Code;
  /** The bytes of a vector whose indices are in another: below 16, or 128 and more for nothing. */
  readonly pick: (bytes: Code, indices: Code) => Code;
}

/** The coefficients mu, eta, ofLoss and ofWeights of a momentum step. */
export const COEFFICIENTS = 256;

/** The table of pixel values: 256 numbers. */
export const TABLE = 1024;

/** The vectors by which linear pixels become numbers. */
export const LINEAR = TABLE + 256 * 8;

/** What is free for arrays begins here. */
export const HEAP = 4096;

/** 64 KiB each: the largest memory that a 32-bit address reaches. */
export const MAXIMUM_PAGES = 65536;
