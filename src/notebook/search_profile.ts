/**
 * What a search found, lambda by lambda: validation accuracy over eta.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { ranked, type TrialResult } from "../search.ts";
import { draw, LOOKS, PANEL } from "./chart.ts";
import { etaAxis, FRAME, frameHeight } from "./search_map.ts";

/** What `searchProfile` draws. */
export interface SearchProfileOptions {
  readonly results: readonly TrialResult[];
  readonly width?: number;
}

/**
 * One row for each lambda, with a dot for each trial: validation accuracy over eta. All rows have the
 * same axes, so that they can be compared; the best of all trials is ringed.
 *
 * @example
 * ```ts
 * import { searchProfile } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const results = [0.01, 0.02].map((eta) => (
 *   { eta, lambda: 1e-4, seed: 400, validationAccuracy: 42, epoch: 9, stopped: null, seconds: 1 }
 * ));
 * assertStringIncludes(searchProfile({ results }), "λ = 1e-4");
 * ```
 */
export function searchProfile(options: SearchProfileOptions): string {
  const { results, width = PANEL.width } = options;
  const dots = ranked(results);
  const rowOf = ({ lambda }: TrialResult) => `λ = ${lambda.toExponential()}`;
  const rows = [...dots].sort((a, b) => b.lambda - a.lambda).map(rowOf);
  const row = [...new Set(rows)];
  const [look, mark] = LOOKS;
  return draw({
    width,
    height: frameHeight(row.length),
    ...FRAME,
    marginLeft: 44,
    x: { ...etaAxis(dots.map(({ eta }) => eta)), inset: 8 },
    y: {
      label: "best validation accuracy (%)",
      labelAnchor: "top",
      labelArrow: "none",
      grid: true,
      ticks: 3,
      inset: 7,
    },
    fy: { domain: row, axis: null, padding: 0.3 },
    marks: [
      Plot.frame({ stroke: "#767676" }),
      Plot.dot(dots, {
        x: "eta",
        y: "validationAccuracy",
        fy: rowOf,
        r: 3,
        fill: look.stroke,
        fillOpacity: 0.75,
      }),
      Plot.dot(dots.slice(0, 1), {
        x: "eta",
        y: "validationAccuracy",
        fy: rowOf,
        r: 7,
        stroke: mark.stroke,
        strokeWidth: 2,
      }),
      Plot.text(row, {
        fy: (label: string) => label,
        text: (label: string) => label,
        frameAnchor: "top-right",
        lineAnchor: "bottom",
        dy: -4,
        fontWeight: 600,
        fontSize: 13,
        fill: "#1a1a1a",
      }),
    ],
  });
}
