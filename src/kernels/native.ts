/**
 * The native backend: dense products in AVX-512 or AVX2 machine code, emitted at run time.
 *
 * As in the portable backend all three products are one, C = A B, cut into blocks that fit the
 * second-level cache once they are packed. The samples lie along the vectors, which wastes least: the
 * forward pass computes Sᵀ = W Xᵀ, in which the rows of A are units and the columns of B are samples.
 *
 * @module
 */

import { reluBackward, reluForward } from "../relu.ts";
import { blocks, halves } from "./blocks.ts";
import { checkAtLeast, checkLengths } from "./check_lengths.ts";
import type { Input, Kernels, Size } from "./kernels.ts";
import { shiftForDigits } from "./digits.ts";
import { linearShift } from "./linear_pixels.ts";
import { addressOf, alignedArray } from "./native_memory.ts";
import { nativeColumns } from "./native_columns.ts";
import { digitProducts } from "./native_digits.ts";
import { type Desk, openPlans } from "./native_plan.ts";
import { appendProduct, type Operand } from "./native_product.ts";
import { loadProgram, vectorUnit } from "./native_program.ts";
import { sharing, WORTH_SHARING } from "./native_sharing.ts";
import { secondRank } from "./ranks.ts";
import { openTaskList } from "./task_list.ts";
import { avx512Vnni, type VectorUnit } from "./x86_vectors.ts";
import { tileOf } from "./x86_product.ts";
import { linearConstants } from "./x86_pixels.ts";
import { weightStepInParts } from "./weight_step.ts";
import type { TaskName } from "./x86_tasks.ts";

/** An update of fewer parameters takes less time than to call for it. */
const WORTH_CALLING = 256;

/** What an operand is made of, without its layout. */
type Part = Omit<Operand, "lineStep" | "step">;

/** The tasks of larger products than this take so long that writing them costs nothing. */
const WORTH_KEEPING = 2_000_000;

/** How many columns of dW are there at a time in a step of the weights. */
const STEP_COLUMNS = 128;

/**
 * The native backend on one or two processor cores; null where the machine or the system has no room
 * for it: another processor, no AVX2, no permission to call machine code.
 *
 * The bits do not depend on the number of ranks.
 *
 * @example
 * ```ts
 * import { nativeKernels } from "klayer/kernels/native.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const kernels = nativeKernels({ ranks: 1 });
 * if (kernels !== null) {
 *   const s = kernels.allocate(2);
 *   kernels.forward({ n: 2, d: 2, m: 1 }, Float64Array.of(1, 2, 3, 4), Float64Array.of(10, 1), s);
 *   assertEquals([...s], [12, 34]);
 * }
 * ```
 */
export function nativeKernels(
  options: { ranks?: 1 | 2; unit?: VectorUnit } = {},
): Kernels | null {
  const unit = options.unit ?? vectorUnit();
  const program = unit && loadProgram(unit);
  if (unit === null || program === null) return null;
  const { call, runAddress, codeOf } = program;
  const tile = tileOf(unit);
  const planFor = openPlans(codeOf, tile);
  const [coefficients, base, table] = [4, 1, 256].map(alignedArray);
  const linear = linearConstants();
  const byDigits = digitProducts();
  const second = options.ranks === 1 ? null : secondRank("./native_rank.ts");

  /** What the lists of tasks say about x, and what they find elsewhere. */
  function operand(x: Input): Part {
    if (x instanceof Float64Array) return { address: addressOf(x) };
    const shift = linearShift(x.table);
    if (shift !== null) linear.setShift(shift);
    // Copied, because a list of tasks that is kept outlives a table.
    table.set(x.table.subarray(0, 256));
    new BigUint64Array(base.buffer, base.byteOffset, 1)[0] = BigInt(addressOf(x.bytes));
    return {
      address: 0,
      base: addressOf(base),
      table: addressOf(table),
      linear: shift === null ? undefined : addressOf(linear.array),
    };
  }

  /** Whether the pixels are multiplied by digits. */
  function isByDigits(size: Size, x: Input): boolean {
    const shift = unit === avx512Vnni ? shiftForDigits(size, x) : null;
    if (shift !== null) byDigits.setShift(shift);
    return shift !== null;
  }

  /** Runs what `write` appends: the lists of both ranks side by side, then the last one. */
  function run(key: readonly number[] | null, write: (desk: Desk) => void): void {
    const [first, other, last] = planFor(key, write).lists;
    if (other !== null) second?.offer(runAddress, other);
    if (first !== null) call(first);
    if (other !== null) {
      if (second === null) call(other);
      else second.finish(() => call(other));
    }
    if (last !== null) call(last);
  }

  /**
   * The key of a product that is worth keeping: one of pixels, whose tasks are the same wherever the
   * pixels are, or a small one.
   */
  function keyOf(kind: number, { n, d, m }: Size, x: Part, ...others: Float64Array[]) {
    if (x.base === undefined ? n * d * m > WORTH_KEEPING : n * m > WORTH_KEEPING) return null;
    const which = x.base === undefined ? x.address : x.linear === undefined ? -1 : 0;
    return [kind, n, d, m, which, ...others.map(addressOf)];
  }

  const { shares, appendPartial, transposedProduct } = sharing(tile);

  const single = openTaskList(codeOf);
  const runTask = (name: TaskName, args: number[]) => {
    single.append(name, ...args);
    call(single.end());
  };

  const kernels: Omit<Kernels, "weightStep"> = {
    ...nativeColumns(unit.lanes, runTask),
    name: `native (${unit.name})`,
    allocate: alignedArray,

    forward(size, x, w, s) {
      const { n, d, m } = size;
      checkLengths(size, { x, w, s });
      const pixels = operand(x);
      const digits = isByDigits(size, x);
      run(keyOf(digits ? 7 : 0, size, pixels, w, s), (desk) => {
        if (digits) return byDigits.appendScores(desk, size, pixels.base!, w, s);
        const a = { address: addressOf(w), lineStep: d * 8, step: 8 };
        const b = { ...pixels, lineStep: d * bytesPer(x), step: bytesPer(x) };
        transposedProduct(desk, size, [m, d, n], a, b, s);
      });
    },

    weightGradient(size, g, x, dw) {
      const { n, d, m } = size;
      checkLengths(size, { g, x, dw });
      const pixels = operand(x);
      const digits = isByDigits(size, x);
      run(keyOf(digits ? 8 : 1, size, pixels, g, dw), (desk) => {
        if (digits) return byDigits.appendGradient(desk, size, g, pixels.base!, { dw });
        const a = { address: addressOf(g), lineStep: 8, step: m * 8 };
        const b = { ...pixels, lineStep: bytesPer(x), step: d * bytesPer(x) };
        for (const [r, columns] of shares(size, d).entries()) {
          const c = { address: addressOf(dw) + columns.from * 8, stride: d * 8 };
          const inner = { from: 0, to: n };
          appendProduct(desk.ranks[r], tile, { rows: m, inner, columns, a, b, c }, false);
        }
      });
    },

    inputGradient(size, g, w, dx) {
      const { n, d, m } = size;
      checkLengths(size, { g, w, dx });
      run(keyOf(2, size, operand(g), w, dx), (desk) => {
        const a = { address: addressOf(w), lineStep: 8, step: d * 8 };
        const b = { address: addressOf(g), lineStep: m * 8, step: 8 };
        transposedProduct(desk, size, [d, m, n], a, b, dx);
      });
    },

    momentumStep({ mu, eta, ofLoss, ofWeights }, w, dw, v) {
      const { length } = dw;
      checkAtLeast(length, { w, v });
      coefficients.set([mu, eta, ofLoss, ofWeights]);
      const whole = length < WORTH_CALLING ? 0 : length - length % unit.lanes;
      if (whole > 0) {
        run([3, length, ...[w, dw, v].map(addressOf)], ({ ranks }) => {
          const parts = halves(whole, unit.lanes, whole >= WORTH_SHARING / 10);
          for (const [r, { from, to }] of parts.entries()) {
            const starts = [w, dw, v].map((array) => addressOf(array) + from * 8);
            const vectors = (to - from) / unit.lanes;
            ranks[r].list.append("momentum", ...starts, addressOf(coefficients), 1, vectors, 0, 0);
          }
        });
      }
      for (let i = whole; i < length; i++) {
        v[i] = mu * v[i] + eta * (ofLoss * dw[i] + ofWeights * w[i]);
        w[i] -= v[i];
      }
    },

    relu(s) {
      const vectors = s.length >> 2;
      run([4, vectors, addressOf(s)], ({ last }) => last.append("relu", addressOf(s), vectors));
      reluForward(s.subarray(4 * vectors));
    },

    reluGradient(h, g) {
      checkAtLeast(h.length, { g });
      const vectors = h.length >> 2;
      run([5, vectors, addressOf(h), addressOf(g)], ({ last }) => {
        last.append("reluGradient", addressOf(h), addressOf(g), vectors);
      });
      reluBackward(h.subarray(4 * vectors), g.subarray(4 * vectors));
    },
  };

  const inParts = weightStepInParts(kernels);
  return {
    ...kernels,

    /** A part of dW after the other is multiplied and used while it is in the cache. */
    weightStep(size, step, g, x, w, v) {
      const { n, d, m } = size;
      if (d % unit.lanes > 0) return inParts(size, step, g, x, w, v);
      checkLengths(size, { g, x, w });
      checkAtLeast(m * d, { v });
      coefficients.set([step.mu, step.eta, step.ofLoss, step.ofWeights]);
      const pixels = operand(x);
      const digits = isByDigits(size, x);
      run(keyOf(digits ? 9 : 6, size, pixels, g, w, v), (desk) => {
        if (digits) {
          const update = { w, v, coefficients };
          return byDigits.appendGradient(desk, size, g, pixels.base!, update);
        }
        const a = { address: addressOf(g), lineStep: 8, step: m * 8 };
        const b = { ...pixels, lineStep: bytesPer(x), step: d * bytesPer(x) };
        const inner = { from: 0, to: n };
        for (const [r, part] of shares(size, d).entries()) {
          for (const columns of blocks(part, STEP_COLUMNS, tile.columns)) {
            const dw = appendPartial(desk.ranks[r], { rows: m, inner, columns, a, b });
            const [wPart, vPart] = [w, v].map((array) => addressOf(array) + columns.from * 8);
            const vectors = (columns.to - columns.from) / unit.lanes;
            const rest = [addressOf(coefficients), m, vectors, d * 8, dw.stride];
            desk.ranks[r].list.append("momentum", wPart, dw.address, vPart, ...rest);
          }
        }
      });
    },
  };
}

function bytesPer(x: Input): number {
  return x instanceof Float64Array ? 8 : 1;
}
