/**
 * Opening a page as a reader does, and looking at all of it.
 *
 * @module
 */

import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { formulas, headingFlaws, imageFlaws, linkFlaws, widthFlaws } from "./inspect.js";

/** How a page is looked at. */
export interface Visit {
  /** Of the window, in pixels. */
  readonly width: number;
  readonly colorScheme: "light" | "dark";
  /** Where to put a picture of the whole page. */
  readonly screenshot?: string;
}

/** Whatever is wrong with a page, one line each, and how many formulas it has. */
export interface Findings {
  readonly flaws: readonly string[];
  readonly formulas: number;
}

/** Opens the page at `url`, which is a file, and returns what is wrong with it. */
export async function visit(browser: Browser, url: string, how: Visit): Promise<Findings> {
  const { width, colorScheme, screenshot } = how;
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const flaws: string[] = [];
  page.on("request", (request) => {
    const wanted = request.url();
    if (wanted !== url && !wanted.startsWith("data:")) flaws.push(`a request: ${wanted}`);
  });
  page.on("console", (message) => flaws.push(`on the console: ${message.text()}`));
  page.on("pageerror", (error) => flaws.push(`an error: ${error.message}`));
  try {
    await page.goto(url);
    for (const inspect of [imageFlaws, headingFlaws, widthFlaws, linkFlaws]) {
      flaws.push(...await page.evaluate(inspect as () => Promise<string[]>));
    }
    const math = await page.evaluate(formulas);
    if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
    flaws.push(...math.flaws, ...await accessibilityFlaws(page));
    return { flaws, formulas: math.count };
  } finally {
    await page.close();
  }
}

/** What axe-core calls serious or critical. */
async function accessibilityFlaws(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run()") as axe.AxeResults;
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 100)} ${any[0]?.message ?? ""}`)
    );
}
