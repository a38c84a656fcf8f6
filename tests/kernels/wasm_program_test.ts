/** The program in both sets of instructions: engines that lack the relaxed ones are rare, but exist. */

import { assertEquals } from "@std/assert";
import { HEAP, MAXIMUM_PAGES, TABLE } from "klayer/kernels/wasm_layout.ts";
import { packName } from "klayer/kernels/wasm_pack.ts";
import { writeLinearVectors, writeShift } from "klayer/kernels/wasm_pixels.ts";
import { COLUMNS, ROWS } from "klayer/kernels/wasm_product.ts";
import { emitProgram, PLAIN, RELAXED } from "klayer/kernels/wasm_program.ts";
import { openProgram } from "klayer/kernels/wasm_tasks.ts";

for (const [name, instructions] of Object.entries({ RELAXED, PLAIN })) {
  const code = emitProgram(instructions);
  // The relaxed ones are optional, so an engine without them has nothing to test here.
  const ignore = !WebAssembly.validate(code);

  /** A memory, a program in it, and a view of numbers there. */
  const open = () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: MAXIMUM_PAGES, shared: true });
    const program = openProgram({ module: new WebAssembly.Module(code), memory });
    const numbers = (at: number, length: number) => new Float64Array(memory.buffer, at, length);
    return { buffer: memory.buffer, program, numbers };
  };

  Deno.test({
    name: `${name}: linear pixels become u / 255 + shift, whichever way they lie`,
    ignore,
    fn: () => {
      const { buffer, program, numbers } = open();
      const shift = -0.47467072329452736;
      const table = Float64Array.from({ length: 256 }, (_, u) => u / 255 + shift);
      writeLinearVectors(buffer);
      writeShift(buffer, shift);
      numbers(TABLE, 256).set(table);
      const [from, to] = [HEAP, HEAP + 1024];
      new Uint8Array(buffer, from, 256).set(Array.from({ length: 256 }, (_, u) => u));

      // 64 lines of four pixels, as they lie.
      const asTheyLie: number[] = [];
      const pack = packName(COLUMNS, "panel contiguous", "linear");
      program.append(asTheyLie, pack, to, from, 4, 4, 64);
      program.run(asTheyLie);
      assertEquals(numbers(to, 256).slice(), table);

      // Four lines of 64 pixels, transposed; 61 of each: seven times eight, and five.
      const transposed: number[] = [];
      const transpose = packName(COLUMNS, "inner contiguous", "linear");
      program.append(transposed, transpose, to, from, 64, 4, 61);
      program.run(transposed);
      const expected = Array.from({ length: 4 * 61 }, (_, i) => table[64 * (i % 4) + (i >> 2)]);
      assertEquals([...numbers(to, 4 * 61)], expected);
    },
  });

  Deno.test({
    name: `${name}: a tile is the product of its panels`,
    ignore,
    fn: () => {
      const { program, numbers } = open();
      const [a, b, c, corner] = [0, 1, 2, 3].map((i) => HEAP + 1024 * i);
      const inner = 7;
      const A = Float64Array.from({ length: inner * ROWS }, (_, i) => i % 11);
      const B = Float64Array.from({ length: inner * COLUMNS }, (_, i) => i % 13);
      numbers(a, A.length).set(A);
      numbers(b, B.length).set(B);
      const tasks: number[] = [];
      program.append(tasks, "multiply", a, b, c, corner, COLUMNS * 8, ROWS, COLUMNS, inner, 0);
      program.run(tasks);
      const expected = Array.from({ length: ROWS * COLUMNS }, (_, i) => {
        const [r, j] = [Math.floor(i / COLUMNS), i % COLUMNS];
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += A[k * ROWS + r] * B[k * COLUMNS + j];
        return sum;
      });
      assertEquals([...numbers(c, ROWS * COLUMNS)], expected);
    },
  });
}
