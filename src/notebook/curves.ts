/**
 * The report's figure of a run: cost on the left, accuracy on the right.
 *
 * @module
 */

import { PANEL } from "./chart.ts";
import { lineChart } from "./line_chart.ts";

/** The part of a training history that is drawn; index 0 is epoch 1. */
export interface History {
  /** Mean cross-entropy plus penalty, in nats. */
  readonly trainCost: ArrayLike<number>;
  readonly validationCost: ArrayLike<number>;
  /** Percent. */
  readonly trainAccuracy: ArrayLike<number>;
  readonly validationAccuracy: ArrayLike<number>;
  /** The training cost before the first step, drawn as epoch 0. */
  readonly initialCost?: number;
}

/**
 * The two panels of a run as SVG documents, for `figure`: training and validation cost, training
 * and validation accuracy, over the epochs.
 *
 * @example
 * ```ts
 * import { curves } from "klayer/notebook/mod.ts";
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 *
 * const [cost, accuracy] = curves({
 *   initialCost: 2.3,
 *   trainCost: [2.1, 1.9],
 *   validationCost: [2.2, 2.0],
 *   trainAccuracy: [22, 31],
 *   validationAccuracy: [20, 28],
 * });
 * assertStringIncludes(cost, "cost (nats)");
 * assertEquals(accuracy.includes("accuracy (%)"), true);
 * ```
 */
export function curves(history: History, size: { width?: number; height?: number } = {}): string[] {
  const { initialCost, trainCost, validationCost, trainAccuracy, validationAccuracy } = history;
  const training = initialCost === undefined
    ? { label: "training", values: trainCost }
    : { label: "training", values: [initialCost, ...Array.from(trainCost)], start: 0 };
  return [
    lineChart({
      ...PANEL,
      ...size,
      x: "epoch",
      y: "cost (nats)",
      series: [training, { label: "validation", values: validationCost }],
    }),
    lineChart({
      ...PANEL,
      ...size,
      x: "epoch",
      y: "accuracy (%)",
      series: [
        { label: "training", values: trainAccuracy },
        { label: "validation", values: validationAccuracy },
      ],
    }),
  ];
}
