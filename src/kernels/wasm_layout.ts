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
  /** c plus, in each 32-bit lane, four signed bytes of a times the bytes of b; not every engine has it. */
  readonly dot?: (a: Code, b: Code, c: Code) => Code;
}

/** The coefficients mu, eta, ofLoss and ofWeights of a momentum step. */
export const COEFFICIENTS = 256;

/** The table of pixel values: 256 numbers. */
export const TABLE = 1024;

/** The vectors by which linear pixels become numbers. */
export const LINEAR = TABLE + 256 * 8;

/** The constants of the products by digits, and the order of bytes in their panels. */
export const DIGIT_VECTORS = LINEAR + 256;
export const BYTE_ORDER = DIGIT_VECTORS + 128;

/** What is free for arrays begins here. */
export const HEAP = 4096;

/** 64 KiB each: the largest memory that a 32-bit address reaches. */
export const MAXIMUM_PAGES = 65536;
