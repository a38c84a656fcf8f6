/**
 * Packing: copies of an operand in panels, as `wasm_product.ts` reads them. Bytes become numbers on the
 * way.
 *
 * @module
 */

import {
  bits,
  type Code,
  defineFunction,
  f64,
  f64x2,
  type FunctionCode,
  i32,
  type Local,
  loopWhile,
  smaller,
  type,
} from "./wasm_assembler.ts";
import { type Instructions, TABLE } from "./wasm_layout.ts";
import { linearNumbers } from "./wasm_pixels.ts";
import { COLUMNS, ROWS } from "./wasm_product.ts";

/** How an operand lies in memory, and so how its panels are filled. */
export type Layout = "inner contiguous" | "panel contiguous";

/**
 * What an operand is made of: numbers, bytes that stand for those of a table, or bytes that stand for
 * u / 255 plus a constant.
 */
export type Kind = "numbers" | "pixels" | "linear";

/** The name of the function that packs panels of this width from this layout. */
export function packName(width: number, layout: Layout, kind: Kind): `pack ${string}` {
  return `pack ${width}, ${layout}, ${kind}`;
}

/** All that are needed: only B is ever made of pixels. */
export function packs(instructions: Instructions): FunctionCode[] {
  return (["inner contiguous", "panel contiguous"] as const).flatMap((layout) => [
    pack(instructions, ROWS, layout, "numbers"),
    pack(instructions, COLUMNS, layout, "numbers"),
    pack(instructions, COLUMNS, layout, "pixels"),
    pack(instructions, COLUMNS, layout, "linear"),
  ]);
}

/** Code for some steps of the inner dimension, of which every one fills `width` numbers. */
interface Steps {
  readonly count: number;
  readonly before?: Code;
  readonly code: Code;
}

/** What the steps read and write: one line of the operand for each number of a panel, or only one. */
interface Ends {
  readonly width: number;
  readonly to: Local;
  readonly lines: readonly Local[];
  readonly declare: (type: number) => Local;
}

/** Fills panels of the given width: for each step of the inner dimension, `width` numbers. */
function pack(
  instructions: Instructions,
  width: number,
  layout: Layout,
  kind: Kind,
): FunctionCode {
  const size = kind === "numbers" ? 8 : 1;
  return defineFunction(packName(width, layout, kind), 5, (parameters, declare) => {
    const [to, from, stride, outer, inner] = parameters;
    const k = declare(type.i32);
    const isTransposed = layout === "inner contiguous";
    const lines = Array.from({ length: isTransposed ? width : 1 }, () => declare(type.i32));
    const ends = { width, to, lines, declare };

    const single = singleStep(ends, kind);
    const fast: Steps = kind === "numbers"
      ? (isTransposed ? transposedNumbers(ends) : lineOfNumbers(ends))
      : kind === "linear"
      ? (isTransposed ? transposedPixels(ends, instructions) : lineOfPixels(ends, instructions))
      : single;
    const repeat = ({ count, code }: Steps) =>
      loopWhile(
        k.get,
        code,
        lines.map((line) => line.increase(isTransposed ? i32.value(count * size) : stride.get)),
        to.increase(i32.value(count * width * 8)),
        k.increase(i32.value(-1)),
      );
    const { count } = fast;
    const rest = count === 1
      ? []
      : [k.set(i32.and(inner.get, i32.value(count - 1))), repeat(single)];
    // Rows beyond the last repeat it, so that nothing outside the operand is read.
    const last = i32.sub(outer.get, i32.value(1));
    const lineStart = (r: number) =>
      i32.add(from.get, i32.mul(stride.get, smaller(i32.value(r), last)));
    return [
      fast.before ?? [],
      loopWhile(
        outer.get,
        lines.map((line, r) => line.set(isTransposed ? lineStart(r) : from.get)),
        k.set(i32.shr(inner.get, i32.value(Math.log2(count)))),
        repeat(fast),
        rest,
        from.increase(
          isTransposed ? i32.mul(stride.get, i32.value(width)) : i32.value(width * size),
        ),
        outer.set(i32.sub(outer.get, smaller(outer.get, i32.value(width)))),
      ),
    ];
  });
}

/** Number by number. */
function singleStep({ width, to, lines }: Ends, kind: Kind): Steps {
  const place = (r: number): [offset: number, address: Code] => {
    const [along, line] = lines.length > 1 ? [0, lines[r].get] : [r, lines[0].get];
    if (kind === "numbers") return [8 * along, line];
    return [TABLE, i32.shl(i32.loadByte(along, line), i32.value(3))];
  };
  const code = Array.from({ length: width }, (_, r) => {
    if (r % 2 > 0) return [];
    if (r + 1 === width) return f64.store(8 * r, to.get, f64.load(...place(r)));
    const pair = f64x2.loadSecond(...place(r + 1), f64x2.loadFirst(...place(r)));
    return f64x2.store(8 * r, to.get, pair);
  });
  return { count: 1, code };
}

/** Numbers that lie side by side already. */
function lineOfNumbers({ width, to, lines: [line] }: Ends): Steps {
  const code = Array.from({ length: width }, (_, r) => {
    if (r % 2 > 0) return [];
    if (r + 1 === width) return f64.store(8 * r, to.get, f64.load(8 * r, line.get));
    return f64x2.store(8 * r, to.get, f64x2.load(8 * r, line.get));
  });
  return { count: 1, code };
}

/** Two numbers from each line, two times: all first ones, then all second ones. */
function transposedNumbers({ width, to, lines, declare }: Ends): Steps {
  const pairs = lines.map(() => declare(type.v128));
  const twoSteps = (k: number): Code => [
    pairs.map((pair, r) => pair.set(f64x2.load(8 * k, lines[r].get))),
    pairs.map((_, i) => {
      const [first, second] = [2 * i, 2 * i + 1];
      const numbers = f64x2.pairLanes(
        pairs[first % width].get,
        Math.floor(first / width),
        pairs[second % width].get,
        Math.floor(second / width),
      );
      return f64x2.store(8 * (k * width + first), to.get, numbers);
    }),
  ];
  return { count: 4, code: [twoSteps(0), twoSteps(2)] };
}

/** Four pixels that lie side by side. */
function lineOfPixels({ to, lines: [line], declare }: Ends, instructions: Instructions): Steps {
  const { load, numbers } = linearNumbers(instructions, declare);
  const bytes = declare(type.v128);
  const code = [
    bytes.set(bits.loadFour(0, line.get)),
    (["first", "second"] as const).map((pair, i) =>
      f64x2.store(16 * i, to.get, numbers(bytes.get, pair))
    ),
  ];
  return { count: 1, before: load, code };
}

/** Eight pixels from each line, two lines in a vector: at each step their lowest bytes. */
function transposedPixels(
  { width, to, lines, declare }: Ends,
  instructions: Instructions,
): Steps {
  const { load, numbers } = linearNumbers(instructions, declare);
  const count = 8;
  const vectors = Array.from({ length: width / 2 }, () => declare(type.v128));
  const code = [
    vectors.map((vector, i) =>
      vector.set(
        f64x2.loadSecond(0, lines[2 * i + 1].get, f64x2.loadFirst(0, lines[2 * i].get)),
      )
    ),
    Array.from({ length: count }, (_, k) =>
      vectors.map((vector, i) => [
        k > 0 ? vector.set(bits.shiftHalves(vector.get, i32.value(8))) : [],
        f64x2.store(8 * (k * width + 2 * i), to.get, numbers(vector.get, "apart")),
      ])),
  ];
  return { count, before: load, code };
}
