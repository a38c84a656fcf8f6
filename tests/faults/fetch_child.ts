/** Fetches an archive as a process of its own: fetch_child.ts TARGET OPTIONS, which are JSON. */

import { fetchCifar10 } from "klayer/fetch.ts";
import { runCommand } from "../../cli/command.ts";

const [target, options] = Deno.args;
await runCommand(async () => void await fetchCifar10({ ...JSON.parse(options), target }));
