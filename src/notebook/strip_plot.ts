/**
 * A distribution as one dot per value, with a reference to compare it with.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { draw, LOOKS } from "./chart.ts";

/** What `stripPlot` draws. */
export interface StripPlotOptions {
  /** What the values are, with their unit, such as "validation accuracy (%)". */
  readonly x: string;
  /** One dot each; equal values stack up. */
  readonly values: readonly number[];
  /** Values marked by a line and named, such as the report's number. */
  readonly references: readonly { readonly label: string; readonly value: number }[];
  readonly width?: number;
  readonly height?: number;
}

/**
 * A strip of dots as an SVG document, with a labelled line at each reference value.
 *
 * @example
 * ```ts
 * import { stripPlot } from "klayer/notebook/mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = stripPlot({
 *   x: "validation accuracy (%)",
 *   values: [43.1, 43.4, 43.9, 44.3],
 *   references: [{ label: "printed 44.16", value: 44.16 }],
 * });
 * assertStringIncludes(svg, "printed 44.16");
 * ```
 */
export function stripPlot(options: StripPlotOptions): string {
  const { x, values, references, width = 480, height = 200 } = options;
  const [dots, lines] = LOOKS;
  const all = [...values, ...references.map(({ value }) => value)].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = low < high ? (high - low) * 0.08 : 0.5;
  const middle = (low + high) / 2;
  const rows = 22;
  return draw({
    width,
    height,
    marginTop: 12 + rows * references.length,
    marginBottom: 42,
    marginLeft: 24,
    marginRight: 24,
    x: {
      label: x,
      labelAnchor: "center",
      labelArrow: "none",
      domain: [low - margin, high + margin],
      ticks: 6,
    },
    marks: [
      Plot.frame({ anchor: "bottom", stroke: "#767676" }),
      Plot.dot(
        values.filter(Number.isFinite),
        Plot.dodgeY({ x: Plot.identity, fill: dots.stroke, fillOpacity: 0.75, r: 4.5 }),
      ),
      ...references.flatMap(({ label, value }, index) => [
        Plot.ruleX([value], {
          stroke: lines.stroke,
          strokeWidth: 2,
          strokeDasharray: lines.dash,
          insetTop: -rows * index - 4,
        }),
        Plot.text([value], {
          x: Plot.identity,
          text: () => label,
          frameAnchor: "top",
          // A label stands on the side of its line where there is more room.
          textAnchor: value > middle ? "end" : "start",
          dx: value > middle ? -5 : 5,
          dy: -rows * index - 12,
          fill: lines.stroke,
          fontWeight: 600,
        }),
      ]),
    ],
  });
}
