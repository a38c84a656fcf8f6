import { assertEquals } from "@std/assert";
import {
  assemble,
  defineFunction,
  f64,
  i32,
  loopWhile,
  smaller,
  type,
  when,
} from "klayer/kernels/wasm_assembler.ts";

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
