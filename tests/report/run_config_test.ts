import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { fillConfig, type RunEntries } from "klayer/report/run_config.ts";
import { readEntries } from "klayer/report/run_entries.ts";

const usual: RunEntries = { hidden: [50, 30], eta: 0.01, epochs: 10 };

Deno.test("a configuration can be fed back as it is printed, however it is wrapped", () => {
  const entries = fc.record({
    hidden: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 4 }),
    eta: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    epochs: fc.integer({ min: 1, max: 100 }),
    batchNorm: fc.boolean(),
    momentum: fc.double({ min: 0, max: 0.99, noNaN: true }),
    data: fc.constantFrom("10k" as const, "49k" as const),
    protocol: fc.constantFrom("report" as const, "standard" as const),
    init: fc.constantFrom("plain" as const, "he" as const),
    limit: fc.option(fc.integer({ min: 100, max: 1000 })),
    backend: fc.option(fc.constantFrom("wasm", "reference")),
  });
  fc.assert(fc.property(entries, (entries) => {
    const config = fillConfig(entries);
    for (const wrapped of [config, { config, backend: "x", trainCost: [2] }]) {
      const found = readEntries(JSON.parse(JSON.stringify(wrapped)), "run.json");
      assertEquals(JSON.stringify(fillConfig(found)), JSON.stringify(config));
    }
  }));
});

Deno.test("names may be those of the flags; null says nothing", () => {
  const found = readEntries({ "batch-size": 50, "eta-decay": 0.9, "require-cifar10": true }, "a");
  assertEquals(found, { batchSize: 50, etaDecay: 0.9, requireCifar10: true });
  assertEquals(readEntries({ limit: null, backend: null }, "a"), {});
});

const refused: [unknown, RegExp][] = [
  [[], /no JSON object in a\.json/],
  [null, /no JSON object/],
  ["eta", /no JSON object/],
  [{ etas: 0.1 }, /"etas" in a\.json, expected only: hidden batch-norm eta /],
  [{ "two\nlines": 1 }, /"two\\nlines"/],
  [JSON.parse('{"__proto__": 1}'), /"__proto__"/],
  [{ config: { etas: 0.1 } }, /"etas"/],
  [{ batchNorm: true, "batch-norm": true }, /batchNorm twice/],
  [{ eta: "0.1" }, /eta = "0\.1" in a\.json, expected a number/],
  [{ eta: [0.1] }, /eta = \[0\.1\]/],
  [{ hidden: "50,30" }, /hidden = "50,30".*\[50, 30\]/],
  [{ hidden: [50, "30"] }, /hidden = \[50,"30"\]/],
  [{ hidden: 50 }, /hidden = 50/],
  [{ batchNorm: 1 }, /batchNorm = 1.*true or false/],
  [{ data: "50k" }, /data = "50k".*10k, 49k/],
  [{ protocol: "best" }, /protocol = "best".*report, standard/],
  [{ init: null, data: {} }, /data = \{\}/],
  [{ backend: 7 }, /backend = 7.*text in quotes/],
  [{ eta: "x".repeat(1000) }, /^.{0,200}$/],
];
for (const [entries, message] of refused) {
  Deno.test(`an entry is refused by name: ${JSON.stringify(entries).slice(0, 50)}`, () => {
    const error = assertThrows(() => readEntries(entries, "a.json"), InputError);
    assertMatch(error.message, message);
    assertMatch(error.message, /^[^\n]+$/);
  });
}

Deno.test("what is missing or does not go together is refused", () => {
  const { hidden: _, ...noHidden } = usual;
  const impossible: [RunEntries, RegExp][] = [
    [noHidden, /no --hidden.*"hidden": \[50, 30\]/],
    [{ hidden: [50], epochs: 1 }, /no --eta/],
    [{ hidden: [50], eta: 1 }, /no --epochs/],
    [{ ...usual, heDraw: 3 }, /--he-draw 3.*--init he --protocol report/],
    [{ ...usual, heDraw: 0.5, init: "he", protocol: "report" }, /--he-draw 0\.5.*whole number/],
  ];
  for (const [entries, message] of impossible) {
    assertMatch(assertThrows(() => fillConfig(entries), InputError).message, message);
  }
});

Deno.test("defaults are the protocol's", () => {
  assertEquals(fillConfig(usual).init, "he");
  const report = fillConfig({ ...usual, protocol: "report" });
  assertEquals([report.init, report.heDraw], ["plain", null]);
  assertEquals(fillConfig({ ...usual, protocol: "report", init: "he" }).heDraw, 1);
});
