/**
 * Whether an engine multiplies bytes by digits as `digits.ts` needs it.
 *
 * The relaxed dot product is only defined where the bytes of its second operand are below 128. Of others
 * an engine takes the top bit for a sign or not, and it may limit sums of two products to 16 bits, as the
 * processor does it fastest; but it has to do the same everywhere, optimised or not. So it is asked once.
 *
 * @module
 */

import { assemble, type Code, defineFunction, f64x2, i32, loopWhile } from "./wasm_assembler.ts";
import { i32x4 } from "./wasm_lanes.ts";

/** Where the operands and the results lie in one page of memory. */
const A = 0;
const B = 16384;
const C = 32768;

/** The digits that are multiplied by every byte. */
const DIGITS = [-128, 127, -127, -1, 0, 1, 64, -65];

let answer: boolean | undefined;

/**
 * Whether c + a b is the exact sum of signed bytes of a times unsigned bytes of b. The answer for the
 * engine's own instruction is remembered.
 *
 * @param dot another instruction to ask about
 *
 * @example
 * ```ts
 * import { multipliesBytes } from "klayer/kernels/wasm_probe.ts";
 * import { i32x4 } from "klayer/kernels/wasm_lanes.ts";
 * import { assert } from "@std/assert";
 *
 * const takesOperandsTheOtherWayRound = multipliesBytes((a, b, c) => i32x4.relaxedDot(b, a, c));
 * assert(!takesOperandsTheOtherWayRound);
 * ```
 */
export function multipliesBytes(dot?: (a: Code, b: Code, c: Code) => Code): boolean {
  return dot ? probe(dot) : answer ??= probe(i32x4.relaxedDot);
}

function probe(dot: (a: Code, b: Code, c: Code) => Code): boolean {
  const sums = defineFunction("sums", 2, ([at, left]) => {
    const sum = dot(f64x2.load(A, at.get), f64x2.load(B, at.get), f64x2.load(C, at.get));
    return loopWhile(
      left.get,
      f64x2.store(C, at.get, sum),
      at.increase(i32.value(16)),
      left.increase(i32.value(-1)),
    );
  });
  const code = assemble([sums], 1) as Uint8Array<ArrayBuffer>;
  if (!WebAssembly.validate(code)) return false;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });

  const lanes = 2 * DIGITS.length * 256;
  const a = new Int8Array(memory.buffer, A, 4 * lanes);
  const b = new Uint8Array(memory.buffer, B, 4 * lanes);
  const c = new Int32Array(memory.buffer, C, lanes);
  const expected = new Int32Array(lanes);
  for (let lane = 0; lane < lanes; lane++) {
    // First the same product four times, which is the largest sum, then four different ones.
    const step = lane < lanes / 2 ? 0 : 1;
    c[lane] = expected[lane] = 1000 * lane;
    for (let i = 4 * lane; i < 4 * lane + 4; i++) {
      a[i] = DIGITS[(lane + step * i) % DIGITS.length];
      b[i] = Math.floor(lane / DIGITS.length) + 85 * step * i;
      expected[lane] += a[i] * b[i];
    }
  }
  (exports.sums as (at: number, left: number) => void)(0, lanes / 4);
  return c.every((sum, lane) => sum === expected[lane]);
}
