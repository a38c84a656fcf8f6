/** Whether an engine multiplies bytes: engines that do not, made of the one that is here. */

import { assertEquals } from "@std/assert";
import { type Code, f64x2, i32, operation } from "klayer/kernels/wasm_assembler.ts";
import { i32x4 } from "klayer/kernels/wasm_lanes.ts";
import { compileProgram } from "klayer/kernels/wasm_program.ts";
import { multipliesBytes } from "klayer/kernels/wasm_probe.ts";

type Dot = (a: Code, b: Code, c: Code) => Code;

/** What processors without a better instruction do: sums of two products within 16 bits. */
const saturating: Dot = (a, b, c) => {
  const [shiftLeft, shiftRight, shiftUnsigned, addSaturated, mul] = [0x8b, 0x8c, 0x8d, 0x8f, 0x95]
    .map((opcode) => operation(0xfd, opcode, 0x01));
  const [addPairs, add] = [operation(0xfd, 0x7e), operation(0xfd, 0xae, 0x01)];
  const eight = i32.value(8);
  const even = mul(
    shiftRight(shiftLeft(a, eight), eight),
    shiftUnsigned(shiftLeft(b, eight), eight),
  );
  const odd = mul(shiftRight(a, eight), shiftUnsigned(b, eight));
  return add(c, addPairs(addSaturated(even, odd)));
};

const lowBits: Code = [0xfd, 0x0c, new Array(16).fill(0x7f)];

const engines: Record<string, Dot> = {
  "takes the second operand as signed": (a, b, c) => i32x4.relaxedDot(b, a, c),
  "limits sums to 16 bits": saturating,
  "sees no top bits": (a, b, c) => i32x4.relaxedDot(a, f64x2.and(b, lowBits), c),
  "adds nothing": (_a, _b, c) => c,
  "forgets what was there": (a, b, _c) => i32x4.relaxedDot(a, b, f64x2.zero),
  "does not know the instruction": (a, b, c) => [a, b, c, 0xfd, 0xff, 0x7f],
};

for (const [what, dot] of Object.entries(engines)) {
  Deno.test(`an engine that ${what} does not multiply bytes`, () => {
    assertEquals(multipliesBytes(dot), false);
  });
}

Deno.test("the engine's own answer is the same however often it is asked, and optimised", () => {
  const answer = multipliesBytes();
  // Another function each time, so that nothing is remembered.
  for (let turn = 0; turn < 300; turn++) {
    assertEquals(multipliesBytes((a, b, c) => i32x4.relaxedDot(a, b, c)), answer);
  }
});

Deno.test("the program has functions for digits only where they are wanted", () => {
  const names = (byteProducts: boolean) =>
    WebAssembly.Module.exports(compileProgram(byteProducts)).map(({ name }) => name);
  assertEquals(names(false).includes("multiplyBytes"), false);
  assertEquals(names(true).length >= names(false).length, true);
});
