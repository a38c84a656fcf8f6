/**
 * The products of the native backend that multiply digits by bytes, as lists of tasks.
 *
 * @module
 */

import { blocks, halves, type Range } from "./blocks.ts";
import { DIGITS } from "./digits.ts";
import type { Size } from "./kernels.ts";
import { addressOf } from "./native_memory.ts";
import type { Desk } from "./native_plan.ts";
import { type Rank, roomOf } from "./native_product.ts";
import { digitConstants, MOST_UNITS, PANELS } from "./x86_digit_constants.ts";
import { NOTES, QUAD } from "./x86_digit_rows.ts";
import { PIXELS, ROOM, VECTOR } from "./x86_digit_sums.ts";

/** Samples whose bytes stay in the second-level cache while the digits of all units pass. */
const SAMPLES = 256;

/** A step of the weights; the coefficients in the order of `MomentumStep`. */
interface Update {
  readonly w: Float64Array;
  readonly v: Float64Array;
  readonly coefficients: Float64Array;
}

/** Functions that append the tasks; `base` is where the address of the first pixel is. */
export function digitProducts() {
  const { array, setShift } = digitConstants();
  const constants = addressOf(array);
  /** Rooms are counted in numbers, and digits in bytes. */
  const bytesOf = (rank: Rank, name: "digits" | "bytes", bytes: number) =>
    roomOf(rank, name, Math.ceil(bytes / 8));

  /**
   * S = X Wᵀ. The ranks share the inputs: each part has digits of its own, so that the bits do not depend
   * on who computes it.
   */
  function appendScores(
    { ranks, last }: Desk,
    { n, d, m }: Size,
    base: number,
    w: Float64Array,
    s: Float64Array,
  ): void {
    const partials = shares(d).map((inputs, r) => {
      const rank = ranks[r];
      const inner = inputs.to - inputs.from;
      const partial = roomOf(rank, "partial", n * m + 8);
      const room = bytesOf(rank, "bytes", Math.max(ROOM, MOST_UNITS * NOTES));
      const panels = panelsOf(m, inner);
      const digits = bytesOf(rank, "digits", panels.at(-1)!.end);
      const factors = roomOf(rank, "factors", panels.length * 2 * MOST_UNITS);
      const placed = panels.map((panel, p) => ({
        ...panel,
        to: digits + panel.start,
        factor: factors + p * 2 * MOST_UNITS * 8,
      }));
      for (const { units, width, to, factor } of placed) {
        const from = addressOf(w) + (units.from * d + inputs.from) * 8;
        const rows = [from, d * 8, units.to - units.from, inner];
        const steps = [8, width * VECTOR, 8 * PANELS[width - 1]];
        const results = [factor, factor + MOST_UNITS * 8];
        const name = units.to - units.from === MOST_UNITS ? "splitPanel" : "splitRows";
        rank.list.append(name, ...rows, to, ...steps, ...results, constants, room);
      }
      for (const samples of blocks({ from: 0, to: n }, SAMPLES)) {
        const count = samples.to - samples.from;
        const bytes = [samples.from * d + inputs.from, base, d, count, inner / 4];
        for (const { units, width, to, factor } of placed) {
          const out = [partial + (samples.from * m + units.from) * 8, m * 8];
          const rest = [factor, units.to - units.from, room, constants];
          rank.list.append(scoresNames[width - 1], to, ...bytes, ...out, ...rest);
        }
      }
      return partial;
    });
    const [partial, other] = partials;
    if (other !== undefined) last.append("sum", partial, other, Math.ceil(n * m / 8));
    last.append("transpose", addressOf(s), partial, 8, 1, n * m);
  }

  /** What becomes of columns of dW = Gᵀ X: they are stored, or used for a step of W and v. */
  function appendGradient(
    { ranks }: Desk,
    { n, d, m }: Size,
    g: Float64Array,
    base: number,
    use: { readonly dw: Float64Array } | Update,
  ): void {
    const steps = Math.ceil(n / 4);
    for (const [r, columns] of shares(d).entries()) {
      const rank = ranks[r];
      const transposed = roomOf(rank, "numbers", n * m);
      const factor = roomOf(rank, "factors", 2 * m);
      // What is written for numbers that are missing at the end of a row, the next row overwrites.
      const digits = bytesOf(rank, "digits", m * steps * QUAD + QUAD);
      const packed = bytesOf(rank, "bytes", ROOM + steps * 4 * PIXELS);
      const room = packed + steps * 4 * PIXELS;
      const results = [factor, factor + m * 8];
      rank.list.append("transpose", transposed, addressOf(g), m * 8, m, n);
      const places = [digits, steps * QUAD, QUAD, 8];
      const rows = [transposed, n * 8, m, n];
      rank.list.append("splitRows", ...rows, ...places, ...results, constants, room);
      for (const { from } of blocks(columns, PIXELS, PIXELS)) {
        const at = (array: Float64Array) => addressOf(array) + from * 8;
        const product = [packed, digits, steps, m, ...results];
        rank.list.append("packBytes", packed, from, base, d, n, constants);
        if ("dw" in use) {
          rank.list.append("gradient", ...product, at(use.dw), d * 8, room, constants);
        } else {
          const rest = [room, constants, at(use.v), addressOf(use.coefficients)];
          rank.list.append("gradientStep", ...product, at(use.w), d * 8, ...rest);
        }
      }
    }
  }

  return { setShift, appendScores, appendGradient };
}

/** The inputs, or the columns of dW, of each rank. */
function shares(d: number): Range[] {
  return halves(d, PIXELS, true);
}

/** Units whose digits lie side by side, in so many vectors; where those of all inputs begin and end. */
interface Panel {
  readonly units: Range;
  readonly width: number;
  readonly start: number;
  readonly end: number;
}

/** The panels of m units; only the last is narrower than three vectors. */
function panelsOf(m: number, inputs: number): Panel[] {
  const whole = MOST_UNITS * DIGITS * inputs;
  return blocks({ from: 0, to: m }, MOST_UNITS, MOST_UNITS).map((units, p) => {
    const width = 1 + PANELS.findIndex((most) => units.to - units.from <= most);
    return { units, width, start: p * whole, end: p * whole + width * VECTOR * inputs / 4 };
  });
}

const scoresNames = ["scores1", "scores2", "scores3"] as const;
