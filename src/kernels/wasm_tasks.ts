/**
 * Calls of the WebAssembly program as lists of numbers, which another thread can run.
 *
 * @module
 */

import type { Columns } from "./columns.ts";

/** The functions of the program, with their arguments: byte addresses, strides in bytes and counts. */
export interface Arguments extends Record<keyof Columns, number[]> {
  /** C = A B, or C += A B, from packed operands; room for a tile of which only a corner is stored. */
  multiply: [
    ...[a: number, b: number, c: number, corner: number, stride: number],
    ...[rows: number, columns: number, inner: number, accumulate: number],
  ];
  /**
   * v = mu v + eta (ofLoss dW + ofWeights W) and W -= v: where the four coefficients are, rows, and the
   * bytes from row to row of W and v, and of dW.
   */
  momentum: [
    ...[w: number, dw: number, v: number, coefficients: number],
    ...[rows: number, vectors: number, stride: number, gradientStride: number],
  ];
  /** Rows to panels of digits: `rows` of `count` numbers. */
  splitRows: [to: number, from: number, stride: number, rows: number, count: number];
  /** Bytes to panels, from columns that are lines of memory, and from such that lie side by side. */
  packLines: [to: number, from: number, stride: number, columns: number, inner: number];
  packAcross: [to: number, from: number, stride: number, columns: number, inner: number];
  /** C = A B, or C += A B, from panels of digits and of bytes. */
  multiplyBytes: [
    ...[a: number, b: number, c: number, stride: number, last: number],
    ...[panels: number, steps: number, rows: number, accumulate: number],
  ];
  /** ReLU in place, and its derivative. */
  relu: [s: number, vectors: number];
  reluGradient: [h: number, g: number, vectors: number];
  /** to += from. */
  sum: [to: number, from: number, vectors: number];
  /** to = fromᵀ: `rows` rows of `columns` numbers, with some zeros behind each. */
  transpose: [
    ...[to: number, from: number, stride: number],
    ...[rows: number, columns: number, zeros: number],
  ];
  /** One for each width of a panel, layout and kind of number: see `packName`. */
  [pack: `pack ${string}`]: [
    ...[to: number, from: number, stride: number, outer: number, inner: number],
  ];
}

/** What threads need to run the program in one memory. */
export interface SharedProgram {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** The program of one thread. */
export interface Program {
  /** Appends a call to a list of tasks. */
  append<Name extends keyof Arguments>(
    tasks: number[],
    name: Name,
    ...args: Arguments[Name]
  ): void;
  run(tasks: ArrayLike<number>): void;
  /** One call, at once. */
  call<Name extends keyof Arguments>(name: Name, ...args: Arguments[Name]): void;
}

/** Numbers in a task: which function, and its arguments. */
const TASK = 10;

/** Makes the functions of the program callable in this thread. */
export function openProgram({ module, memory }: SharedProgram): Program {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = Object.values(exports) as ((...args: number[]) => void)[];
  const numberOf = new Map(Object.keys(exports).map((name, number) => [name, number]));
  return {
    append(tasks, name, ...args) {
      tasks.push(numberOf.get(name)!, ...args);
      for (let i = 1 + args.length; i < TASK; i++) tasks.push(0);
    },
    run(tasks) {
      for (let at = 0; at < tasks.length; at += TASK) {
        const arg = (i: number) => tasks[at + 1 + i];
        // Arguments beyond those of the function are ignored.
        functions[tasks[at]](
          ...[arg(0), arg(1), arg(2), arg(3), arg(4), arg(5), arg(6), arg(7), arg(8)],
        );
      }
    },
    call(name, ...args) {
      functions[numberOf.get(name)!](...args);
    },
  };
}
