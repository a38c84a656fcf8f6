/**
 * A peer: a program of its own that reads lines "CASE STEPS" and answers each with the milliseconds
 * that so many steps took.
 *
 * @module
 */

/** How to start a peer. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A peer that runs. */
export interface Peer {
  /** The milliseconds of so many steps; throws with the peer's last words where it ended. */
  ask(name: string, steps: number): Promise<number>;
  close(): Promise<void>;
}

/** Starts a peer. */
export function openPeer({ command, args, env = {} }: Program): Peer {
  const child = new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const answers = linesOf(child.stdout);
  const complaints = new Response(child.stderr).text();

  return {
    ask: async (name, steps) => {
      await input.write(new TextEncoder().encode(`${name} ${steps}\n`)).catch(() => {});
      const { value } = await answers.next();
      const milliseconds = Number(value);
      if (value === undefined || !(milliseconds > 0)) {
        const last = value ?? (await complaints).trim().split("\n").at(-1);
        throw new Error(`${command} ${args.join(" ")}: no time for "${name}", but "${last}".`);
      }
      return milliseconds;
    },
    close: async () => {
      await input.close().catch(() => {});
      await child.status;
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
