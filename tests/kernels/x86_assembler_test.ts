import { assertEquals } from "@std/assert";
import {
  add,
  addNumber,
  flatten,
  move,
  moveByte,
  moveTo,
  prefetch,
  push,
  register,
  repeat,
} from "klayer/kernels/x86_assembler.ts";
import { avx2, avx512, bytewise, digitwise } from "klayer/kernels/x86_vectors.ts";

const { rax, rbx, rcx, rdx, rsi, rsp, r8, r12, r13, r15 } = register;

/** Instructions and their bytes as GNU objdump reads them back. */
const instructions = [
  ["mov rax, [rbx + 8]", move(rax, { base: rbx, offset: 8 }), "48 8b 84 23 08 00 00 00"],
  [
    "mov r12, [r13 + r15*8 - 8]",
    move(r12, { base: r13, index: r15, scale: 8, offset: -8 }),
    "4f 8b a4 fd f8 ff ff ff",
  ],
  ["mov [rsp], r15", moveTo({ base: rsp }, r15), "4c 89 bc 24 00 00 00 00"],
  [
    "movzx rax, byte [rsi + r12]",
    moveByte(rax, { base: rsi, index: r12 }),
    "4a 0f b6 84 26 00 00 00 00",
  ],
  ["add rax, r12", add(rax, r12), "49 03 c4"],
  ["add r13, 100", addNumber(r13, 100), "49 81 c5 64 00 00 00"],
  [
    "prefetcht0 [rcx + 64]",
    prefetch({ base: rcx, offset: 64 }),
    "48 0f 18 8c 21 40 00 00 00",
  ],
  ["push r12", push(r12), "41 54"],
  ["vpxor ymm15, ymm15, ymm15", avx2.zero(15), "c4 41 05 ef ff"],
  ["vfmadd231pd ymm8, ymm9, ymm10", avx2.multiplyAdd(8, 9, 10), "c4 42 b5 b8 c2"],
  ["vfmadd231pd zmm31, zmm23, zmm17", avx512.multiplyAdd(31, 23, 17), "62 22 c5 40 b8 f9"],
  [
    "vbroadcastsd zmm22, [r15]",
    avx512.broadcast(22, { base: r15 }),
    "62 c2 fd 48 19 b4 27 00 00 00 00",
  ],
  ["vpsrlq zmm1, zmm1, 8", bytewise.shiftRight(1, 1, 8), "62 f1 f5 48 73 d1 08"],
  ["vpshufb zmm1, zmm22, zmm10", bytewise.pick(1, 22, 10), "62 d2 4d 40 00 ca"],
  ["vfmadd213pd zmm1, zmm17, zmm18", avx512.scaleAndAdd(1, 17, 18), "62 b2 f5 40 a8 ca"],
  [
    "vpmovzxbq zmm1, [rcx + 8]",
    bytewise.widen(1, { base: rcx, offset: 8 }),
    "62 f2 7d 48 32 8c 21 08 00 00 00",
  ],
  ["vpdpbusd zmm23, zmm29, zmm26", digitwise.multiplyAdd(23, 29, 26), "62 82 15 40 50 fa"],
  [
    "vpbroadcastd zmm28, [r13 + r15*2 + 4]",
    digitwise.broadcast(28, { base: r13, index: r15, scale: 2, offset: 4 }),
    "62 02 7d 48 58 a4 7d 04 00 00 00",
  ],
  ["vpmaxuq zmm5, zmm5, zmm17", digitwise.larger(5, 5, 17), "62 b2 d5 48 3f e9"],
  ["vpermb zmm1, zmm31, zmm2", digitwise.pickBytes(1, 2, 31), "62 f2 05 40 8d ca"],
  [
    "vpermd zmm3, zmm16, [rcx]",
    digitwise.pickFours(3, { base: rcx }, 16),
    "62 f2 7d 40 36 9c 21 00 00 00 00",
  ],
  ["vpermi2d zmm24, zmm2, zmm17", digitwise.pickOfTwo(24, 2, 17), "62 22 6d 48 76 c1"],
  ["vpunpckhwd zmm4, zmm20, zmm5", digitwise.interleaveHigh(4, 20, 5, 2), "62 f1 5d 40 69 e5"],
  [
    "vcvtdq2pd zmm29, ymmword [r13 + 32]",
    digitwise.fromShort(29, { base: r13, offset: 32 }),
    "62 41 7e 48 e6 ac 25 20 00 00 00",
  ],
  ["vcvtqq2pd zmm2, zmm18", digitwise.fromLong(2, 18), "62 b1 fe 48 e6 d2"],
  ["kmovw k1, eax", digitwise.setMask(1, rax), "c5 f8 92 c8"],
  [
    "vmovupd zmm16 {k1}{z}, [r8]",
    digitwise.loadMasked(16, { base: r8 }, 1),
    "62 c1 fd c9 10 84 20 00 00 00 00",
  ],
  [
    "vmovupd [r8 + 8] {k1}, zmm28",
    digitwise.storeMasked({ base: r8, offset: 8 }, 28, 1),
    "62 41 fd 49 11 a4 20 08 00 00 00",
  ],
  ["vextracti32x4 xmm3, zmm17, 2", digitwise.quarter(3, 17, 2), "62 e3 7d 48 39 cb 02"],
  ["vshufi64x2 zmm8, zmm16, zmm1, 0x88", digitwise.evenQuarters(8, 16, 1), "62 73 fd 40 43 c1 88"],
  [
    "vmovhpd [r13 + rdx*2], xmm17",
    digitwise.storeSecond({ base: r13, index: rdx, scale: 2 }, 17),
    "62 c1 fd 08 17 8c 55 00 00 00 00",
  ],
] as const;

for (const [text, code, expected] of instructions) {
  Deno.test(`x86-64: ${text}`, () => {
    assertEquals(
      flatten(code).map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
      expected,
    );
  });
}

Deno.test("a loop jumps over its body and back to it", () => {
  const bytes = flatten(repeat(rax, add(rbx, rbx)));
  const body = flatten([add(rbx, rbx), addNumber(rax, -1)]);
  // cmp rax, 0 (7 bytes); je over body and jne; body; jne back to body.
  assertEquals(bytes.slice(7, 13), [0x0f, 0x84, body.length + 6, 0, 0, 0]);
  assertEquals(bytes.slice(13, 13 + body.length), body);
  assertEquals(bytes.slice(13 + body.length), [0x0f, 0x85, 256 - body.length - 6, 255, 255, 255]);
});
