import { assertEquals } from "@std/assert";
import { FACTS_TYPE } from "klayer/notebook/facts.ts";
import { type FoundItem, foundItems, itemRow, ITEMS_KIND } from "klayer/notebook/items.ts";
import { itemOf } from "klayer/report/items.ts";

const overfit: FoundItem = {
  id: "overfit",
  found: [87.7, 29.1],
  verdict: "reproduced",
  agreement: "exact",
  data: "cifar-10",
};

Deno.test("the overview finds what another notebook of the same export published", async () => {
  const executed = await Deno.makeTempDir();
  const published = { kind: ITEMS_KIND, value: [overfit] };
  const cells = [
    { cell_type: "markdown" },
    { cell_type: "code", outputs: [{ data: { "text/plain": "other" } }] },
    { cell_type: "code", outputs: [{ data: { [FACTS_TYPE]: published } }] },
  ];
  await Deno.writeTextFile(
    `${executed}/${itemOf("overfit").page}.ipynb`,
    JSON.stringify({ cells }),
  );
  Deno.env.set("KLAYER_EXECUTED", executed);
  try {
    assertEquals((await foundItems()).get("overfit"), overfit);
  } finally {
    Deno.env.delete("KLAYER_EXECUTED");
    await Deno.remove(executed, { recursive: true });
  }
});

Deno.test("a row says when an item was not run, and when the data were the stand-in", () => {
  const item = itemOf("overfit");
  assertEquals(itemRow(item, overfit), [
    item.name,
    "87.7, 29.1",
    "87.7, 29.1",
    "exact",
    "reproduced",
  ]);
  assertEquals(itemRow(item, { ...overfit, data: "synthetic" }).at(-1), "stand-in data");
  assertEquals(itemRow(item, undefined).at(-1), "not run");
});
