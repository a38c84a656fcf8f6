/**
 * A run as plain data: what a command line, a JSON file or another thread can say about it.
 *
 * @module
 */

import { he, plain } from "../initialise.ts";
import { standardProtocol } from "../protocol.ts";
import type { TrainOptions } from "../run.ts";
import { heByOutputs, reportProtocol } from "./protocol.ts";

/** A run without functions. What is left out is the protocol's or the library's default. */
export interface RunSpec {
  readonly hidden: readonly number[];
  readonly eta: number;
  readonly epochs: number;
  readonly lambda?: number;
  readonly batchNorm?: boolean;
  readonly seed?: number;
  readonly batchSize?: number;
  readonly momentum?: number;
  readonly etaDecay?: number;
  /** As in `TrainOptions`. */
  readonly recordTraining?: boolean;
  readonly protocol?: "standard" | "report";
  /** The first weights: "plain" is N(0, 0.001^2), "he" the protocol's idea of He. */
  readonly init?: "plain" | "he";
  /** Which He draw of the report's stream, from 1; only for "he" under the report's protocol. */
  readonly heDraw?: number;
}

/**
 * What `train` takes for a spec.
 *
 * @example
 * ```ts
 * import { trainOptions } from "klayer/report/spec.ts";
 * import { reportProtocol } from "klayer/report/protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const options = trainOptions({ hidden: [50], eta: 0.1, epochs: 3, protocol: "report" });
 * assertEquals([options.eta, options.protocol], [0.1, reportProtocol]);
 * ```
 */
export function trainOptions(spec: RunSpec): TrainOptions {
  const { init, heDraw, protocol = "standard", ...options } = spec;
  const isReport = protocol === "report";
  const initialisations = {
    plain: plain(),
    he: isReport ? heByOutputs(heDraw ?? 1) : he(),
  };
  return {
    ...options,
    protocol: isReport ? reportProtocol : standardProtocol,
    initialise: init && initialisations[init],
  };
}
