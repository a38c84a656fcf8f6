/**
 * `deno task setup`: make everything ready that is not Deno's own.
 *
 * @module
 */

import { ensureEnvironment } from "../export/python.ts";
import { InputError } from "../src/errors.ts";

const root = new URL("..", import.meta.url);

try {
  const { directory } = await ensureEnvironment(Deno.realPathSync(root), console.error);
  console.log(`The Python tools are ready in ${directory}.`);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  Deno.exit(2);
}
