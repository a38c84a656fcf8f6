/**
 * A small notebook, executed and made into a page: run in the place of cli/report.ts, with its rights.
 *
 * @module
 */

import { environmentAt } from "../../export/python.ts";
import { report } from "../../export/report.ts";
import { sketch } from "../export/project.ts";

const environment = environmentAt(Deno.realPathSync(new URL("../..", import.meta.url)));
// Below the project, so that its notebooks find deno.json.
const source = await Deno.makeTempDir({ dir: environment.directory, prefix: "klayer-" });
try {
  await sketch(source, "01-small", [
    "# Small, with $x^2$",
    `import { show, table } from "klayer/notebook/mod.ts";
await show(table({ caption: "T", columns: ["a"], rows: [[1]] }));`,
  ]);
  const target = `${source}/report`;
  const pages = await report({ environment, source, target, names: ["01-small"] });
  console.log(pages.map(({ path }) => path.slice(target.length + 1)).join(" "));
} finally {
  await Deno.remove(source, { recursive: true });
}
