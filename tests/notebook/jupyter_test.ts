import { assertEquals, assertRejects } from "@std/assert";
import { factsLine } from "klayer/notebook/facts.ts";
import { facts, progress, show } from "klayer/notebook/mod.ts";

Deno.test("outside a notebook, what needs Jupyter says so", async () => {
  for (const attempt of [() => show(1), () => progress("Run", 3), () => facts({})]) {
    await assertRejects(attempt, Error, "shows things in Jupyter only");
  }
});

Deno.test("the line of facts never hides that the data are a stand-in or changed", () => {
  const file = { name: "test_batch.bin", md5: "0", official: false };
  assertEquals(
    factsLine({ data: { kind: "cifar-10", files: [file] }, dataset: "10k", seeds: [400] }),
    "Data: CIFAR-10, but NOT the official file for test_batch.bin, set 10k. Seeds: 400.",
  );
  assertEquals(
    factsLine({ data: { kind: "synthetic", files: [], seed: 7 }, more: { "hidden layers": 2 } }),
    "Data: the synthetic STAND-IN (seed 7), not CIFAR-10. hidden layers: 2. The text was written for " +
      "CIFAR-10; where it reads a result, that of the stand-in may be another.",
  );
});
