/**
 * The WebAssembly program behind the portable backend.
 *
 * @module
 */

import { assemble, bits, f64x2, type FunctionCode } from "./wasm_assembler.ts";
import { packAcross, packLines } from "./wasm_byte_pack.ts";
import { multiplyBytes } from "./wasm_byte_product.ts";
import { columnFunctions } from "./wasm_columns.ts";
import { splitRows } from "./wasm_digits.ts";
import { i32x4 } from "./wasm_lanes.ts";
import { type Instructions, MAXIMUM_PAGES } from "./wasm_layout.ts";
import { loops } from "./wasm_loops.ts";
import { packs } from "./wasm_pack.ts";
import { multiply } from "./wasm_product.ts";

/** Multiply-add fused where the processor can. */
export const RELAXED: Instructions = {
  multiplyAdd: f64x2.relaxedMultiplyAdd,
  pick: bits.relaxedPick,
  dot: i32x4.relaxedDot,
};

/** What every engine with SIMD has. */
export const PLAIN: Instructions = {
  multiplyAdd: (a, b, c) => f64x2.add(f64x2.mul(a, b), c),
  pick: bits.pick,
};

/** The program with products by digits, and the one without. */
const compiled = new Map<boolean, WebAssembly.Module>();

/**
 * The module, in relaxed instructions where the engine has them, with products by digits or without. Each
 * is compiled once in a process.
 */
export function compileProgram(byteProducts: boolean): WebAssembly.Module {
  const old = compiled.get(byteProducts);
  if (old) return old;
  const relaxed = emitProgram(byteProducts ? RELAXED : { ...RELAXED, dot: undefined });
  const code = WebAssembly.validate(relaxed) ? relaxed : emitProgram(PLAIN);
  const module = new WebAssembly.Module(code);
  compiled.set(byteProducts, module);
  return module;
}

/** The binary form of the module. */
export function emitProgram(instructions: Instructions): Uint8Array<ArrayBuffer> {
  const functions = [
    multiply(instructions),
    ...packs(instructions),
    ...loops(),
    ...columnFunctions(),
    ...(instructions.dot ? byteFunctions(instructions) : []),
  ];
  return assemble(functions, MAXIMUM_PAGES) as Uint8Array<ArrayBuffer>;
}

/** Those of the products by digits. */
function byteFunctions(instructions: Instructions): FunctionCode[] {
  return [
    splitRows(instructions),
    packLines(instructions),
    packAcross(),
    multiplyBytes(instructions),
  ];
}
