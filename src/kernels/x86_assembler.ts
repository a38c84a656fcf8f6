/**
 * An assembler for the few x86-64 instructions that the dense products need, in the manner of the
 * WebAssembly one: each instruction is a function that returns its bytes.
 *
 * Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapter 2 (encoding).
 *
 * @module
 */

/** Bytes of code, nested at will. */
export type Code = number | readonly Code[];

/** The general registers, by their number in an instruction. */
export const register = {
  ...{ rax: 0, rcx: 1, rdx: 2, rbx: 3, rsp: 4, rbp: 5, rsi: 6, rdi: 7 },
  ...{ r8: 8, r9: 9, r10: 10, r11: 11, r12: 12, r13: 13, r14: 14, r15: 15 },
} as const;

/** The place at base + index * scale + offset. */
export interface Memory {
  readonly base: number;
  readonly index?: number;
  readonly scale?: 1 | 2 | 4 | 8;
  readonly offset?: number;
}

export function flatten(code: Code): number[] {
  if (typeof code === "number") return [code];
  const bytes: number[] = [];
  const visit = (item: Code) => typeof item === "number" ? bytes.push(item) : item.forEach(visit);
  visit(code);
  return bytes;
}

const int32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >> shift) & 0xff);
const isMemory = (place: number | Memory): place is Memory => typeof place !== "number";
const NO_INDEX = 4;

/** The ModRM byte and what follows it: a register, or a memory place with a 32-bit offset. */
export function modRM(reg: number, place: number | Memory): Code {
  const middle = (reg & 7) << 3;
  if (!isMemory(place)) return 0xc0 | middle | (place & 7);
  const { base, index = NO_INDEX, scale = 1, offset = 0 } = place;
  const sib = (Math.log2(scale) << 6) | ((index & 7) << 3) | (base & 7);
  return [0x84 | middle, sib, int32(offset)];
}

/** The high bits of the registers: of `reg`, of the index and of the base, 0 or 1 each. */
export function highBits(reg: number, place: number | Memory): [number, number, number] {
  const high = (register: number) => (register >> 3) & 1;
  if (!isMemory(place)) return [high(reg), (place >> 4) & 1, high(place)];
  return [high(reg), high(place.index ?? NO_INDEX), high(place.base)];
}

/** An instruction on general registers, 64 bits wide. */
function general(opcode: Code, reg: number, place: number | Memory, ...immediate: Code[]): Code {
  const [r, x, b] = highBits(reg, place);
  return [0x48 | (r << 2) | (x << 1) | b, opcode, modRM(reg, place), immediate];
}

/** To a register from a register or memory. */
export const move = (to: number, from: number | Memory): Code => general(0x8b, to, from);
export const moveTo = (to: Memory, from: number): Code => general(0x89, from, to);
export const moveByte = (to: number, from: Memory): Code => general([0x0f, 0xb6], to, from);
export const moveNumber = (to: number, value: number): Code => general(0xc7, 0, to, int32(value));
export const addressOf = (to: number, from: Memory): Code => general(0x8d, to, from);
export const add = (to: number, value: number | Memory): Code => general(0x03, to, value);
export const addNumber = (to: number, value: number): Code => general(0x81, 0, to, int32(value));
export const subtract = (to: number, value: number): Code => general(0x2b, to, value);
export const multiply = (to: number, value: number | Memory): Code =>
  general([0x0f, 0xaf], to, value);
export const multiplyNumber = (to: number, from: number | Memory, value: number): Code =>
  general(0x69, to, from, int32(value));
export const or = (to: number, value: number): Code => general(0x0b, to, value);
export const compare = (a: number, b: number): Code => general(0x3b, a, b);
export const compareNumber = (a: number | Memory, value: number): Code =>
  general(0x81, 7, a, int32(value));
export const shiftRight = (to: number, bits: number): Code => general(0xc1, 5, to, bits);
export const and = (to: number, value: number): Code => general(0x81, 4, to, int32(value));
/** After a comparison of unsigned a, b: moves if a > b. */
export const moveIfAbove = (to: number, from: number): Code => general([0x0f, 0x47], to, from);
export const push = (register: number): Code => [0x40 | (register >> 3), 0x50 | (register & 7)];
export const pop = (register: number): Code => [0x40 | (register >> 3), 0x58 | (register & 7)];
/** Asks for the cache line of a place, which nothing waits for; the place need not exist. */
export const prefetch = (place: Memory): Code => general([0x0f, 0x18], 1, place);
export const call = (register: number): Code => general(0xff, 2, register);
export const returns: Code = 0xc3;

const JUMP = 0xe9;
const jumpIf = { zero: [0x0f, 0x84], notZero: [0x0f, 0x85], negative: [0x0f, 0x88] };
type Condition = keyof typeof jumpIf;

/** Repeats the body `counter` times, counting it down to 0. */
export function repeat(counter: number, ...body: Code[]): Code {
  return whileNotZero(counter, body, addNumber(counter, -1));
}

/** Repeats the body until the register is 0; the body's last instruction must be the one that changes it. */
export function whileNotZero(register: number, ...body: Code[]): Code {
  const bytes = flatten(body);
  const skip = [jumpIf.zero, int32(bytes.length + 6)];
  const back = [jumpIf.notZero, int32(-(bytes.length + 6))];
  return [compareNumber(register, 0), skip, bytes, back];
}

/** Runs the body unless the last result was as the condition says, else the other body. */
export function unless(condition: Condition, body: Code, otherwise: Code = []): Code {
  const [yes, no] = [flatten(body), flatten(otherwise)];
  return [jumpIf[condition], int32(yes.length + 5), yes, JUMP, int32(no.length), no];
}
