import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { codeCells, notebookText, readNotebook } from "../../export/ipynb.ts";
import { inProject, sketch } from "./project.ts";

Deno.test("a written notebook is the same whatever the order of its keys and its editor's notes", () => {
  const output = { output_type: "stream" as const, text: "a\nb", name: "stdout" };
  const cell = { cell_type: "code" as const, source: "1\n2", metadata: {}, outputs: [output] };
  const one = {
    cells: [cell],
    metadata: { kernelspec: { name: "deno" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const other = {
    nbformat_minor: 5,
    nbformat: 4,
    metadata: { kernelspec: { name: "deno" }, widgets: {}, signature: "x" },
    cells: [{
      outputs: [{ name: "stdout", text: ["a\n", "b"], output_type: "stream" as const }],
      metadata: { execution: { "shell.execute_reply": "today" }, collapsed: true },
      source: ["1\n", "2"],
      cell_type: "code" as const,
    }],
  };
  assertEquals(notebookText(other), notebookText(one));
  assertEquals(notebookText(JSON.parse(notebookText(one))), notebookText(one));
});

Deno.test("cells without code are not counted", async () => {
  await inProject(async (directory) => {
    const path = await sketch(directory, "n", ["# Text", "1", " \n", "2"]);
    assertEquals(codeCells(await readNotebook(path)).map(({ source }) => source), ["1", "2"]);
  });
});

Deno.test("what is no notebook is a one-line error", async () => {
  await inProject(async (directory) => {
    const path = `${directory}/n.ipynb`;
    await assertRejects(() => readNotebook(path), InputError, "Found no notebook");
    await Deno.writeTextFile(path, "{");
    await assertRejects(() => readNotebook(path), InputError, "Found no JSON");
    await Deno.writeTextFile(path, '{"nbformat": 3, "worksheets": []}');
    await assertRejects(() => readNotebook(path), InputError, "Found nbformat 3");
  });
});
