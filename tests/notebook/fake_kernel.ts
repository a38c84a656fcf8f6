/** A stand-in for the Deno kernel: what is displayed is kept, in its order. */

/** A message that a kernel would have sent. */
export interface Sent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly klayer: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
}

/** Runs something as in a notebook; the messages that it sent. */
export async function inKernel(work: () => Promise<void>): Promise<Sent[]> {
  const sent: Sent[] = [];
  // deno-lint-ignore no-explicit-any -- the contents of a message
  const broadcast = (type: string, { data, metadata, transient }: any) => {
    sent.push({ type, data, klayer: metadata.klayer, id: transient.display_id });
    return Promise.resolve();
  };
  // deno-lint-ignore no-explicit-any -- anything that can be shown
  const format = (value: any) => {
    const bundle = value?.[Symbol.for("Jupyter.display")]?.() ?? { "text/plain": String(value) };
    return Promise.resolve(bundle);
  };
  // Deno's own property cannot be replaced, so Deno is, by one that inherits all the rest.
  const before = Object.getOwnPropertyDescriptor(globalThis, "Deno")!;
  const value = Object.create(Deno, { jupyter: { value: { broadcast, format } } });
  Object.defineProperty(globalThis, "Deno", { ...before, value });
  try {
    await work();
  } finally {
    Object.defineProperty(globalThis, "Deno", before);
  }
  return sent;
}

/** What stands on the screen in the end: an output that was replaced counts once. */
export function screen(sent: readonly Sent[]): string[] {
  const outputs = new Map<string, string>();
  for (const [i, { id, data }] of sent.entries()) {
    outputs.set(id ?? `${i}`, String(data["text/plain"]));
  }
  return [...outputs.values()];
}
