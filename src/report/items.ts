/**
 * Everything that the report shows, as 31 items: what it prints for each, which notebook repeats it,
 * and what counts as agreement.
 *
 * @module
 */

import { eta0 } from "./runs.ts";
import * as printed from "./printed.ts";

/** What counts as agreement with the printed numbers. */
export type Rule =
  /** Number by number to so many significant digits. */
  | { readonly kind: "digits"; readonly least: number }
  /** As printed, exactly. */
  | { readonly kind: "exact" }
  /** Within so many percentage points, measured on the official test file. */
  | { readonly kind: "points"; readonly within: number }
  /** Within so many percentage points: a run that diverges amplifies every rounding without bound. */
  | { readonly kind: "diverged"; readonly within: number }
  /** Number by number up to a factor, where what is compared is mostly rounding. */
  | { readonly kind: "magnitude"; readonly factor: number }
  /** One number of an unseeded run, within so many standard deviations of the runs from many seeds. */
  | { readonly kind: "spread"; readonly deviations: number }
  /** No number is printed, only a claim: the notebook says with 1 or 0 whether its run bears it out. */
  | { readonly kind: "claim"; readonly claim: string };

/** One item of the report. */
export interface Item {
  readonly id: string;
  /** What it is, in words. */
  readonly name: string;
  /** The notebook that repeats it. */
  readonly page: string;
  /** The numbers that the report prints; none where it prints only a figure or a claim. */
  readonly printed: readonly number[];
  readonly rule: Rule;
}

const DIGITS: Rule = { kind: "digits", least: 12 };
const NOISE: Rule = { kind: "magnitude", factor: 10 };
const TEST: Rule = { kind: "points", within: 0.1 };

/** The one at eta = 0.6 without batch normalisation. */
const DIVERGED_FIGURE = 9;

const [CHECKS, FAILURE, HE, NORM, SEARCH, STUDY] = [
  "01-gradient-checks",
  "02-three-layer-failure",
  "03-he-initialisation",
  "04-batch-normalisation",
  "05-search",
  "06-learning-rate-study",
];

const CHECK_NAMES: Record<keyof typeof printed.gradientChecks, string> = {
  plain2: "gradient check, 2 layers",
  plain3: "gradient check, 3 layers",
  plain4: "gradient check, 4 layers",
  batchNorm2: "gradient check with batch normalisation, 2 layers",
  batchNorm3: "gradient check with batch normalisation, 3 layers",
};

function gradientCheck(id: keyof typeof printed.gradientChecks): Item {
  const { weights, biases } = printed.gradientChecks[id];
  const page = CHECKS;
  return { id, name: CHECK_NAMES[id], page, printed: [...weights, ...biases], rule: NOISE };
}

/** The items in the order of the report. */
export const items: readonly Item[] = [
  gradientCheck("plain2"),
  gradientCheck("plain3"),
  gradientCheck("plain4"),
  {
    id: "baseline",
    name: "2-layer network, accuracy (%)",
    page: FAILURE,
    printed: [printed.baseline.accuracy],
    rule: { kind: "spread", deviations: 2 },
  },
  {
    id: "fifteen-epochs",
    name: `3-layer network, η = ${eta0.toPrecision(3)}, cost over 15 epochs`,
    page: FAILURE,
    printed: printed.fifteenEpochs,
    rule: DIGITS,
  },
  ...printed.etaTables.map(({ eta, cost }): Item => ({
    id: `eta-${eta.toExponential()}`,
    name: `3-layer network, η = ${eta}, cost over 10 epochs`,
    page: FAILURE,
    printed: cost,
    rule: DIGITS,
  })),
  {
    id: "forty-epochs",
    name: "3-layer network, η = 0.1, cost over 40 epochs",
    page: FAILURE,
    printed: printed.fortyEpochs,
    rule: DIGITS,
  },
  {
    id: "forty-epochs-figure",
    name: "the same as a figure",
    page: FAILURE,
    printed: [],
    rule: { kind: "claim", claim: "the validation cost rises while the training cost falls" },
  },
  {
    id: "he",
    name: "He initialisation, cost over 10 epochs",
    page: HE,
    printed: printed.heEpochs,
    rule: DIGITS,
  },
  {
    id: "he-figure",
    name: "He initialisation, figure of 40 epochs",
    page: HE,
    printed: [],
    rule: { kind: "claim", claim: "the cost falls, slowly" },
  },
  gradientCheck("batchNorm2"),
  gradientCheck("batchNorm3"),
  {
    id: "overfit",
    name: "overfit check, training and validation accuracy (%)",
    page: NORM,
    printed: [printed.overfitCheck.trainAccuracy, printed.overfitCheck.validationAccuracy],
    rule: { kind: "exact" },
  },
  ...printed.figureTestAccuracies.map((accuracy, i): Item => ({
    id: `figure-${i + 1}`,
    name: `figure ${i + 1}, test accuracy (%)`,
    page: i < 4 ? NORM : STUDY,
    printed: [accuracy],
    rule: i + 1 === DIVERGED_FIGURE ? { kind: "diverged", within: 5 } : TEST,
  })),
  {
    id: "coarse",
    name: "coarse search",
    page: SEARCH,
    printed: [],
    rule: { kind: "claim", claim: "its best learning rates lie where the fine search looks" },
  },
  {
    id: "fine",
    name: "fine search",
    page: SEARCH,
    printed: [],
    rule: { kind: "claim", claim: "the report's best setting is among the better half" },
  },
  {
    id: "best",
    name: "best setting, test accuracy (%)",
    page: SEARCH,
    printed: [printed.bestSetting.testAccuracy],
    rule: TEST,
  },
];

/** The item of an id. Throws a `RangeError` where there is none. */
export function itemOf(id: string): Item {
  const item = items.find((other) => other.id === id);
  if (item === undefined) throw new RangeError(`Found no item "${id}" of the report.`);
  return item;
}
