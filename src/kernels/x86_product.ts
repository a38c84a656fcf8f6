/**
 * The machine code behind the native backend: packing, C = A B from packed operands, and what little
 * else a layer needs. It works off a list of tasks; a task is a record of `TASK` 64-bit words, the
 * address of its code first, then its arguments. A zero ends the list.
 *
 * The product is the WebAssembly one with wider vectors: see `wasm_product.ts` for the idea.
 *
 * @module
 */

import {
  add,
  addNumber,
  addressOf,
  and,
  avx2,
  avx512,
  call,
  type Code,
  compare,
  compareNumber,
  flatten,
  lookUp,
  type Memory,
  move,
  moveByte,
  moveIfAbove,
  moveNumber,
  moveTo,
  multiply,
  multiplyNumber,
  or,
  pop,
  push,
  register,
  relu,
  repeat,
  returns,
  shiftRight,
  subtract,
  unless,
  vectorsDone,
  type VectorUnit,
  whileNotZero,
} from "./x86_assembler.ts";

const { rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = register;

/** Words in the record of a task. */
export const TASK = 12;

/** A tile: how many rows of C, and how many columns, are in registers at a time. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** The tile of a vector unit: it leaves registers for a row of B and an element of A. */
export function tileOf({ lanes }: VectorUnit): Tile {
  return lanes === 8 ? { rows: 10, columns: 16 } : { rows: 5, columns: 8 };
}

/** How many steps of the inner dimension are written out in a row. */
const UNROLLED = 4;

/** Where argument `index` of the present task lies. */
const argument = (index: number) => ({ base: rbx, offset: 8 * (1 + index) });

/** The tasks by name, with their arguments in the order of the record. */
export const tasks = {
  /**
   * Addresses of A, packed B, C and room for a tile; bytes from row to row of C, from row to row and
   * from column to column of A; counts; whether to add to C.
   */
  multiply: [
    ...["a", "b", "c", "corner", "stride", "lineStep", "step"],
    ...["rows", "columns", "inner", "accumulate"],
  ],
  /** Panels as wide as a tile has rows; bytes from line to line and along a line. */
  packRows: ["to", "from", "lineStep", "step", "outer", "inner"],
  /** Panels as wide as a tile has columns. */
  packColumns: ["to", "from", "lineStep", "step", "outer", "inner"],
  /** The same from bytes that stand for the numbers of the table. */
  packPixels: ["to", "from", "lineStep", "step", "outer", "inner", "table"],
  /** The same, AVX-512 only, where the step is one byte and `inner` a multiple of 4. */
  packPixelsAcross: ["to", "from", "lineStep", "step", "outer", "inner", "table", "room"],
  /** The same, AVX-512 only, where the line step is one byte and the panels are whole. */
  packPixelsAlong: ["to", "from", "lineStep", "step", "outer", "inner", "table"],
  /** to += from, `vectors` vectors of numbers. */
  sum: ["to", "from", "vectors"],
  /** to = fromᵀ: `rows` rows of `columns` numbers from the columns of a matrix. */
  transpose: ["to", "from", "stride", "rows", "columns"],
  /**
   * v = mu v + eta (ofLoss dW + ofWeights W) and W -= v; the addresses of W, dW, v and of the four
   * coefficients in the order of the formula, then how many whole vectors.
   */
  momentum: ["w", "dw", "v", "coefficients", "vectors"],
  /** ReLU in place, and its derivative; vectors of four. */
  relu: ["s", "vectors"],
  reluGradient: ["h", "g", "vectors"],
} as const;

export type TaskName = keyof typeof tasks;

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
    packPixelsAcross: unit.lanes === 8 ? packPixelsAcross() : [],
    packPixelsAlong: unit.lanes === 8 ? packPixelsAlong() : [],
    sum: sum(unit),
    transpose: transpose(),
    momentum: momentum(unit),
    relu: reluForward(),
    reluGradient: reluBackward(),
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

/** left -= min(left, size), as the last instructions of a loop over `left`. */
const countDown = (left: number, size: number): Code => [
  moveNumber(rax, size),
  compare(rax, left),
  moveIfAbove(rax, left),
  subtract(left, rax),
];

function multiplyPacked(unit: VectorUnit, { rows, columns }: Tile): Code {
  const vectors = columns / unit.lanes;
  const [a, aNext, aThird, lineStep, threeLines, step] = [rdi, rsi, r11, r15, r12, rbp];
  const [b, bNext, cFirst, c] = [rdx, r13, rcx, r14];
  const [stride, rowsLeft, columnsLeft, row, rowStride, counter] = [r8, r9, r10, r12, rbp, rax];
  const tile = (r: number, v: number) => r * vectors + v;
  const bNow = (v: number) => rows * vectors + v;
  const aNow = (rows + 1) * vectors;
  const each = (count: number, code: (index: number) => Code): Code =>
    Array.from({ length: count }, (_, index) => code(index));

  /** Row r of A, at the present column: ten rows from two bases and two multiples of a line. */
  const rowOfA: Memory[] = [
    { base: aNext },
    { base: aNext, index: lineStep },
    { base: aNext, index: lineStep, scale: 2 },
    { base: aThird },
    { base: aNext, index: lineStep, scale: 4 },
    { base: aThird, index: lineStep, scale: 2 },
    { base: aNext, index: threeLines, scale: 2 },
    { base: aThird, index: lineStep, scale: 4 },
    { base: aNext, index: lineStep, scale: 8 },
    { base: aThird, index: threeLines, scale: 2 },
  ];

  /** One step of the inner dimension: a column of A times a row of the B panel. */
  const stepOnce = (k: number): Code => [
    each(
      vectors,
      (v) => unit.load(bNow(v), { base: bNext, offset: 8 * (k * columns + v * unit.lanes) }),
    ),
    each(rows, (r) => [
      unit.broadcast(aNow, rowOfA[r]),
      each(vectors, (v) => unit.multiplyAdd(tile(r, v), aNow, bNow(v))),
    ]),
    add(aNext, step),
    add(aThird, step),
  ];
  const steps = (count: number): Code =>
    repeat(counter, each(count, stepOnce), addNumber(bNext, 8 * count * columns));
  const product: Code = [
    each(rows * vectors, unit.zero),
    move(bNext, b),
    move(aNext, a),
    move(lineStep, argument(5)),
    move(step, argument(6)),
    addressOf(threeLines, { base: lineStep, index: lineStep, scale: 2 }),
    addressOf(aThird, { base: a, index: threeLines }),
    move(counter, argument(9)),
    shiftRight(counter, Math.log2(UNROLLED)),
    steps(UNROLLED),
    move(counter, argument(9)),
    and(counter, UNROLLED - 1),
    steps(1),
  ];

  /** Adds the tile to the rows from `row` on, or overwrites them. */
  const store = (accumulate: boolean): Code =>
    each(rows, (r) => [
      each(vectors, (v) => {
        const place = { base: row, offset: 8 * v * unit.lanes };
        return [
          accumulate ? unit.add(tile(r, v), tile(r, v), place) : [],
          unit.store(place, tile(r, v)),
        ];
      }),
      add(row, rowStride),
    ]);
  /** Copies that part of a tile which lies inside C, from C to the corner or back. */
  const copyCorner = (back: boolean): Code => {
    const [cRow, corner, r, j, value] = [c, row, r11, r15, rax];
    const inC = { base: cRow, index: j, scale: 8, offset: -8 } as const;
    const inCorner = { base: corner, index: j, scale: 8, offset: -8 } as const;
    return [
      push(c),
      move(corner, argument(3)),
      moveNumber(r, rows),
      compare(r, rowsLeft),
      moveIfAbove(r, rowsLeft),
      repeat(
        r,
        moveNumber(j, columns),
        compare(j, columnsLeft),
        moveIfAbove(j, columnsLeft),
        repeat(
          j,
          move(value, back ? inCorner : inC),
          moveTo(back ? inC : inCorner, value),
        ),
        add(cRow, stride),
        addNumber(corner, 8 * columns),
      ),
      pop(c),
      move(corner, argument(3)),
    ];
  };
  const storeTile: Code = [
    compareNumber(argument(10), 0),
    unless("zero", store(true), store(false)),
  ];
  const storeWhole: Code = [move(row, c), move(rowStride, stride), storeTile];
  const storeCorner: Code = [
    copyCorner(false),
    moveNumber(rowStride, 8 * columns),
    storeTile,
    copyCorner(true),
  ];

  return [
    move(b, argument(1)),
    move(cFirst, argument(2)),
    move(stride, argument(4)),
    move(columnsLeft, argument(8)),
    whileNotZero(
      columnsLeft,
      move(rowsLeft, argument(7)),
      move(a, argument(0)),
      move(c, cFirst),
      whileNotZero(
        rowsLeft,
        product,
        // Negative where rows or columns are missing.
        addressOf(rax, { base: rowsLeft, offset: -rows }),
        addressOf(row, { base: columnsLeft, offset: -columns }),
        or(rax, row),
        unless("negative", storeWhole, storeCorner),
        multiplyNumber(rax, stride, rows),
        add(c, rax),
        multiplyNumber(rax, argument(5), rows),
        add(a, rax),
        countDown(rowsLeft, rows),
      ),
      addNumber(cFirst, 8 * columns),
      move(b, bNext),
      countDown(columnsLeft, columns),
    ),
    returns,
  ];
}

/**
 * Fills panels of the given width: for each step of the inner dimension, `width` numbers, one from
 * each line. Lines beyond the last repeat it: nothing outside the operand is read.
 */
function pack(width: number, pixels: boolean): Code {
  const group = width % 5 === 0 ? 5 : 4;
  const lines = [rcx, rbp, r12, r13, r14].slice(0, group);
  const [to, panel, from, along, step, outerLeft, counter] = [r15, rdi, rsi, r8, r9, r10, r11];
  const table = rdx;
  const setLine = (line: number, index: number): Code => [
    moveNumber(rax, index),
    addressOf(along, { base: outerLeft, offset: -1 }),
    compare(rax, along),
    moveIfAbove(rax, along),
    multiply(rax, argument(2)),
    addressOf(line, { base: from, index: rax }),
  ];
  const put = (line: number, index: number): Code => {
    const place = { base: line, index: along };
    return [
      pixels
        ? [moveByte(rax, place), move(rax, { base: table, index: rax, scale: 8 })]
        : move(rax, place),
      moveTo({ base: to, offset: 8 * index }, rax),
    ];
  };
  const fillGroup = (first: number): Code => [
    lines.map((line, index) => setLine(line, first + index)),
    addressOf(to, { base: panel, offset: 8 * first }),
    moveNumber(along, 0),
    move(counter, argument(5)),
    repeat(counter, lines.map(put), add(along, step), addNumber(to, 8 * width)),
  ];
  const groups = Array.from({ length: width / group }, (_, index) => index * group);
  return [
    move(panel, argument(0)),
    move(from, argument(1)),
    move(step, argument(3)),
    move(outerLeft, argument(4)),
    pixels ? move(table, argument(6)) : [],
    whileNotZero(
      outerLeft,
      groups.map(fillGroup),
      addressOf(panel, { base: to, offset: -8 * (width - group) }),
      multiplyNumber(rax, argument(2), width),
      add(from, rax),
      countDown(outerLeft, width),
    ),
    returns,
  ];
}

/** Panels of 16 samples: reads four bytes of each at a time, and looks the numbers up. */
function packPixelsAcross(): Code {
  const [to, from, table, outerLeft, counter, room] = [rdi, rsi, rdx, r10, r11, r12];
  const [along, places, bytes, mask, low, high] = [rcx, 0, 1, 2, 3, 4];
  const width = 16;
  const place = (line: number): Code => [
    moveNumber(rax, line),
    addressOf(rcx, { base: outerLeft, offset: -1 }),
    compare(rax, rcx),
    moveIfAbove(rax, rcx),
    multiply(rax, argument(2)),
    moveTo({ base: room, offset: 4 * line }, rax),
  ];
  const step = (k: number): Code => [
    lookUp.and(low, bytes, mask),
    lookUp.shiftRight(bytes, bytes, 8),
    lookUp.upperHalf(high, low),
    [low, high].map((half, v) => [
      lookUp.numbers(5 + v, { base: table, index: half, scale: 8 }),
      avx512.store({ base: to, offset: 8 * (k * width + 8 * v) }, 5 + v),
    ]),
  ];
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    move(outerLeft, argument(4)),
    move(table, argument(6)),
    move(room, argument(7)),
    lookUp.lowBytes(mask),
    whileNotZero(
      outerLeft,
      Array.from({ length: width }, (_, line) => place(line)),
      avx512.load(places, { base: room }),
      move(along, from),
      move(counter, argument(5)),
      shiftRight(counter, 2),
      repeat(
        counter,
        lookUp.integers(bytes, { base: along, index: places }),
        [0, 1, 2, 3].map(step),
        addNumber(along, 4),
        addNumber(to, 4 * width * 8),
      ),
      multiplyNumber(rax, argument(2), width),
      add(from, rax),
      countDown(outerLeft, width),
    ),
    returns,
  ];
}

/** Panels of 16 inputs: widens eight bytes at a time, and looks the numbers up. */
function packPixelsAlong(): Code {
  const [to, from, along, step, table, outerLeft, counter] = [rdi, rsi, rcx, r9, rdx, r10, r11];
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    move(step, argument(3)),
    move(outerLeft, argument(4)),
    move(table, argument(6)),
    whileNotZero(
      outerLeft,
      move(along, from),
      move(counter, argument(5)),
      repeat(
        counter,
        [0, 1].map((v) => [
          lookUp.widenBytes(2 * v, { base: along, offset: 8 * v }),
          lookUp.numbers(2 * v + 1, { base: table, index: 2 * v, scale: 8 }),
          avx512.store({ base: to, offset: 64 * v }, 2 * v + 1),
        ]),
        add(along, step),
        addNumber(to, 128),
      ),
      addNumber(from, 16),
      countDown(outerLeft, 16),
    ),
    returns,
  ];
}

function sum(unit: VectorUnit): Code {
  const [to, from, counter] = [rdi, rsi, rcx];
  return [
    move(to, argument(0)),
    move(from, argument(1)),
    move(counter, argument(2)),
    repeat(
      counter,
      unit.load(0, { base: to }),
      unit.add(0, 0, { base: from }),
      unit.store({ base: to }, 0),
      addNumber(to, 8 * unit.lanes),
      addNumber(from, 8 * unit.lanes),
    ),
    returns,
  ];
}

function transpose(): Code {
  const [to, column, from, stride, rowsLeft, columnsLeft] = [rdi, rdx, rsi, r8, r9, r10];
  return [
    move(to, argument(0)),
    move(column, argument(1)),
    move(stride, argument(2)),
    move(rowsLeft, argument(3)),
    repeat(
      rowsLeft,
      move(from, column),
      move(columnsLeft, argument(4)),
      repeat(
        columnsLeft,
        move(rax, { base: from }),
        moveTo({ base: to }, rax),
        add(from, stride),
        addNumber(to, 8),
      ),
      addNumber(column, 8),
    ),
    returns,
  ];
}

/** Each operation is rounded on its own, as in the reference, so that the bits are the same. */
function momentum(unit: VectorUnit): Code {
  const [w, dw, v, along, counter] = [rdi, rsi, rdx, r8, rcx];
  const [mu, eta, ofLoss, ofWeights, weights, gradient, velocity] = [0, 1, 2, 3, 4, 5, 6];
  const at = (base: number) => ({ base, index: along });
  return [
    move(w, argument(0)),
    move(dw, argument(1)),
    move(v, argument(2)),
    move(rax, argument(3)),
    [mu, eta, ofLoss, ofWeights].map((coefficient, i) =>
      unit.broadcast(coefficient, { base: rax, offset: 8 * i })
    ),
    moveNumber(along, 0),
    move(counter, argument(4)),
    repeat(
      counter,
      unit.load(weights, at(w)),
      unit.multiply(gradient, ofLoss, at(dw)),
      unit.multiply(velocity, ofWeights, weights),
      unit.add(gradient, gradient, velocity),
      unit.multiply(gradient, gradient, eta),
      unit.multiply(velocity, mu, at(v)),
      unit.add(velocity, velocity, gradient),
      unit.store(at(v), velocity),
      unit.subtract(weights, weights, velocity),
      unit.store(at(w), weights),
      addNumber(along, 8 * unit.lanes),
    ),
    returns,
  ];
}

function reluForward(): Code {
  const [s, counter, zero, now] = [rdi, rcx, 0, 1];
  return [
    move(s, argument(0)),
    move(counter, argument(1)),
    avx2.zero(zero),
    repeat(
      counter,
      relu.larger(now, zero, { base: s }),
      avx2.store({ base: s }, now),
      addNumber(s, 8 * avx2.lanes),
    ),
    returns,
  ];
}

function reluBackward(): Code {
  const [h, g, counter, zero, now] = [rdi, rsi, rcx, 0, 1];
  return [
    move(h, argument(0)),
    move(g, argument(1)),
    move(counter, argument(2)),
    avx2.zero(zero),
    repeat(
      counter,
      relu.differ(now, zero, { base: h }),
      relu.and(now, now, { base: g }),
      avx2.store({ base: g }, now),
      addNumber(h, 8 * avx2.lanes),
      addNumber(g, 8 * avx2.lanes),
    ),
    returns,
  ];
}
