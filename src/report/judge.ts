/**
 * The verdict on an item of the report.
 *
 * @module
 */

import { compareTable } from "./compare.ts";
import type { Item } from "./items.ts";
import { seedSpread } from "./seed_spread.ts";

/** How an item came out. */
export interface Judgement {
  /**
   * "reproduced": as printed, by the item's own rule. "agrees": as far as the test file at hand, the
   * noise or chance allow. "differs": neither.
   */
  readonly verdict: "reproduced" | "agrees" | "differs";
  /** Digits, difference or claim, in a few words. */
  readonly agreement: string;
}

/** How far an accuracy may be off, in percentage points, on a test file that is not the official one. */
export const COPY_TOLERANCE = 0.8;

/**
 * Judges what was found for an item by its rule.
 *
 * @param found the numbers of this run: as many as are printed; for "spread" those of many seeds;
 * for "claim" 1 or 0
 * @param officialTest whether the test file is the official one
 *
 * @example
 * ```ts
 * import { itemOf } from "klayer/report/items.ts";
 * import { judge } from "klayer/report/judge.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(judge(itemOf("overfit"), [87.7, 29.1], true).verdict, "reproduced");
 * assertEquals(judge(itemOf("figure-2"), [50.5], false).verdict, "agrees");
 * assertEquals(judge(itemOf("figure-2"), [45], true).verdict, "differs");
 * ```
 */
export function judge(
  { printed, rule }: Item,
  found: readonly number[],
  officialTest: boolean,
): Judgement {
  switch (rule.kind) {
    case "digits": {
      const { least } = compareTable(printed, printed.map((_, i) => found[i] ?? NaN));
      return verdict(least >= rule.least, false, `${least.toFixed(1)} digits or more`);
    }
    case "exact": {
      const same = printed.every((value, i) => value === found[i]);
      return verdict(same, false, same ? "exact" : "not the same");
    }
    case "points": {
      const difference = found[0] - printed[0];
      const text = points(difference);
      const reproduced = officialTest && Math.abs(difference) <= rule.within;
      const agrees = !officialTest && Math.abs(difference) <= COPY_TOLERANCE;
      return verdict(reproduced, agrees, officialTest ? text : `${text}, test file not official`);
    }
    case "diverged": {
      const difference = found[0] - printed[0];
      const close = Math.abs(difference) <= rule.within;
      return verdict(false, close, `${points(difference)}, the run diverges`);
    }
    case "magnitude": {
      const factors = printed.map((value, i) => Math.max(value / found[i], found[i] / value));
      const most = Math.max(...factors.map((factor) => factor >= 1 ? factor : Infinity));
      const text = `largest factor ${most.toPrecision(2)}, ${printed.length} numbers`;
      return verdict(most <= 1.01, most <= rule.factor, text);
    }
    case "spread": {
      if (found.length < 2) return verdict(false, false, "fewer than two seeds");
      const { distance } = seedSpread(found, printed[0]);
      const text = `${distance.toFixed(1)} deviations from the mean of ${found.length} seeds`;
      return verdict(false, Math.abs(distance) <= rule.deviations, text);
    }
    case "claim":
      return verdict(
        found[0] === 1,
        false,
        `${found[0] === 1 ? "holds" : "does not hold"}: ${rule.claim}`,
      );
  }
}

function points(difference: number): string {
  return `${difference >= 0 ? "+" : "−"}${Math.abs(difference).toFixed(2)} points`;
}

function verdict(reproduced: boolean, agrees: boolean, agreement: string): Judgement {
  return { verdict: reproduced ? "reproduced" : agrees ? "agrees" : "differs", agreement };
}
