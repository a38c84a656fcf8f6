/**
 * The WebAssembly program behind the portable backend: C = A B from packed operands, and the packing.
 *
 * Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a tile of C stays
 * in registers while the product runs along its inner dimension; the operands are packed beforehand so
 * that the tile reads them one after another. A is packed in panels of `ROWS` rows, B in panels
 * of `COLUMNS` columns, both with the inner dimension outermost:
 *
 *     A panel: inner x ROWS        B panel: inner x COLUMNS
 *
 * A last panel that is not full holds whatever lies beside the operand in memory: it reaches only
 * those parts of the tile that are not stored.
 *
 * @module
 */

import {
  assemble,
  type Code,
  defineFunction,
  f64,
  f64x2,
  type FunctionCode,
  i32,
  i32x4,
  type Local,
  loopWhile,
  smaller,
  type,
  when,
} from "./wasm_assembler.ts";
import { loops } from "./wasm_loops.ts";

/** Rows and columns of a tile: 5 x 2 vectors fill the 16 vector registers of x86-64 best. */
export const ROWS = 5;
export const COLUMNS = 4;

/** Where the table of pixel values lies in memory: 256 numbers. */
export const TABLE = 1024;

/** Where the coefficients mu, eta, ofLoss and ofWeights of a momentum step lie. */
export const COEFFICIENTS = 256;

/** Where the two parts of 1 / 255 lie, and what is added to the quotient of linear pixels. */
export const LINEAR = TABLE + 256 * 8;

/** Bytes of a tile, which is laid down in memory where only a corner of it is stored. */
export const CORNER = ROWS * COLUMNS * 8;

/** 64 KiB each: the largest memory that a 32-bit address reaches. */
export const MAXIMUM_PAGES = 65536;

/** How many steps of the inner dimension are written out in a row. */
const UNROLLED = 4;

/** How an operand lies in memory, and so how its panels are filled. */
export type Layout = "inner contiguous" | "panel contiguous";

/**
 * What an operand is made of: numbers, bytes that stand for those of a table, or bytes whose numbers
 * `linearPixels` knows how to compute.
 */
export type Kind = "numbers" | "pixels" | "linear";

/** The name of the function that packs panels of this width from this layout. */
export function packName(width: number, layout: Layout, kind: Kind): `pack ${string}` {
  return `pack ${width}, ${layout}, ${kind}`;
}

/** The module, with fused multiply-add where the engine has it. */
export function compileProgram(): WebAssembly.Module {
  const layouts = ["inner contiguous", "panel contiguous"] as const;
  const program = (multiplyAdd: MultiplyAdd) => {
    const packs = layouts.flatMap((layout) => [
      pack(multiplyAdd, ROWS, layout, "numbers"),
      pack(multiplyAdd, COLUMNS, layout, "numbers"),
      pack(multiplyAdd, COLUMNS, layout, "pixels"),
      pack(multiplyAdd, COLUMNS, layout, "linear"),
    ]);
    const functions = [multiply(multiplyAdd), ...loops(), ...packs];
    return assemble(functions, MAXIMUM_PAGES) as Uint8Array<ArrayBuffer>;
  };
  const fused = program(f64x2.relaxedMultiplyAdd);
  if (WebAssembly.validate(fused)) return new WebAssembly.Module(fused);
  return new WebAssembly.Module(program((a, b, c) => f64x2.add(f64x2.mul(a, b), c)));
}

type MultiplyAdd = (a: Code, b: Code, c: Code) => Code;

/** C = A B, or C += A B: tile after tile, along the rows of C. */
function multiply(multiplyAdd: MultiplyAdd): FunctionCode {
  return defineFunction("multiply", 9, (parameters, declare) => {
    const [a, b, c, corner, stride, rows, columns, inner, accumulate] = parameters;
    const [rowsLeft, columnsLeft, aNext, bNext, cNext, k] = Array.from(
      { length: 6 },
      () => declare(type.i32),
    );
    const tile = Array.from({ length: ROWS }, () => [declare(type.v128), declare(type.v128)]);
    const bNow = [declare(type.v128), declare(type.v128)];
    const [aNow, aPair] = [declare(type.v128), declare(type.v128)];

    /**
     * Steps of the inner dimension: a column of the A panel times a row of the B panel. The numbers of A
     * are loaded in pairs and repeated, because an engine may check the bounds of every load.
     */
    const steps = (count: number): Code => [
      Array.from({ length: count * ROWS }, (_, i) => {
        const [k, r] = [Math.floor(i / ROWS), i % ROWS];
        return [
          r > 0 ? [] : bNow.map((b, v) => b.set(f64x2.load((k * COLUMNS + 2 * v) * 8, bNext.get))),
          i % 2 > 0 ? [] : aPair.set(f64x2.load(i * 8, aNext.get)),
          aNow.set(f64x2.repeatLane(i % 2, aPair.get)),
          tile[r].map((sum, v) => sum.set(multiplyAdd(aNow.get, bNow[v].get, sum.get))),
        ];
      }),
      aNext.increase(i32.value(count * ROWS * 8)),
      bNext.increase(i32.value(count * COLUMNS * 8)),
      k.increase(i32.value(-1)),
    ];
    const product: Code = [
      tile.flat().map((sum) => sum.set(f64x2.zero)),
      k.set(i32.shr(inner.get, i32.value(Math.log2(UNROLLED)))),
      loopWhile(k.get, steps(UNROLLED)),
      k.set(i32.and(inner.get, i32.value(UNROLLED - 1))),
      loopWhile(k.get, steps(1)),
    ];

    const row = declare(type.i32);
    const storeWhole: Code = [
      row.set(cNext.get),
      tile.map((sums) => [
        sums.map((sum, v) => [
          when(accumulate.get, sum.set(f64x2.add(sum.get, f64x2.load(v * 16, row.get)))),
          f64x2.store(v * 16, row.get, sum.get),
        ]),
        row.increase(stride.get),
      ]),
    ];
    const storeCorner: Code = [
      tile.map((sums, r) =>
        sums.map((sum, v) => f64x2.store((r * COLUMNS + 2 * v) * 8, corner.get, sum.get))
      ),
      copyCorner(declare, { cNext, corner, stride, rowsLeft, columnsLeft, accumulate }),
    ];

    const isWhole = i32.and(
      i32.less(i32.value(ROWS - 1), rowsLeft.get),
      i32.less(i32.value(COLUMNS - 1), columnsLeft.get),
    );
    const next = (left: Local, size: number) =>
      left.set(i32.sub(left.get, smaller(left.get, i32.value(size))));
    return [
      rowsLeft.set(rows.get),
      loopWhile(
        rowsLeft.get,
        bNext.set(b.get),
        cNext.set(c.get),
        columnsLeft.set(columns.get),
        loopWhile(
          columnsLeft.get,
          aNext.set(a.get),
          product,
          when(isWhole, storeWhole, storeCorner),
          cNext.increase(i32.value(COLUMNS * 8)),
          next(columnsLeft, COLUMNS),
        ),
        a.set(aNext.get),
        c.increase(i32.mul(stride.get, i32.value(ROWS))),
        next(rowsLeft, ROWS),
      ),
    ];
  });
}

/** Stores that part of the tile at `corner` that lies inside C, number by number. */
function copyCorner(
  declare: (type: number) => Local,
  c: Record<"cNext" | "corner" | "stride" | "rowsLeft" | "columnsLeft" | "accumulate", Local>,
): Code {
  const [from, to, row, r, j] = Array.from({ length: 5 }, () => declare(type.i32));
  const count = (left: Local, size: number) => smaller(left.get, i32.value(size));
  return [
    row.set(c.cNext.get),
    r.set(i32.value(0)),
    loopWhile(
      i32.less(r.get, count(c.rowsLeft, ROWS)),
      from.set(i32.add(c.corner.get, i32.mul(r.get, i32.value(COLUMNS * 8)))),
      to.set(row.get),
      j.set(count(c.columnsLeft, COLUMNS)),
      loopWhile(
        j.get,
        when(
          c.accumulate.get,
          f64.store(0, to.get, f64.add(f64.load(0, from.get), f64.load(0, to.get))),
          f64.store(0, to.get, f64.load(0, from.get)),
        ),
        from.increase(i32.value(8)),
        to.increase(i32.value(8)),
        j.increase(i32.value(-1)),
      ),
      row.increase(c.stride.get),
      r.increase(i32.value(1)),
    ),
  ];
}

/** An offset and an address: where a number lies. */
type Place = readonly [offset: number, address: Code];

/** Stores the numbers from two places side by side, or the one from the first. */
function storePair(offset: number, to: Code, first: Place, second: Place | null): Code {
  if (second === null) return f64.store(offset, to, f64.load(...first));
  return f64x2.store(offset, to, f64x2.loadSecond(...second, f64x2.loadFirst(...first)));
}

/** Fills panels of the given width: for each step of the inner dimension, `width` numbers. */
function pack(
  multiplyAdd: MultiplyAdd,
  width: number,
  layout: Layout,
  kind: Kind,
): FunctionCode {
  const pixels = kind !== "numbers";
  const size = pixels ? 1 : 8;
  return defineFunction(packName(width, layout, kind), 5, (parameters, declare) => {
    const [to, from, stride, outer, inner] = parameters;
    const k = declare(type.i32);
    const lines = Array.from({ length: width }, () => declare(type.i32));
    const words = Array.from({ length: pixels ? width : 0 }, () => declare(type.i32));
    const innermost = layout === "inner contiguous";
    const [high, low, shift, bytes, four, pair] = Array.from(
      { length: 6 },
      () => declare(type.v128),
    );

    /** Stores four integers as what they stand for. */
    const storeFour = (offset: number, integers: Code): Code => {
      const product = multiplyAdd(pair.get, high.get, f64x2.mul(pair.get, low.get));
      const storePair = (offset: number, integers: Code): Code => [
        pair.set(i32x4.toNumbers(integers)),
        f64x2.store(offset, to.get, f64x2.add(product, shift.get)),
      ];
      return [
        four.set(integers),
        storePair(offset, four.get),
        storePair(offset + 16, f64x2.repeatLane(1, four.get)),
      ];
    };
    /** The same steps as below, four pixels at a time. */
    const linearSteps: Code = innermost
      ? [
        bytes.set(
          lines.slice(1).reduce(
            (vector: Code, line, i) => i32x4.loadLane(i + 1, line.get, vector),
            i32x4.loadFirst(0, lines[0].get),
          ),
        ),
        Array.from({ length: UNROLLED }, (_, k) =>
          storeFour(
            8 * width * k,
            f64x2.and(i32x4.shr(bytes.get, i32.value(8 * k)), i32x4.value(255)),
          )),
      ]
      : storeFour(0, i32x4.widen(i32x4.loadFirst(0, lines[0].get)));

    /** Where the number for byte b of a word is: bytes are loaded four at a time. */
    const lookUp = (word: Code, b: number): Place => {
      const shifted = b === 0 ? i32.shl(word, i32.value(3)) : i32.shr(word, i32.value(8 * b - 3));
      return [TABLE, i32.and(shifted, i32.value(255 * 8))];
    };

    /** Writes out `count` steps of the inner dimension, and repeats them. */
    const steps = (count: number): Code => {
      const place = (k: number, r: number): Place => {
        if (!pixels) return innermost ? [8 * k, lines[r].get] : [8 * r, lines[0].get];
        return innermost ? lookUp(words[r].get, k) : lookUp(words[0].get, r);
      };
      const load = (line: number): Code =>
        words[line].set(
          innermost && count === 1
            ? i32.loadByte(0, lines[line].get)
            : i32.load(0, lines[line].get),
        );
      const places = Array.from(
        { length: count * width },
        (_, i) => place(Math.floor(i / width), i % width),
      );
      const advance = innermost
        ? lines.map((line) => line.increase(i32.value(count * size)))
        : lines[0].increase(stride.get);
      const isLinear = kind === "linear" && (count === UNROLLED || !innermost);
      return loopWhile(
        k.get,
        isLinear ? linearSteps : [
          pixels ? (innermost ? words.map((_, line) => load(line)) : load(0)) : [],
          places.map((first, i) =>
            i % 2 > 0 ? [] : storePair(8 * i, to.get, first, places[i + 1] ?? null)
          ),
        ],
        advance,
        to.increase(i32.value(count * width * 8)),
        k.increase(i32.value(-1)),
      );
    };
    const fill = layout === "panel contiguous" ? [k.set(inner.get), steps(1)] : [
      k.set(i32.shr(inner.get, i32.value(Math.log2(UNROLLED)))),
      steps(UNROLLED),
      k.set(i32.and(inner.get, i32.value(UNROLLED - 1))),
      steps(1),
    ];
    // Rows beyond the last repeat it, so that nothing outside the operand is read.
    const last = i32.sub(outer.get, i32.value(1));
    const lineStart = (r: number) =>
      i32.add(from.get, i32.mul(stride.get, smaller(i32.value(r), last)));
    return [
      [high, low, shift].map((constant, i) =>
        constant.set(f64x2.loadSplat(LINEAR + 8 * i, i32.value(0)))
      ),
      loopWhile(
        outer.get,
        lines.map((line, r) => line.set(layout === "inner contiguous" ? lineStart(r) : from.get)),
        fill,
        from.increase(
          layout === "inner contiguous"
            ? i32.mul(stride.get, i32.value(width))
            : i32.value(width * size),
        ),
        outer.set(i32.sub(outer.get, smaller(outer.get, i32.value(width)))),
      ),
    ];
  });
}
