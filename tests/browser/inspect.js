/**
 * What is wrong with an open page, one line each. These functions run inside the browser, each by
 * itself, so that they refer to nothing outside of themselves.
 *
 * @module
 */

/** Images that are broken, invisible, blank or without words; @returns {Promise<string[]>} */
export async function imageFlaws() {
  const flaws = [];
  for (const [index, image] of [...document.images].entries()) {
    const flaw = (text) => flaws.push(`image ${index + 1} (${image.alt.slice(0, 40)}) ${text}`);
    if (image.alt.trim() === "") flaw("has no text alternative");
    await image.decode().catch(() => {});
    if (!image.complete || image.naturalWidth === 0) {
      flaw("is broken");
      continue;
    }
    const { width, height } = image.getBoundingClientRect();
    if (width < 100 || height < 50 || !image.checkVisibility({ visibilityProperty: true })) {
      flaw(`is not visible (${width} x ${height})`);
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 150 });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 200, 150);
    const pixels = new Uint32Array(context.getImageData(0, 0, 200, 150).data.buffer);
    const ground = pixels[0];
    if (pixels.filter((pixel) => pixel !== ground).length < 0.005 * pixels.length) {
      flaw("is blank");
    }
  }
  return flaws;
}

/** Headings that are missing, or a level too deep; @returns {string[]} */
export function headingFlaws() {
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const levels = headings.map(({ localName }) => Number(localName[1]));
  const flaws = levels.filter((level) => level === 1).length === 1 ? [] : ["not one h1"];
  for (const [index, level] of levels.entries()) {
    const before = levels[index - 1] ?? 0;
    if (level > before + 1) {
      flaws.push(`h${level} after h${before}: ${headings[index].textContent.trim()}`);
    }
  }
  return flaws;
}

/** What stands out of the window at its right, when the page scrolls sideways; @returns {string[]} */
export function widthFlaws() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth)
    .map(({ localName, className }) => `${localName}.${className}`);
  return [`${scrollWidth} pixels wide, not ${clientWidth}: ${wide.slice(0, 5).join(", ")}`];
}

/** Links within the page that lead nowhere; @returns {string[]} */
export function linkFlaws() {
  return [...document.querySelectorAll('a[href^="#"]')]
    .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
    .filter((id) => document.getElementById(id) === null)
    .map((id) => `no place #${id}`);
}

/** How many formulas the text has, and those that show nothing; @returns {{count: number, flaws: string[]}} */
export function formulas() {
  const all = [...document.querySelectorAll("h1 math, main math")];
  const empty = all.filter((math) => math.getBoundingClientRect().width < 3);
  const flaws = empty.map((math) => `an empty formula: ${math.outerHTML.slice(0, 80)}`);
  const rest = document.body.innerText.match(/\\(?:frac|sum|lambda|eta|sqrt)\b|[\uE000\uE001]/);
  if (rest !== null) flaws.push(`TeX that was left: ${rest[0]}`);
  return { count: all.length, flaws };
}
