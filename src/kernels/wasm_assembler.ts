/**
 * A WebAssembly assembler, as small as the dense products allow: each instruction is a function that
 * takes the code of its operands and returns code, so that emitted programs read like expressions.
 *
 * Opcodes and the binary format: https://webassembly.github.io/spec/core/binary/
 *
 * @module
 */

/** Bytes of code, nested at will. */
export type Code = number | readonly Code[];

/** The value types in use, by their binary code. */
export const type = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;

/** An unsigned number as LEB128: seven bits a byte, lowest first. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
}

/** A signed 32-bit number as LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (; value < -64 || value > 63; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value & 0x7f];
}

/** An instruction on the stack: its operands first, then its opcode. */
export const operation =
  (...opcode: number[]) => (...operands: Code[]): Code => [...operands, opcode];

/** A load or store; the byte offset is part of the instruction. Alignment is only a hint: none. */
const memory = (...opcode: number[]) => (offset: number, ...operands: Code[]): Code => [
  ...operands,
  opcode,
  0,
  unsigned(offset),
];

/** Integers: addresses, counters, conditions. */
export const i32 = {
  value: (value: number): Code => [0x41, signed(value)],
  add: operation(0x6a),
  sub: operation(0x6b),
  mul: operation(0x6c),
  and: operation(0x71),
  shl: operation(0x74),
  shr: operation(0x76),
  isZero: operation(0x45),
  less: operation(0x49),
  loadByte: memory(0x2d),
};

/** Scalars in float64. */
export const f64 = {
  zero: [0x44, new Array(8).fill(0)] as Code,
  add: operation(0xa0),
  load: memory(0x2b),
  store: memory(0x39),
};

/** Which lanes of two vectors, one behind the other, become those of a new one. */
function shuffle(a: Code, b: Code, first: number, second: number): Code {
  const lane = (index: number) => Array.from({ length: 8 }, (_, byte) => 8 * index + byte);
  return [a, b, 0xfd, 0x0d, lane(first), lane(second)];
}

/** Vectors of two float64. */
export const f64x2 = {
  zero: [0xfd, 0x0c, new Array(16).fill(0)] as Code,
  load: memory(0xfd, 0x00),
  loadSplat: memory(0xfd, 0x0a),
  store: memory(0xfd, 0x0b),
  /** One number, or eight bytes, into lane 0, and one into lane 1 of the vector. */
  loadFirst: memory(0xfd, 0x5d),
  loadSecond: (offset: number, address: Code, vector: Code): Code => [
    [address, vector, 0xfd, 0x57, 0],
    [unsigned(offset), 1],
  ],
  /** Lane 0 or 1 of a vector in both lanes. */
  repeatLane: (lane: number, a: Code): Code => shuffle(a, a, lane, lane),
  /** A lane of one vector and a lane of another. */
  pairLanes: (a: Code, lane: number, b: Code, other: number): Code =>
    shuffle(a, b, lane, 2 + other),
  add: operation(0xfd, 0xf0, 0x01),
  sub: operation(0xfd, 0xf1, 0x01),
  mul: operation(0xfd, 0xf2, 0x01),
  div: operation(0xfd, 0xf3, 0x01),
  /** a where it is not less than b, else b. */
  larger: operation(0xfd, 0xf7, 0x01),
  /** All bits where a and b differ, else none. */
  differ: operation(0xfd, 0x48),
  and: operation(0xfd, 0x4e),
  /** a b + c, rounded once or twice, as the machine does it fastest. */
  relaxedMultiplyAdd: operation(0xfd, 0x87, 0x02),
};

/** The bits of vectors: sixteen bytes, or two integers. */
export const bits = {
  or: operation(0xfd, 0x50),
  xor: operation(0xfd, 0x51),
  /** Both halves of a vector to the right. */
  shiftHalves: operation(0xfd, 0xcd, 0x01),
  /** Four bytes, and nothing behind them. */
  loadFour: memory(0xfd, 0x5c),
  /** The bytes of a whose indices are in b; nothing where the index is 128 or more. */
  pick: operation(0xfd, 0x0e),
  /** The same, but anything where an index is from 16 to 127. */
  relaxedPick: operation(0xfd, 0x80, 0x02),
};

/** Repeats the body while the condition holds. */
export function loopWhile(condition: Code, ...body: Code[]): Code {
  const [block, loop, branch, branchIf, end, none] = [0x02, 0x03, 0x0c, 0x0d, 0x0b, 0x40];
  return [block, none, loop, none, i32.isZero(condition), branchIf, 1, body, branch, 0, end, end];
}

/** Runs one of two bodies. */
export function when(condition: Code, body: Code, otherwise: Code = []): Code {
  return [condition, 0x04, 0x40, body, 0x05, otherwise, 0x0b];
}

/** The smaller of two unsigned integers that are cheap to compute twice. */
export function smaller(a: Code, b: Code): Code {
  return [a, b, i32.less(a, b), 0x1b];
}

/** A parameter or local variable of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
  /** Adds to an integer variable. */
  increase(by: Code): Code;
}

/** A function without result: its name, the number of its i32 parameters, its locals and code. */
export interface FunctionCode {
  readonly name: string;
  readonly parameters: number;
  readonly locals: readonly number[];
  readonly body: Code;
}

/** Defines a function: `body` receives its i32 parameters and a way to declare more variables. */
export function defineFunction(
  name: string,
  parameters: number,
  body: (parameters: Local[], declare: (type: number) => Local) => Code,
): FunctionCode {
  const locals: number[] = [];
  const variable = (index: number): Local => {
    const get = [0x20, unsigned(index)];
    const set = (value: Code) => [value, 0x21, unsigned(index)];
    return { get, set, increase: (by) => set(i32.add(get, by)) };
  };
  const declare = (type: number) => variable(parameters + locals.push(type) - 1);
  const code = body(Array.from({ length: parameters }, (_, index) => variable(index)), declare);
  return { name, parameters, locals, body: code };
}

/** A module that exports the functions, and imports a shared memory as "env" "memory". */
export function assemble(functions: readonly FunctionCode[], maximumPages: number): Uint8Array {
  const list = (items: Code[]): Code => [unsigned(items.length), items];
  const sized = (...code: Code[]): Code => {
    const bytes = flatten(code);
    return [unsigned(bytes.length), bytes];
  };
  const section = (id: number, ...code: Code[]): Code => [id, sized(...code)];
  const text = (name: string): Code => list([...new TextEncoder().encode(name)]);
  const signature = (f: FunctionCode) => [0x60, list(Array(f.parameters).fill(type.i32)), list([])];
  const sharedMemory = [0x02, 0x03, unsigned(1), unsigned(maximumPages)];
  return Uint8Array.from(flatten([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, list(functions.map(signature))),
    section(2, list([[text("env"), text("memory"), sharedMemory]])),
    section(3, list(functions.map((_, index) => unsigned(index)))),
    section(7, list(functions.map((f, index) => [text(f.name), 0x00, unsigned(index)]))),
    section(10, list(functions.map((f) => sized(list(f.locals.map((t) => [1, t])), f.body, 0x0b)))),
  ]));
}

function flatten(code: Code): number[] {
  const bytes: number[] = [];
  const visit = (item: Code) => typeof item === "number" ? bytes.push(item) : item.forEach(visit);
  visit(code);
  return bytes;
}
