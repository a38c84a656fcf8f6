/**
 * The runs of the report as data: what to hand to `cifar10.load` and to `train` for each of its tables
 * and figures.
 *
 * @module
 */

import type { RunSpec } from "./spec.ts";

/** One run of the report and its data set. */
export interface ReportRun {
  readonly data: "10k" | "49k";
  /** Keeps the first so many training and validation samples. */
  readonly limit?: number;
  readonly spec: RunSpec;
}

/** The learning rate that the report's author brought along from the assignment before. */
export const eta0 = 0.0171384811847413;

const common = { protocol: "report", seed: 400, batchNorm: false, lambda: 1e-4 } as const;
const threeLayers = { ...common, hidden: [50, 30] };

/** Section 2: the 2-layer network. */
export const baseline: ReportRun = {
  data: "10k",
  spec: { ...common, hidden: [50], eta: eta0, epochs: 10 },
};

/** Section 2: 15 epochs of the 3-layer network. */
export const fifteenEpochs: ReportRun = {
  data: "10k",
  spec: { ...threeLayers, eta: eta0, epochs: 15 },
};

/** Section 2: 10 epochs at each of six learning rates. */
export const etaTables: readonly ReportRun[] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
  .map((eta) => ({ data: "10k", spec: { ...threeLayers, eta, epochs: 10 } }));

/** Section 2: 40 epochs at the one learning rate that leaves the plateau. */
export const fortyEpochs: ReportRun = {
  data: "10k",
  spec: { ...threeLayers, eta: 0.1, epochs: 40 },
};

/** Section 2: the table with He initialisation. */
export const heTable: ReportRun = {
  data: "10k",
  spec: { ...threeLayers, eta: eta0, epochs: 10, init: "he", heDraw: 3 },
};

/** Section 2: the figure with He initialisation. */
export const heFigure: ReportRun = {
  data: "10k",
  spec: { ...threeLayers, eta: eta0, epochs: 40, init: "he", heDraw: 4 },
};

/** Section 3: 1,000 images to overfit. */
export const overfitCheck: ReportRun = {
  data: "10k",
  limit: 1000,
  spec: { ...threeLayers, batchNorm: true, eta: 0.005770450018576595, lambda: 1e-6, epochs: 200 },
};

const deep = { ...threeLayers, epochs: 10 };
const shallow = { ...common, hidden: [50], epochs: 10 };

/** Section 3: figures 1 to 10, in their order. */
export const figures: readonly ReportRun[] = [
  { ...deep, batchNorm: false, eta: 0.012913581489067944, lambda: 1e-4 },
  { ...deep, batchNorm: true, eta: 0.012913581489067944, lambda: 1e-4 },
  { ...deep, batchNorm: true, eta: 0.034875895633392565, lambda: 1e-5 },
  { ...deep, batchNorm: true, eta: 0.007986719995840757, lambda: 1e-6 },
  { ...shallow, batchNorm: false, eta: 0.0018920249916784752 },
  { ...shallow, batchNorm: true, eta: 0.0018920249916784752 },
  { ...shallow, batchNorm: false, eta: 0.1 },
  { ...shallow, batchNorm: true, eta: 0.1 },
  { ...shallow, batchNorm: false, eta: 0.6 },
  { ...shallow, batchNorm: true, eta: 0.6 },
].map((spec) => ({ data: "49k", spec }));
