/**
 * The machine code behind the native backend, put together: it works off a list of tasks, which a zero
 * ends.
 *
 * @module
 */

import {
  addNumber,
  call,
  type Code,
  compareNumber,
  flatten,
  move,
  pop,
  push,
  register,
  returns,
  whileNotZero,
} from "./x86_assembler.ts";
import { avx512Vnni, vectorsDone, type VectorUnit } from "./x86_vectors.ts";
import { packBytes } from "./x86_bytes.ts";
import { columnLoop } from "./x86_columns.ts";
import { splitPanel } from "./x86_digit_panels.ts";
import { splitRows } from "./x86_digit_rows.ts";
import { gradientByDigits } from "./x86_gradient.ts";
import { momentum, reluBackward, reluForward, sum, transpose } from "./x86_loops.ts";
import { pack, packPixelsAcross, packPixelsAlong } from "./x86_pack.ts";
import { multiplyPacked, tileOf } from "./x86_product.ts";
import { scoresByDigits } from "./x86_scores.ts";
import { TASK, type TaskName } from "./x86_tasks.ts";

const { rax, rbx, rbp, rdi, r12, r13, r14, r15 } = register;

/** Machine code and where in it each task and the loop over the list of tasks begin. */
export interface MachineCode {
  readonly bytes: Uint8Array;
  readonly start: Readonly<Record<TaskName | "run", number>>;
}

/** All the code for one vector unit. */
export function emitProgram(unit: VectorUnit): MachineCode {
  const tile = tileOf(unit);
  const parts: Record<TaskName | "run", Code> = {
    run: run(),
    multiply: multiplyPacked(unit, tile),
    packRows: pack(tile.rows, false),
    packColumns: pack(tile.columns, false),
    packPixels: pack(tile.columns, true),
    packPixelsAcross: unit.lanes === 8 ? packPixelsAcross("table") : [],
    packPixelsAlong: unit.lanes === 8 ? packPixelsAlong("table") : [],
    packLinearAcross: unit.lanes === 8 ? packPixelsAcross("linear") : [],
    packLinearAlong: unit.lanes === 8 ? packPixelsAlong("linear") : [],
    ...digitTasks(unit),
    sum: sum(unit),
    transpose: transpose(),
    momentum: momentum(unit),
    relu: reluForward(),
    reluGradient: reluBackward(),
    addRow: columnLoop(unit, "addRow"),
    sumRows: columnLoop(unit, "sumRows"),
    sumProducts: columnLoop(unit, "sumProducts"),
    sumSquares: columnLoop(unit, "sumSquares"),
    normalise: columnLoop(unit, "normalise"),
    normaliseGradient: columnLoop(unit, "normaliseGradient"),
  };
  const bytes: number[] = [];
  const start: Partial<Record<TaskName | "run", number>> = {};
  for (const [name, code] of Object.entries(parts)) {
    while (bytes.length % 64 !== 0) bytes.push(0xcc);
    start[name as TaskName] = bytes.length;
    bytes.push(...flatten(code));
  }
  return { bytes: Uint8Array.from(bytes), start: start as Record<TaskName | "run", number> };
}

/** What only one vector unit has. */
function digitTasks(unit: VectorUnit) {
  const has = (code: () => Code) => unit === avx512Vnni ? code() : [];
  return {
    splitRows: has(splitRows),
    splitPanel: has(splitPanel),
    scores1: has(() => scoresByDigits(1)),
    scores2: has(() => scoresByDigits(2)),
    scores3: has(() => scoresByDigits(3)),
    gradient: has(() => gradientByDigits("store")),
    gradientStep: has(() => gradientByDigits("step")),
    packBytes: has(packBytes),
  };
}

/** void run(list): the only code that is called from outside; it keeps the caller's registers. */
function run(): Code {
  const saved = [rbx, rbp, r12, r13, r14, r15];
  return [
    saved.map(push),
    move(rbx, rdi),
    move(rax, { base: rbx }),
    whileNotZero(
      rax,
      call(rax),
      addNumber(rbx, TASK * 8),
      move(rax, { base: rbx }),
      compareNumber(rax, 0),
    ),
    vectorsDone,
    saved.reverse().map(pop),
    returns,
  ];
}
