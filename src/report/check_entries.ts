/**
 * A gradient check of the report, entry by entry: printed, reproduced, and what it is made of.
 *
 * @module
 */

import { deviation } from "../gradient_check.ts";
import {
  derivativeQuantum,
  type ErrorSource,
  errorSource,
} from "../gradient_check/error_source.ts";
import { kinksWithin } from "../gradient_check/kinks.ts";
import { openPass, type Samples } from "../gradient_check/open_pass.ts";
import type { LayerGradients, Network } from "../network.ts";
import { digitsAgreed } from "./compare.ts";
import { deviationVerdict } from "./deviation_verdict.ts";
import type { GradientCheck } from "./gradient_checks.ts";
import { gradientChecks as printed } from "./printed.ts";

/** One printed deviation and its reproduction. */
export interface CheckEntry {
  /** The parameters, such as "W₁". */
  readonly name: string;
  readonly printed: number;
  readonly found: number;
  /** To how many significant digits they agree. */
  readonly digits: number;
  readonly source: ErrorSource;
  readonly verdict: string;
}

/** A check that was carried out. */
export interface CarriedOut {
  readonly network: Network;
  readonly samples: Samples;
  readonly analytic: readonly LayerGradients[];
  readonly numeric: readonly LayerGradients[];
}

/**
 * The entries of a check in the report's order: weights, then biases, layer by layer. Layers that the
 * report does not have are left out.
 *
 * @example
 * ```ts
 * import { analyticGradients, numericGradients } from "klayer/gradient_check.ts";
 * import { checkEntries } from "klayer/report/check_entries.ts";
 * import { gradientChecks, openCheck } from "klayer/report/gradient_checks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const training = { pixels: new Uint8Array([1, 2, 3, 4]), labels: new Uint8Array(2), mean: 0 };
 * const [check] = gradientChecks;
 * const { network, samples } = openCheck({ training, classes: ["dark", "bright"] }, check);
 * const analytic = analyticGradients(network, samples);
 * const numeric = numericGradients(network, samples, check);
 * const entries = checkEntries(check, { network, samples, analytic, numeric });
 * assertEquals(entries.map(({ name }) => name), ["W₁", "b₁", "W₂", "b₂"]);
 * ```
 */
export function checkEntries(
  { name, h, loss }: Pick<GradientCheck, "name" | "h" | "loss">,
  { network, samples, analytic, numeric }: CarriedOut,
): CheckEntry[] {
  const { cost } = openPass(network, samples, { statistics: "batch", loss });
  const kinks = kinksWithin(network, samples, h);
  const quantum = derivativeQuantum(cost, h);
  const entry = (l: number, tensor: "w" | "b", value: number): CheckEntry => {
    const [a, n] = [analytic[l][tensor], numeric[l][tensor]];
    const found = deviation(a, n);
    const source = errorSource(a, n, { quantum, kinks: kinks[l][tensor] });
    return {
      name: `${tensor === "w" ? "W" : "b"}${"₁₂₃₄₅₆₇₈₉"[l]}`,
      printed: value,
      found,
      digits: digitsAgreed(value, found),
      source,
      verdict: deviationVerdict(value, found, source === "nothing to compare"),
    };
  };
  const { weights, biases } = printed[name];
  return weights.slice(0, network.layers.length).flatMap((value, l) => [
    entry(l, "w", value),
    entry(l, "b", biases[l]),
  ]);
}
