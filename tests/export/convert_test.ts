import { assertEquals } from "@std/assert";
import { convert } from "../../export/convert.ts";
import type { Notebook, Output } from "../../export/ipynb.ts";
import { lostOutputs } from "../../export/lost.ts";
import { tools } from "./project.ts";

const { environment, reason } = await tools();

/** A notebook with a cell for each output. */
function notebook(outputs: readonly Output[]): Notebook {
  const cells = outputs.map((output, i) => ({
    cell_type: "code" as const,
    id: `cell-${i}`,
    source: `show(${i})`,
    metadata: {},
    execution_count: i + 1,
    outputs: [{ ...output, ...output.output_type === "execute_result" && { execution_count: i } }],
  }));
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

const data = (output_type: Output["output_type"], type: string, value: unknown): Output => ({
  output_type,
  data: { [type]: value },
  metadata: {},
});
const image =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E";

Deno.test({
  name: "whatever a cell shows, and in whatever way, is on its page" + reason,
  ignore: environment === null,
  fn: async () => {
    const both = (type: string, value: string) => [
      data("execute_result", type, value),
      data("display_data", type, value),
    ];
    const kept = notebook([
      ...both("text/plain", "a < b"),
      ...both("text/html", "<b>c</b>"),
      ...both("text/markdown", "*d*"),
      ...both("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
      ...both("image/png", image),
      { output_type: "stream", name: "stdout", text: "e" } as Output,
      { output_type: "stream", name: "stderr", text: "f" } as Output,
      { output_type: "error", ename: "E", evalue: "g", traceback: ["h"] } as Output,
    ]);
    const lost = notebook([
      data("execute_result", "application/json", { a: 1 }),
      data("display_data", "text/plain", "i"),
      data("display_data", "text/latex", "$j$"),
    ]);
    const [whole, part] = await convert(environment!, [kept, lost]);
    assertEquals(lostOutputs(whole, kept), []);
    assertEquals(whole.match(/a &lt; b|<b>c<\/b>|<em>d<\/em>|>[efh]\s*</g)?.length, 9);
    assertEquals(lostOutputs(part, lost).map(({ cell, line, reason }) => [cell, line, reason]), [
      ["cell [1]", "show(0)", "shows 1 outputs in the notebook, but 0 on the page"],
      ["cell [3]", "show(2)", "shows 1 outputs in the notebook, but 0 on the page"],
    ]);
    // With a cell's output taken away, the next cell's does not stand in for it.
    const cut = whole.replace(/<pre class="output"[^>]*>a &lt; b<\/pre>/, "");
    assertEquals(lostOutputs(cut, kept).map(({ cell }) => cell), ["cell [1]"]);
  },
});
