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
  try {
    assertEquals((await foundItems(executed)).get("overfit"), overfit);
  } finally {
    await Deno.remove(executed, { recursive: true });
  }
});

Deno.test("a row says when an item was not run, and when the data were the stand-in", () => {
  const item = itemOf("overfit");
  assertEquals(itemRow(item, overfit), [
    item.name,
    "87.70, 29.10",
    "87.70, 29.10",
    "exact",
    "reproduced",
  ]);
  assertEquals(itemRow(item, { ...overfit, data: "synthetic" }).at(-1), "stand-in data");
  assertEquals(itemRow(item, undefined).at(-1), "not run");
});

Deno.test("the overview judges by the rules of today, on the test file that the notebook had", async () => {
  const executed = await Deno.makeTempDir();
  const item = {
    id: "figure-8",
    found: [48.37],
    verdict: "differs",
    agreement: "",
    data: "cifar-10",
  };
  const file = { name: "test_batch.bin", md5: "", official: false };
  const notebook = (official: boolean) => {
    const data = { kind: "cifar-10", files: [{ ...file, official }] };
    const published = [{ kind: "facts", value: { data } }, { kind: ITEMS_KIND, value: [item] }];
    return { cells: published.map((each) => ({ outputs: [{ data: { [FACTS_TYPE]: each } }] })) };
  };
  try {
    for (const official of [false, true]) {
      const path = `${executed}/${itemOf("figure-8").page}.ipynb`;
      await Deno.writeTextFile(path, JSON.stringify(notebook(official)));
      const found = (await foundItems(executed)).get("figure-8");
      assertEquals(found?.verdict, official ? "differs" : "differs, explained");
      assertEquals(found?.finding === undefined, official);
    }
  } finally {
    await Deno.remove(executed, { recursive: true });
  }
});
