/**
 * The report's figure of a run, with its words.
 *
 * @module
 */

import type { Run } from "../run.ts";
import { curves } from "./curves.ts";
import { figure } from "./figure.ts";
import type { Displayable } from "./jupyter.ts";

/** What `runFigure` makes a figure of. */
export interface RunFigureOptions {
  readonly number: number | string;
  /** The finding. */
  readonly title: string;
  readonly run: Pick<
    Run,
    | "initialCost"
    | "trainCost"
    | "validationCost"
    | "trainAccuracy"
    | "validationAccuracy"
    | "stopped"
  >;
}

/**
 * Two panels: cost on the left, accuracy on the right, training and validation in each. The text
 * alternative says where the lines end, or why there are none.
 *
 * @example
 * ```ts
 * import { runFigure } from "klayer/notebook/run_figure.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const run = {
 *   initialCost: 2.3,
 *   trainCost: [2, 1.5],
 *   validationCost: [2.1, 1.8],
 *   trainAccuracy: [30, 45],
 *   validationAccuracy: [28, 38],
 *   stopped: null,
 * };
 * const shown = runFigure({ number: 1, title: "It learns.", run })[DISPLAY]()["text/plain"];
 * assertStringIncludes(String(shown), "training ends at 1.500, validation at 1.800");
 * ```
 */
export function runFigure({ number, title, run }: RunFigureOptions): Displayable {
  const { trainCost, validationCost, trainAccuracy, validationAccuracy, stopped } = run;
  const ends = (values: readonly number[], digits: number) =>
    values.at(-1)?.toFixed(digits) ?? "nothing";
  const alt = [
    `Two panels over ${trainCost.length} epochs.`,
    `Left, the cost: training ends at ${ends(trainCost, 3)}, validation at ${
      ends(validationCost, 3)
    }.`,
    `Right, the accuracy in percent: training ends at ${ends(trainAccuracy, 2)}, validation at ${
      ends(validationAccuracy, 2)
    }.`,
    ...stopped ? [`The run stopped in epoch ${stopped.epoch}: ${stopped.reason}.`] : [],
  ];
  return figure({ number, title, alt: alt.join(" "), svg: curves(run) });
}
