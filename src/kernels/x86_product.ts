/**
 * The machine code of C = A B. The product is the WebAssembly one with wider vectors: see
 * `wasm_product.ts` for the idea. Only B is packed: a tile reads its rows of A where they are.
 *
 * @module
 */

import {
  add,
  addNumber,
  addressOf,
  and,
  type Code,
  compare,
  compareNumber,
  type Memory,
  move,
  moveIfAbove,
  moveNumber,
  moveTo,
  multiplyNumber,
  or,
  pop,
  push,
  register,
  repeat,
  returns,
  shiftRight,
  unless,
  whileNotZero,
} from "./x86_assembler.ts";
import { type VectorUnit } from "./x86_vectors.ts";
import { argument, countDown } from "./x86_tasks.ts";

const { rax, rcx, rdx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = register;

/**
 * A tile: how many rows of C, and how many columns, are in registers at a time; two vectors of `lanes`
 * columns, or one where there are no more.
 */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly lanes: number;
}

/** The tile of a vector unit: it leaves registers for a row of B and an element of A. */
export function tileOf({ lanes }: VectorUnit): Tile {
  return { rows: lanes === 8 ? 10 : 5, columns: 2 * lanes, lanes };
}

/** How many steps of the inner dimension are written out in a row. */
const UNROLLED = 4;

/** C = A B, or C += A B, from A in place and packed B. */
export function multiplyPacked(unit: VectorUnit, { rows, columns }: Tile): Code {
  const most = columns / unit.lanes;
  const [a, aNext, aThird, lineStep, threeLines, step] = [rdi, rsi, r11, r15, r12, rbp];
  const [b, bNext, cFirst, c] = [rdx, r13, rcx, r14];
  const [stride, rowsLeft, columnsLeft, row, rowStride, counter] = [r8, r9, r10, r12, rbp, rax];
  const tile = (r: number, v: number) => r * most + v;
  const bNow = (v: number) => rows * most + v;
  const aNow = (rows + 1) * most;
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
  const stepOnce = (vectors: number, k: number): Code => [
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
  const steps = (vectors: number, count: number): Code =>
    repeat(
      counter,
      each(count, (k) => stepOnce(vectors, k)),
      addNumber(bNext, 8 * count * columns),
    );
  const product = (vectors: number): Code => [
    each(rows * most, unit.zero),
    move(bNext, b),
    move(aNext, a),
    move(lineStep, argument(5)),
    move(step, argument(6)),
    addressOf(threeLines, { base: lineStep, index: lineStep, scale: 2 }),
    addressOf(aThird, { base: a, index: threeLines }),
    move(counter, argument(9)),
    shiftRight(counter, Math.log2(UNROLLED)),
    steps(vectors, UNROLLED),
    move(counter, argument(9)),
    and(counter, UNROLLED - 1),
    steps(vectors, 1),
  ];

  /** Adds the tile to the rows from `row` on, or overwrites them. */
  const store = (vectors: number, accumulate: boolean): Code =>
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
  const storeTile = (vectors: number): Code => [
    compareNumber(argument(10), 0),
    unless("zero", store(vectors, true), store(vectors, false)),
  ];
  const storeWhole = (vectors: number): Code => [
    move(row, c),
    move(rowStride, stride),
    storeTile(vectors),
  ];
  const storeCorner = (vectors: number): Code => [
    copyCorner(false),
    moveNumber(rowStride, 8 * columns),
    storeTile(vectors),
    copyCorner(true),
  ];
  /** The tiles of a panel; of its columns only so many vectors. */
  const panel = (vectors: number): Code =>
    whileNotZero(
      rowsLeft,
      product(vectors),
      // Negative where rows or columns are missing.
      addressOf(rax, { base: rowsLeft, offset: -rows }),
      addressOf(row, { base: columnsLeft, offset: -vectors * unit.lanes }),
      or(rax, row),
      unless("negative", storeWhole(vectors), storeCorner(vectors)),
      multiplyNumber(rax, stride, rows),
      add(c, rax),
      multiplyNumber(rax, argument(5), rows),
      add(a, rax),
      countDown(rowsLeft, rows),
    );

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
      addressOf(rax, { base: columnsLeft, offset: -unit.lanes - 1 }),
      or(rax, rax),
      unless("negative", panel(most), panel(1)),
      addNumber(cFirst, 8 * columns),
      move(b, bNext),
      countDown(columnsLeft, columns),
    ),
    returns,
  ];
}
