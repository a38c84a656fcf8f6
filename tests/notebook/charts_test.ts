import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { spread } from "klayer/notebook/chart.ts";
import { DISPLAY } from "klayer/notebook/jupyter.ts";
import { curves, figure, lineChart, stripPlot } from "klayer/notebook/mod.ts";

/** Throws when elements are not properly nested; enough for XML without comments. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, slash, name, empty] of xml.matchAll(/<(\/?)([a-z]+)(?:[^<>"]|"[^"]*")*?(\/?)>/gi)) {
    if (slash) assertEquals(open.pop(), name);
    else if (!empty) open.push(name);
  }
  assertEquals(open, []);
  assertEquals(xml.replace(/<style>.*?<\/style>/s, "").match(/&(?!\w+;|#\d+;)/g), null);
}

const history = {
  initialCost: 2.3026,
  trainCost: [2.2, 2.0, 1.8],
  validationCost: [2.25, 2.1, 2.0],
  trainAccuracy: [20, 30, 40],
  validationAccuracy: [18, 25, 31],
};

Deno.test("the panels of a run are whole SVG documents with units and directly labelled lines", () => {
  const [cost, accuracy] = curves(history);
  for (const svg of [cost, accuracy]) {
    assertWellFormed(svg);
    assertMatch(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    assertMatch(svg, /<rect width="400" height="300" fill="white"\/>/);
    for (const text of ["training", "validation", "epoch"]) assertStringIncludes(svg, `>${text}<`);
  }
  assertStringIncludes(cost, ">cost (nats)<");
  assertStringIncludes(accuracy, ">accuracy (%)<");
});

Deno.test("lines differ by dashes and markers, not by colour alone", () => {
  const [cost] = curves(history);
  const lines = cost.match(/<g [^>]*aria-label="line"[^>]*>/g) ?? [];
  const dots = cost.split('aria-label="dot"').slice(1).map((group) => group.split("</g>")[0]);
  assertEquals(lines.map((line) => line.includes("stroke-dasharray")), [false, true]);
  assertEquals(dots.map((group) => group.includes("<circle")), [true, false]);
});

Deno.test("no text of a chart is smaller than 12 pixels", () => {
  const charts = [...curves(history), lineChart({ x: "a", y: "b", series: [] })];
  for (const svg of charts) {
    const sizes = [...svg.matchAll(/font-size="([\d.]+)/g)].map(([, size]) => Number(size));
    assert(sizes.length > 0 && sizes.every((size) => size >= 12), `${sizes}`);
  }
});

Deno.test("labels are escaped, logarithmic ticks are plain numbers", () => {
  const series = [{ label: "b & <c>", values: [0.001, 0.5, 200] }];
  const svg = lineChart({ x: "epoch", y: "cost", log: true, series });
  assertWellFormed(svg);
  assertStringIncludes(svg, "b &amp; &lt;c&gt;");
  assertStringIncludes(svg, ">0.1<");
  assertEquals(svg.includes("100m"), false);
});

Deno.test("infinite and missing values leave gaps, and an empty run says that it is empty", () => {
  const some = lineChart({
    x: "e",
    y: "c",
    series: [{ label: "a", values: [1, NaN, Infinity, 2] }],
  });
  assertEquals(/NaN|Infinity/.test(some), false);
  const none = lineChart({ x: "e", y: "c", series: [{ label: "a", values: [Infinity] }] });
  assertStringIncludes(none, "no epoch was recorded");
  assertWellFormed(none);
});

Deno.test("a run of one epoch and a constant run can be drawn", () => {
  for (const values of [[2.3], [2.3, 2.3, 2.3]]) {
    const svg = lineChart({ x: "epoch", y: "cost", series: [{ label: "flat", values }] });
    assertStringIncludes(svg, ">flat<");
    assertEquals(svg.includes("NaN"), false);
  }
});

Deno.test("a strip plot has a dot for each value and names its references", () => {
  const references = [{ label: "printed 44.16", value: 44.16 }, { label: "ours", value: 43.11 }];
  const svg = stripPlot({ x: "accuracy (%)", values: [43, 43.5, 43.5, 44], references });
  assertWellFormed(svg);
  assertEquals(svg.match(/<circle/g)?.length, 4);
  for (const { label } of references) assertStringIncludes(svg, label);
});

Deno.test("spread keeps the order and the gap, and stays within bounds when there is room", () => {
  const wanted = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(wanted, (wanted) => {
    const placed = spread(wanted, 15, 0, 200);
    const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
    for (let index = 1; index < order.length; index++) {
      assert(placed[order[index]] - placed[order[index - 1]] >= 15 - 1e-9);
    }
    assert(placed.every((place) => place >= 0 && place <= 200));
  }));
});

Deno.test("a figure carries its drawings, an alternative text for each and its caption", () => {
  const svg = curves(history);
  const shown = figure({ number: "2.1", title: "A & b.", alt: 'Says "more"', svg })[DISPLAY]();
  const html = String(shown["text/html"]);
  const sources = [...html.matchAll(/src="data:image\/svg\+xml;base64,([^"]+)"/g)];
  const decoded = sources.map(([, code]) =>
    new TextDecoder().decode(Uint8Array.from(atob(code), (character) => character.charCodeAt(0)))
  );
  assertEquals(decoded, svg);
  assertEquals(html.match(/alt="[^"]+"/g)?.length, 2);
  assertStringIncludes(html, "Says &quot;more&quot;");
  assertStringIncludes(html, "<figcaption>Figure 2.1. A &amp; b.</figcaption>");
  assertStringIncludes(String(shown["text/plain"]), 'Says "more"');
});
