import { assertEquals } from "@std/assert";
import {
  assemble,
  bits,
  type Code,
  defineFunction,
  f64,
  f64x2,
  i32,
  loopWhile,
  smaller,
  type,
  when,
} from "klayer/kernels/wasm_assembler.ts";
import { i16x8, i32x4, i64x2, i8x16 } from "klayer/kernels/wasm_lanes.ts";

/** Runs a function of one i32 parameter that stores its results from address 0 on. */
function run(body: Parameters<typeof defineFunction>[2], argument: number): Int32Array {
  const code = assemble([defineFunction("f", 1, body)], 1) as Uint8Array<ArrayBuffer>;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const view = new Float64Array(memory.buffer);
  view.set([0.5, 1.25, 3], 8);
  (instance.exports.f as (argument: number) => void)(argument);
  return new Int32Array(memory.buffer);
}

/** Code that copies one of the numbers 0.5, 1.25 and 3, which lie from byte 64 on, to address 0. */
const copyNumber = (address: ReturnType<typeof i32.value>) =>
  f64.store(0, i32.value(0), f64.load(64, address));

Deno.test("integer constants survive their encoding", () => {
  for (const value of [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)]) {
    // The only store is of float64: compare through a condition instead.
    const equal = run(([x]) =>
      when(
        i32.isZero(i32.sub(x.get, i32.value(value))),
        copyNumber(i32.value(0)),
        copyNumber(i32.value(8)),
      ), value);
    assertEquals(new Float64Array(equal.buffer)[0], 0.5, `constant ${value}`);
  }
});

Deno.test("offsets survive their encoding", () => {
  for (const offset of [8, 120, 128, 136, 16_376, 16_384, 40_000]) {
    const memory = run(() => f64.store(offset, i32.value(0), f64.load(72, i32.value(0))), 0);
    assertEquals(new Float64Array(memory.buffer)[offset / 8], 1.25, `offset ${offset}`);
  }
});

Deno.test("a loop repeats while its condition holds, also not at all", () => {
  for (const count of [0, 1, 7]) {
    const memory = run(([n], declare) => {
      const address = declare(type.i32);
      return loopWhile(
        n.get,
        f64.store(1024, address.get, f64.load(80, i32.value(0))),
        address.increase(i32.value(8)),
        n.increase(i32.value(-1)),
      );
    }, count);
    const written = new Float64Array(memory.buffer).subarray(128);
    assertEquals(written.filter((v) => v === 3).length, count);
  }
});

Deno.test("the smaller of two is chosen without sign", () => {
  for (const [a, expected] of [[0, 0.5], [8, 1.25], [16, 3], [24, 3], [-8, 3]]) {
    const memory = run(([x]) => copyNumber(smaller(x.get, i32.value(16))), a);
    assertEquals(new Float64Array(memory.buffer)[0], expected);
  }
});

/** Two vectors of bytes 0 to 15 and 16 to 31, of which the operation makes one. */
function laneBytes(operation: (a: Code, b: Code) => Code): number[] {
  const vector = (from: number): Code => [
    [0xfd, 0x0c],
    Array.from({ length: 16 }, (_, i) => from + i),
  ];
  const memory = run(() => f64x2.store(0, i32.value(0), operation(vector(0), vector(16))), 0);
  return [...new Uint8Array(memory.buffer, 0, 16)];
}

Deno.test("vectors are interleaved by bytes and by wider lanes, and lanes change places", () => {
  const expected: [operation: (a: Code, b: Code) => Code, bytes: number[]][] = [
    [i8x16.interleaveLow, [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23]],
    [i8x16.interleaveHigh, [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]],
    [i16x8.interleaveLow, [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23]],
    [i16x8.interleaveHigh, [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31]],
    [i32x4.interleaveLow, [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23]],
    [i32x4.interleaveHigh, [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]],
    [i64x2.interleaveLow, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]],
    [i64x2.interleaveHigh, [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]],
    [(a) => i32x4.swapNeighbours(a), [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]],
    [(a) => i32x4.swapHalves(a), [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]],
    [bits.xor, Array(16).fill(16)],
  ];
  for (const [operation, bytes] of expected) assertEquals(laneBytes(operation), bytes);
});

/** The two numbers that an operation makes of [0.5, 1.25] and [1.25, 3]. */
function laneNumbers(operation: (a: Code, b: Code) => Code): number[] {
  const pair = (at: number) => f64x2.load(at, i32.value(0));
  const memory = run(() => f64x2.store(0, i32.value(0), operation(pair(64), pair(72))), 0);
  return [...new Float64Array(memory.buffer, 0, 2)];
}

Deno.test("integers in vectors are added, multiplied, and become numbers", () => {
  const { add, sub, mul, splat } = i64x2;
  const two = splat(i32.value(2));
  // The bits of a number between 1 and 2 are the integers from here on.
  const one: Code = f64x2.load(72, i32.value(0));
  assertEquals(laneNumbers((a, b) => sub(add(a, b), b)), [0.5, 1.25]);
  assertEquals(laneNumbers((a) => sub(mul(a, two), a)), [0.5, 1.25]);
  assertEquals(laneNumbers(() => add(one, two)), [1.25 + 2 ** -51, 3 + 2 ** -50]);
  assertEquals(laneNumbers(() => i64x2.toNumbers(splat(i32.value(-1)))), [
    2 ** 32 - 1,
    2 ** 32 - 1,
  ]);
  const minusTwo = sub(f64x2.zero, two);
  assertEquals(laneNumbers(() => i64x2.toNumbers(minusTwo)), [-2, -2]);
  assertEquals(laneNumbers(() => i32x4.toNumbers(minusTwo)), [-2, -1]);
});
