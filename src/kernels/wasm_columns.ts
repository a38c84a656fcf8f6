/**
 * The loops of `columns.ts` in WebAssembly: two columns at a time, down all rows, so that what belongs to
 * the columns stays in registers. Sums are added up in the order of the rows, as the plain loops do.
 *
 * @module
 */

import { checkAtLeast } from "./check_lengths.ts";
import { type Columns, plainColumns } from "./columns.ts";
import {
  type Code,
  defineFunction,
  f64x2,
  type FunctionCode,
  i32,
  loopWhile,
  type,
} from "./wasm_assembler.ts";
import type { WasmMemory } from "./wasm_memory.ts";

/** A vector that can be read and written. */
interface Place {
  readonly get: Code;
  set(value: Code): Code;
}

/** What a loop does with a vector of each n x m array, and of each array of one number a column. */
interface Loop {
  readonly arrays: readonly [long: number, short: number];
  /** Whether the last short array holds sums, which begin at 0. */
  readonly sums: boolean;
  readonly body: (long: readonly Place[], short: readonly Place[]) => Code;
}

const { add, sub, mul, div } = f64x2;

const columnLoops = {
  addRow: {
    arrays: [1, 1],
    sums: false,
    body: ([s], [b]) => s.set(add(s.get, b.get)),
  },
  sumRows: {
    arrays: [1, 1],
    sums: true,
    body: ([g], [sum]) => sum.set(add(sum.get, g.get)),
  },
  sumProducts: {
    arrays: [2, 1],
    sums: true,
    body: ([g, z], [sum]) => sum.set(add(sum.get, mul(g.get, z.get))),
  },
  sumSquares: {
    arrays: [1, 2],
    sums: true,
    body: ([s], [mean, sum]) => {
      const difference = sub(s.get, mean.get);
      return sum.set(add(sum.get, mul(difference, difference)));
    },
  },
  normalise: {
    arrays: [2, 4],
    sums: false,
    body: ([s, z], [mean, deviation, scale, shift]) => [
      z.set(div(sub(s.get, mean.get), deviation.get)),
      s.set(add(mul(scale.get, z.get), shift.get)),
    ],
  },
  normaliseGradient: {
    arrays: [2, 3],
    sums: false,
    body: ([g, z], [mean, slope, scale]) =>
      g.set(mul(scale.get, sub(sub(g.get, mean.get), mul(z.get, slope.get)))),
  },
} satisfies Record<keyof Columns, Loop>;

/** Their code. */
export function columnFunctions(): FunctionCode[] {
  return Object.entries<Loop>(columnLoops).map(([name, loop]) => columnFunction(name, loop));
}

/** One loop: some vectors a row at a time, since a sum waits for the one before it; then one by one. */
function columnFunction(name: string, { arrays: [long, short], sums, body }: Loop): FunctionCode {
  return defineFunction(name, long + short + 2, (parameters, declare) => {
    const [longs, shorts] = [parameters.slice(0, long), parameters.slice(long, long + short)];
    const [rows, vectors] = parameters.slice(long + short);
    const [stride, left] = [declare(type.i32), declare(type.i32)];
    const addresses = longs.map(() => declare(type.i32));
    const most = short > 2 ? 2 : 4;
    const registers = Array.from({ length: most }, () => shorts.map(() => declare(type.v128)));
    const isSum = (i: number) => sums && i === short - 1;
    const down = (count: number): Code => {
      const used = registers.slice(0, count);
      const places = (v: number) =>
        addresses.map(({ get }): Place => ({
          get: f64x2.load(16 * v, get),
          set: (value) => f64x2.store(16 * v, get, value),
        }));
      return [
        addresses.map((address, i) => address.set(longs[i].get)),
        used.map((vector, v) =>
          vector.map((register, i) =>
            register.set(isSum(i) ? f64x2.zero : f64x2.load(16 * v, shorts[i].get))
          )
        ),
        left.set(rows.get),
        loopWhile(
          left.get,
          used.map((vector, v) => body(places(v), vector)),
          addresses.map((address) => address.increase(stride.get)),
          left.increase(i32.value(-1)),
        ),
        used.map((vector, v) =>
          vector.map((register, i) =>
            isSum(i) ? f64x2.store(16 * v, shorts[i].get, register.get) : []
          )
        ),
        [...longs, ...shorts].map((address) => address.increase(i32.value(16 * count))),
        vectors.increase(i32.value(-count)),
      ];
    };
    return [
      stride.set(i32.shl(vectors.get, i32.value(4))),
      loopWhile(i32.less(i32.value(most - 1), vectors.get), down(most)),
      loopWhile(vectors.get, down(1)),
    ];
  });
}

type Arrays = Record<string, Float64Array>;

/** Fewer numbers than this take less time than a call. */
const WORTH_CALLING = 4000;

/** What is left to the plain loops: an odd number of columns, too. */
function isPlain(n: number, { length }: Float64Array): boolean {
  return length % 2 > 0 || n * length < WORTH_CALLING;
}

/**
 * The loops on the arrays of TypeScript.
 *
 * @param run calls a function of the program
 */
export function wasmColumns(
  { addressOf, copyBack }: WasmMemory,
  run: (name: keyof Columns, args: number[]) => void,
): Columns {
  /** Runs a loop, of whose arrays `written` are its results. */
  function runLoop(
    name: keyof Columns,
    n: number,
    long: Arrays,
    short: Arrays,
    written: readonly Float64Array[],
  ): void {
    const m = Object.values(short)[0].length;
    checkAtLeast(n * m, long);
    checkAtLeast(m, short);
    const place = (kind: string, arrays: Arrays, length: number) =>
      Object.values(arrays).map((array, i) => ({
        array,
        length,
        address: addressOf(`${kind} ${i}`, array, length),
      }));
    const places = [...place("long", long, n * m), ...place("short", short, m)];
    run(name, [...places.map(({ address }) => address), n, m / 2]);
    for (const { address, array, length } of places) {
      if (written.includes(array)) copyBack(address, array, length);
    }
  }

  return {
    addRow(n, s, b) {
      if (isPlain(n, b)) plainColumns.addRow(n, s, b);
      else runLoop("addRow", n, { s }, { b }, [s]);
    },
    sumRows(n, g, sum) {
      if (isPlain(n, sum)) plainColumns.sumRows(n, g, sum);
      else runLoop("sumRows", n, { g }, { sum }, [sum]);
    },
    sumProducts(n, g, z, sum) {
      if (isPlain(n, sum)) plainColumns.sumProducts(n, g, z, sum);
      else runLoop("sumProducts", n, { g, z }, { sum }, [sum]);
    },
    sumSquares(n, s, mean, sum) {
      if (isPlain(n, sum)) plainColumns.sumSquares(n, s, mean, sum);
      else runLoop("sumSquares", n, { s }, { mean, sum }, [sum]);
    },
    normalise(n, s, z, by) {
      const { mean, deviation, scale, shift } = by;
      if (isPlain(n, mean)) plainColumns.normalise(n, s, z, by);
      else runLoop("normalise", n, { s, z }, { mean, deviation, scale, shift }, [s, z]);
    },
    normaliseGradient(n, g, z, by) {
      const { mean, slope, scale } = by;
      if (isPlain(n, mean)) plainColumns.normaliseGradient(n, g, z, by);
      else runLoop("normaliseGradient", n, { g, z }, { mean, slope, scale }, [g]);
    },
  };
}
