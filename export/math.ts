/**
 * Formulas in Markdown, made into MathML when the page is made, so that it needs no script.
 *
 * @module
 */

import temml from "temml";

/** A formula found in Markdown. */
export interface Formula {
  readonly tex: string;
  /** On a line of its own ($$...$$) rather than within one ($...$). */
  readonly display: boolean;
}

/** Markdown whose formulas have been replaced by marks that survive a Markdown renderer. */
export interface Extracted {
  readonly markdown: string;
  readonly formulas: readonly Formula[];
}

// Characters of Unicode's private use area: no renderer touches them.
const OPEN = "\uE000";
const CLOSE = "\uE001";

/** A text that cannot be taken for the marks of formulas; no text that means something has them. */
export function withoutMarks(text: string): string {
  return text.replaceAll(OPEN, "\uFFFD").replaceAll(CLOSE, "\uFFFD");
}

/** What may hold a dollar sign, in the order of precedence: code first, then escapes, then TeX. */
const TOKENS = new RegExp(
  [
    /^ {0,3}(?<fence>`{3,}|~{3,})[^\n]*(?:\n(?! {0,3}\k<fence>)[^\n]*)*(?:\n {0,3}\k<fence>[`~]*)?/,
    /(?<!`)(?<ticks>`+)(?!`)[^]*?(?<!`)\k<ticks>(?!`)/,
    /\\[^]/,
    /\$\$(?<block>[^]+?)\$\$/,
    // As in Pandoc: no space inside the dollars, no digit behind, so that "$5 and $6" is money.
    /\$(?!\s)(?<inline>(?:\\[^]|[^$\\\n]|\n(?!\s*\n))+?)(?<!\s)\$(?!\d)/,
  ].map(({ source }) => source).join("|"),
  "gm",
);

/**
 * Take the formulas out of Markdown, leaving a mark for each; `first` is the number of the first.
 * Code spans, fenced code and escaped dollars are left alone.
 *
 * @example
 * ```ts
 * import { extractFormulas } from "../export/math.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { formulas } = extractFormulas("Weights $W_1$, not `$W_1$` and not \\$5.");
 * assertEquals(formulas, [{ tex: "W_1", display: false }]);
 * ```
 */
export function extractFormulas(markdown: string, first = 0): Extracted {
  const formulas: Formula[] = [];
  const text = markdown.replace(TOKENS, (token, ...rest) => {
    const { block, inline } = rest.at(-1) as Record<string, string | undefined>;
    const tex = block ?? inline;
    if (tex === undefined) return token;
    formulas.push({ tex: tex.trim(), display: block !== undefined });
    return `${OPEN}${first + formulas.length - 1}${CLOSE}`;
  });
  return { markdown: text, formulas };
}

/** Put the formulas, as MathML, where their marks are in a page made of the Markdown. */
export function insertFormulas(html: string, formulas: readonly Formula[]): string {
  return html.replaceAll(
    new RegExp(`${OPEN}(\\d+)${CLOSE}([.,;:!?)]*)`, "g"),
    (_, number, end) => {
      const formula = formulas[Number(number)];
      const math = mathML(formula);
      // What ends a sentence shall not begin a line.
      return formula.display || end === ""
        ? math + end
        : `<span class="joined">${math}${end}</span>`;
    },
  );
}

/**
 * A formula as MathML. Throws an `Error` that says what is wrong with the TeX.
 *
 * @example
 * ```ts
 * import { mathML } from "../export/math.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(mathML({ tex: "x^2", display: false }), "<msup>");
 * ```
 */
export function mathML({ tex, display }: Formula): string {
  const math = temml.renderToString(tex, { displayMode: display, throwOnError: true });
  return display ? `<span class="formula" tabindex="0">${math}</span>` : math;
}
