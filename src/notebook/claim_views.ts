/**
 * A claim after its runs: one figure, one table, one sentence.
 *
 * @module
 */

import { meanInterval } from "../interval.ts";
import { type Claim, type Compared, type Verdict, verdictOfAll } from "../report/claims.ts";
import { publish, type Published } from "./facts.ts";
import { figure } from "./figure.ts";
import { gainChart, signed } from "./gain_chart.ts";
import { type Displayable, show } from "./jupyter.ts";
import { pairChart } from "./pair_chart.ts";
import { publishedBy } from "./published.ts";
import { table } from "./table.ts";

/** A claim with what came of its comparisons. */
export interface Decided {
  readonly claim: Claim;
  readonly compared: readonly Compared[];
}

/** What `claimFigure` makes a figure of. */
export interface ClaimFigureOptions extends Decided {
  readonly number: string;
  /** What the comparisons differ in, such as "layers"; nothing where there is one only. */
  readonly x?: string;
  /** What is measured, with its unit. */
  readonly y?: string;
  /** The comparison that the title is about; the first one by default. */
  readonly about?: Compared;
  /** A sentence before that, such as the answer to a question. */
  readonly lead?: string;
}

/**
 * A figure of a claim: on the left the values of both sides, on the right their differences seed by seed.
 * The title says what one comparison gave.
 *
 * @example
 * ```ts
 * import { claimFigure } from "klayer/notebook/mod.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { pairedInterval } from "klayer/interval.ts";
 * import { claimsOf, studyPlan } from "klayer/report/study_plan.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const claim = claimsOf(studyPlan, () => 0.1)[1];
 * const values = { less: [30, 34], more: [44, 45] };
 * const verdict = "holds" as const;
 * const compared = [{ ...claim.parts[0], values, ...pairedInterval([30, 34], [44, 45]), verdict }];
 * const shown = claimFigure({ number: "7.1", claim, compared })[DISPLAY]()["text/plain"];
 * assertStringIncludes(String(shown), "32.0% without, 44.5% with batch normalisation");
 * ```
 */
export function claimFigure(options: ClaimFigureOptions): Displayable {
  const { number, claim, compared, x = "", y = "test accuracy (%)" } = options;
  const { about = compared[0], lead } = options;
  const unit = y.includes("%") ? "%" : " points";
  const means = (part: Compared) =>
    `${part.name}${x === "layers" ? " layers" : ""}: ` +
    `${mean(part.values.less)}${unit} ${claim.sides.less}, ` +
    `${mean(part.values.more)}${unit} ${claim.sides.more}, ${differenceOf(part)}`;
  const hasPrinted = compared.some(({ printed }) => printed !== undefined);
  return figure({
    number,
    title: `${lead === undefined ? "" : `${lead} `}${means(about)}.`,
    alt:
      `Left, ${y} of ${about.differences.length} seeds for each side; right, the differences seed by ` +
      `seed. ${compared.map(means).join("; ")}.` +
      (hasPrinted ? " Diamonds are the values that the report prints." : ""),
    svg: [
      pairChart({
        x,
        y,
        groups: compared.map(({ name, values, printed }) => ({ label: name, ...values, printed })),
        names: { ...claim.sides, printed: "printed in the report" },
        without: claim.without,
      }),
      gainChart({
        x,
        y: "difference (points)",
        groups: compared.map(({ name, differences, interval, printed }) => ({
          label: name,
          differences,
          interval,
          printed: printed && printed.more - printed.less,
        })),
      }),
    ],
  });
}

/**
 * The comparisons of a claim as rows: means with standard deviations, the difference with its interval,
 * the report's difference, the verdict.
 *
 * @param number of the table
 * @param decided the claim; `x` is what its comparisons differ in
 *
 * @example
 * ```ts
 * import { claimTable } from "klayer/notebook/mod.ts";
 * import { DISPLAY } from "klayer/notebook/jupyter.ts";
 * import { pairedInterval } from "klayer/interval.ts";
 * import { claimsOf, studyPlan } from "klayer/report/study_plan.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const claim = claimsOf(studyPlan, () => 0.1)[1];
 * const values = { less: [30, 34], more: [44, 45] };
 * const verdict = "holds" as const;
 * const compared = [{ ...claim.parts[0], values, ...pairedInterval([30, 34], [44, 45]), verdict }];
 * const shown = claimTable("7.2", { claim, compared })[DISPLAY]()["text/plain"];
 * assertStringIncludes(String(shown), "+25.2");
 * ```
 */
export function claimTable(
  number: string,
  { claim, compared, x = "" }: Decided & { readonly x?: string },
): Displayable {
  const side = (values: readonly number[]) => {
    const { mean, deviation } = meanInterval(values);
    return `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
  };
  return table({
    caption: `Table ${number}. “${claim.statement}” (${claim.source}): ` +
      `${verdictOfAll(compared.map(({ verdict }) => verdict))}.`,
    columns: [
      x,
      { name: claim.sides.less, kind: "number" },
      { name: claim.sides.more, kind: "number" },
      { name: "difference", kind: "number" },
      { name: "95% interval", kind: "number" },
      { name: "difference", source: "printed", kind: "number" },
      "verdict",
    ],
    rows: compared.map(({ name, values, interval, printed, verdict }) => [
      name,
      side(values.less),
      side(values.more),
      signed(interval.mean, 2),
      `${signed(interval.low, 2)} to ${signed(interval.high, 2)}`,
      printed ? signed(printed.more - printed.less) : "–",
      verdict,
    ]),
    note: `Mean ± standard deviation of ${
      compared[0].differences.length
    } seeds; percentage points.`,
  });
}

/** The kind under which {@linkcode claimVerdicts} publishes. */
export const CLAIMS_KIND = "claims";

/** A claim as it is handed to the export. */
export interface PublishedClaim {
  readonly id: string;
  readonly statement: string;
  readonly source: string;
  readonly verdict: Verdict;
  readonly parts: readonly {
    readonly name: string;
    readonly less: number;
    readonly more: number;
    readonly low: number;
    readonly high: number;
    readonly verdict: Verdict;
  }[];
}

/** Shows all claims with their verdicts in one table, and publishes them. Await it. */
export async function claimVerdicts(number: string, decided: readonly Decided[]): Promise<void> {
  const value = decided.map(({ claim, compared }): PublishedClaim => ({
    id: claim.id,
    statement: claim.statement,
    source: claim.source,
    verdict: verdictOfAll(compared.map(({ verdict }) => verdict)),
    parts: compared.map(({ name, values, interval: { low, high }, verdict }) => ({
      name,
      less: meanInterval(values.less).mean,
      more: meanInterval(values.more).mean,
      low,
      high,
      verdict,
    })),
  }));
  await show(verdictTable(`Table ${number}. What holds.`, value));
  const published: Published = { kind: CLAIMS_KIND, value };
  await publish(published, `${value.length} claims with their verdicts.`);
}

/**
 * The claims that notebook 07 published, as it was last run or saved; none where it was not.
 *
 * @example
 * ```ts
 * import { foundClaims } from "klayer/notebook/claim_views.ts";
 * import { assert } from "@std/assert";
 *
 * // Read where notebooks are, which is not where this is run.
 * assert(Array.isArray(await foundClaims()));
 * ```
 */
export async function foundClaims(): Promise<PublishedClaim[]> {
  const published = await publishedBy("07-what-holds") ?? [];
  return published.filter(({ kind }) => kind === CLAIMS_KIND)
    .flatMap(({ value }) => value as PublishedClaim[]);
}

/** Claims as a table: statement, source, differences, how many comparisons hold, verdict. */
export function verdictTable(caption: string, claims: readonly PublishedClaim[]): Displayable {
  const range = (parts: PublishedClaim["parts"]) => {
    const all = parts.map(({ less, more }) => signed(more - less));
    return all.length > 3 ? `${all[0]} … ${all.at(-1)}` : all.join(", ");
  };
  return table({
    caption,
    columns: [
      "claim",
      "who says so",
      { name: "mean differences (points)", kind: "text" },
      { name: "comparisons that hold", kind: "text" },
      "verdict",
    ],
    rows: claims.map(({ statement, source, verdict, parts }) => [
      statement,
      source,
      range(parts),
      `${parts.filter((part) => part.verdict === "holds").length} of ${parts.length}`,
      verdict,
    ]),
    note: claims.length === 0 ? "Notebook 07 has not been run." : undefined,
  });
}

function mean(values: readonly number[]): string {
  return meanInterval(values).mean.toFixed(1);
}

/**
 * A difference in words, with its interval.
 *
 * @example
 * ```ts
 * import { differenceOf } from "klayer/notebook/claim_views.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = differenceOf({ interval: { mean: 1.25, low: 0.5, high: 2 } });
 * assertEquals(text, "a difference of +1.3 points (95% interval +0.5 to +2.0)");
 * ```
 */
export function differenceOf(
  { interval: { mean, low, high } }: {
    readonly interval: Pick<Compared["interval"], "mean" | "low" | "high">;
  },
): string {
  return `a difference of ${signed(mean)} points (95% interval ${signed(low)} to ${signed(high)})`;
}
