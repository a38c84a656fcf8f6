/**
 * What a search found, as tables.
 *
 * @module
 */

import { ranked, type SearchPlan, type TrialResult } from "../search.ts";
import type { Displayable } from "./jupyter.ts";
import { table } from "./table.ts";

/** What `rangeTable` makes a table of. */
export interface RangeTableOptions {
  readonly caption: string;
  readonly plan: SearchPlan;
  readonly results: readonly TrialResult[];
}

/**
 * One row for each range of a plan: its lambda and bounds, the lowest, median and highest validation
 * accuracy of its trials, and the eta of the highest.
 *
 * @example
 * ```ts
 * import { rangeTable } from "klayer/notebook/mod.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const plan = { name: "mine", seed: 1, ranges: [{ lambda: 1e-4, eta: [0.01, 0.1], trials: 3 }] } as const;
 * const results = [0.02, 0.03, 0.04].map((eta) => (
 *   { eta, lambda: 1e-4, seed: 1, validationAccuracy: 1000 * eta, epoch: 1, stopped: null, seconds: 1 }
 * ));
 * const shown = rangeTable({ caption: "Table 1.", plan, results })[DISPLAY]();
 * assertStringIncludes(String(shown["text/plain"]), "30.00");
 * ```
 */
export function rangeTable({ caption, plan, results }: RangeTableOptions): Displayable {
  return table({
    caption,
    columns: [
      { name: "λ", kind: "number" },
      { name: "η from … to", kind: "text" },
      { name: "trials", kind: "number" },
      ...["lowest", "median", "highest"].map((name) =>
        ({ name, group: "best validation accuracy (%)", kind: "number" }) as const
      ),
      { name: "η of the highest", kind: "number" },
    ],
    rows: plan.ranges.map(({ lambda, eta: [low, high] }) => {
      const inRange = ranked(
        results.filter((result) =>
          result.lambda === lambda && low <= result.eta && result.eta <= high
        ),
      );
      const at = (part: number) =>
        inRange[Math.round(part * (inRange.length - 1))]?.validationAccuracy?.toFixed(2) ?? "–";
      return [
        lambda.toExponential(),
        `${low}\u00a0…\u00a0${high}`,
        inRange.length,
        at(1),
        at(0.5),
        at(0),
        inRange[0]?.eta.toFixed(6) ?? "–",
      ];
    }),
  });
}

/** What `bestTable` makes a table of. */
export interface BestTableOptions {
  readonly caption: string;
  readonly results: readonly TrialResult[];
  /** How many rows; 10 unless given. */
  readonly count?: number;
}

/**
 * The best results of a search, the highest validation accuracy first.
 *
 * @example
 * ```ts
 * import { bestTable } from "klayer/notebook/mod.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const results = [41, 42].map((validationAccuracy) => (
 *   { eta: 0.01, lambda: 1e-4, seed: 1, validationAccuracy, epoch: 9, stopped: null, seconds: 1 }
 * ));
 * const shown = bestTable({ caption: "Table 1.", results })[DISPLAY]();
 * assertStringIncludes(String(shown["text/plain"]), "42.00");
 * ```
 */
export function bestTable({ caption, results, count = 10 }: BestTableOptions): Displayable {
  return table({
    caption,
    columns: [
      { name: "rank", kind: "number" },
      { name: "η", kind: "number" },
      { name: "λ", kind: "number" },
      { name: "validation accuracy (%)", kind: "number" },
      { name: "epoch", kind: "number" },
    ],
    rows: ranked(results).slice(0, count).map((result, i) => [
      i + 1,
      result.eta,
      result.lambda.toExponential(),
      result.validationAccuracy!.toFixed(2),
      result.epoch!,
    ]),
  });
}
