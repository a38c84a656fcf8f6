import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { endLine, liveLine } from "klayer/notebook/live.ts";
import { liveChart } from "klayer/notebook/live_chart.ts";

function history(epochs: number) {
  const falling = (from: number) => Array.from({ length: epochs }, (_, i) => from - i / epochs);
  return {
    initialCost: 2.3,
    trainCost: falling(2),
    validationCost: falling(2.1),
    trainAccuracy: falling(50),
    validationAccuracy: falling(45),
  };
}

/** The points of the line of a name, as [x, y] in pixels. */
function pointsOf(svg: string, index: number): number[][] {
  const paths = [...svg.matchAll(/<path d="M([^"HM]*)" fill="none"/g)];
  return paths[index][1].split("L").map((point) => point.split(" ").map(Number));
}

Deno.test("a live chart has a point for each epoch, on an axis as long as the run", () => {
  const half = liveChart(history(10), 20);
  const [training, validation] = [0, 1].map((line) => pointsOf(half, line));
  assertEquals([training.length, validation.length], [11, 10]);
  const whole = pointsOf(liveChart(history(20), 20), 0);
  const [start, middle, end] = [training[0][0], training.at(-1)![0], whole.at(-1)![0]];
  assertEquals(middle - start, end - middle);
  // Lower costs are drawn lower.
  assert(training.every(([, y], i) => i === 0 || y > training[i - 1][1]));
});

Deno.test("before the first epoch and where costs are missing there is a chart, too", () => {
  assertStringIncludes(liveChart(history(0), 20), "epoch");
  const unrecorded = { ...history(3), trainCost: [NaN, NaN, NaN] };
  const svg = liveChart(unrecorded, 3);
  assert(!svg.includes("NaN"));
  assertEquals(pointsOf(svg, 1).length, 3);
  const line = liveLine("Run", { epoch: 3, epochs: 3, fraction: 1, history: unrecorded }, 1);
  assertStringIncludes(line, "cost – (validation 1.4333)");
});

Deno.test("a drawing costs far less than 2% of the time between two", () => {
  const long = history(200);
  const started = performance.now();
  for (let i = 0; i < 50; i++) liveChart(long, 200);
  // 2% of 400 ms, the least time between two.
  assert((performance.now() - started) / 50 < 8);
});

Deno.test("a run that was stopped says where and why", () => {
  const run = { trainCost: [2, 1.9], stopped: { epoch: 3, reason: "stopped on request" } };
  assertEquals(
    endLine("Run", run, 1),
    "Run: 2 epochs in 1.0 s, stopped in epoch 3: stopped on request",
  );
});
