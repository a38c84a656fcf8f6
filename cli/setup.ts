/**
 * `deno task setup`: make everything ready that is not Deno's own.
 *
 * @module
 */

import { ensureEnvironment } from "../export/python.ts";
import { lineOf } from "./command.ts";

const root = new URL("..", import.meta.url);

try {
  const { directory } = await ensureEnvironment(Deno.realPathSync(root), console.error);
  console.log(`The Python tools are ready in ${directory}.`);
} catch (error) {
  const line = lineOf(error);
  if (line === null) throw error;
  console.error(line);
  Deno.exit(2);
}
