/**
 * Loops over n rows of m numbers that treat each column by itself, in plain loops; m is the length of
 * the arrays that hold one number a column.
 *
 * @module
 */

/** The loops of biases and batch normalisation. */
export interface Columns {
  /** s_ij += b_j */
  addRow(n: number, s: Float64Array, b: Float64Array): void;
  /** sum_j = sum over i of g_ij */
  sumRows(n: number, g: Float64Array, sum: Float64Array): void;
  /** sum_j = sum over i of g_ij z_ij */
  sumProducts(n: number, g: Float64Array, z: Float64Array, sum: Float64Array): void;
  /** sum_j = sum over i of (s_ij - mean_j)^2 */
  sumSquares(n: number, s: Float64Array, mean: Float64Array, sum: Float64Array): void;
  /** z_ij = (s_ij - mean_j) / deviation_j, then s_ij = scale_j z_ij + shift_j */
  normalise(n: number, s: Float64Array, z: Float64Array, by: Normalisation): void;
  /** g_ij = scale_j (g_ij - mean_j - z_ij slope_j) */
  normaliseGradient(n: number, g: Float64Array, z: Float64Array, by: GradientCorrection): void;
}

/** Of each column. */
export interface Normalisation {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Of each column. */
export interface GradientCorrection {
  readonly mean: Float64Array;
  readonly slope: Float64Array;
  readonly scale: Float64Array;
}

/**
 * The loops as their formulae say.
 *
 * @example
 * ```ts
 * import { plainColumns } from "klayer/kernels/columns.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const sum = new Float64Array(2);
 * plainColumns.sumRows(2, Float64Array.of(1, 2, 3, 4), sum);
 * assertEquals([...sum], [1 + 3, 2 + 4]);
 * ```
 */
export const plainColumns: Columns = {
  addRow(n, s, b) {
    const m = b.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) s[i * m + j] += b[j];
    }
  },

  sumRows(n, g, sum) {
    const m = sum.length;
    sum.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) sum[j] += g[i * m + j];
    }
  },

  sumProducts(n, g, z, sum) {
    const m = sum.length;
    sum.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) sum[j] += g[i * m + j] * z[i * m + j];
    }
  },

  sumSquares(n, s, mean, sum) {
    const m = sum.length;
    sum.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) sum[j] += (s[i * m + j] - mean[j]) ** 2;
    }
  },

  normalise(n, s, z, { mean, deviation, scale, shift }) {
    const m = mean.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        const at = i * m + j;
        z[at] = (s[at] - mean[j]) / deviation[j];
        s[at] = scale[j] * z[at] + shift[j];
      }
    }
  },

  normaliseGradient(n, g, z, { mean, slope, scale }) {
    const m = mean.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        const at = i * m + j;
        g[at] = scale[j] * (g[at] - mean[j] - z[at] * slope[j]);
      }
    }
  },
};
