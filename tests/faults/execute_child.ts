/** Executes a notebook as a process of its own, to be killed: execute_child.ts NOTEBOOK. */

import { execute } from "../../export/execute.ts";
import { environmentAt } from "../../export/python.ts";
import { root } from "./fault.ts";

await execute(environmentAt(root), Deno.args[0]);
