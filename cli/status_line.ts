/**
 * What the notebook runner is doing, on the last line of the terminal.
 *
 * @module
 */

import type { RunEvent } from "../export/execute.ts";
import { duration } from "../src/notebook/progress.ts";

/**
 * A status on standard error. On a terminal it is one line that is overwritten; elsewhere, such as
 * in a CI log, it is one line per cell that took a second or more.
 */
export function statusLine() {
  const terminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  const write = (text: string) => Deno.stderr.writeSync(encoder.encode(text));
  const clear = () => {
    if (terminal) write("\r\x1b[K");
  };
  const show = (name: string, event: RunEvent) => {
    const cell = `${name} [${event.cell}]`;
    if (!terminal) {
      if (event.event === "end" && event.seconds >= 1) {
        write(`${cell} ${duration(event.seconds)}\n`);
      }
      return;
    }
    const { columns } = Deno.consoleSize();
    const text = event.event === "line" ? `${cell} ${event.line}` : cell;
    write(`\r\x1b[K${text.slice(0, columns - 1)}`);
  };
  return { show, clear };
}
