/**
 * What this library needs of the Deno kernel: displaying something, and being sure that it arrives.
 *
 * @module
 */

/** An output in several forms, by MIME type; a front end shows the richest that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The method by which the Deno kernel asks a value how it wants to be shown. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** Something that shows itself richly: as the last value of a cell, or through `show`. */
export interface Displayable {
  [DISPLAY](): MimeBundle;
}

/** The part of `Deno.jupyter` used here; Deno's own types have it only when unstable ones are on. */
interface Jupyter {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
  format(value: unknown): Promise<MimeBundle>;
}

/**
 * Make a displayable of HTML and its plain-text form.
 *
 * @example
 * ```ts
 * import { DISPLAY, displayable } from "klayer/notebook/jupyter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(displayable("<b>x</b>", "x")[DISPLAY]()["text/plain"], "x");
 * ```
 */
export function displayable(html: string, text: string): Displayable {
  return { [DISPLAY]: () => ({ "text/html": html, "text/plain": text }) };
}

/**
 * Display each thing in turn, and wait until the front end has it.
 *
 * Await it. The kernel reports a cell as finished before its outputs have been sent, and tools that
 * then stop reading, such as a bare nbconvert, lose them; the pause at the end prevents that. Throws
 * outside a Jupyter kernel.
 */
export async function show(...things: unknown[]): Promise<void> {
  const { format } = jupyter();
  let sent = 0;
  for (const [index, thing] of things.entries()) {
    const data = await format(thing);
    // The export counts the parts, so that it notices when one was lost.
    await display(data, { part: [index + 1, things.length] });
    sent += JSON.stringify(data).length;
  }
  await drain(sent);
}

/**
 * Send one output, without waiting for its arrival. With an `id` it can be replaced later by
 * another `display` with the same id and `update` set. Throws outside a Jupyter kernel.
 */
export async function display(
  data: MimeBundle,
  klayer: Record<string, unknown> = {},
  { id, update = false }: { id?: string; update?: boolean } = {},
): Promise<void> {
  const transient = id === undefined ? {} : { display_id: id };
  const type = update ? "update_display_data" : "display_data";
  await jupyter().broadcast(type, { data, metadata: { klayer }, transient });
}

/** Wait until outputs of so many characters have surely left the kernel. */
export async function drain(characters: number): Promise<void> {
  const milliseconds = 40 + characters / 20_000;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whether this process is a Jupyter kernel. */
export function isKernel(): boolean {
  return findJupyter() !== null;
}

function jupyter(): Jupyter {
  const found = findJupyter();
  if (found !== null) return found;
  throw new Error("klayer/notebook shows things in Jupyter only: run this in a notebook.");
}

function findJupyter(): Jupyter | null {
  try {
    // Outside a kernel, reading this property throws.
    const { jupyter } = Deno as unknown as { jupyter?: Jupyter };
    return typeof jupyter?.broadcast === "function" ? jupyter : null;
  } catch {
    return null;
  }
}
