/**
 * How a command that computes for long is stopped: first it ends in good order, then at once.
 *
 * @module
 */

/** What ends a command from outside, and its number: Ctrl-C, a kill, a closed terminal. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** One press of Ctrl-C may arrive twice, from the terminal and from a parent process. */
const ONE_PRESS = 300;

/** What a command is told by the one who stops it. */
export interface Interrupt {
  /** Aborted by the first signal; the second one ends the process. */
  readonly signal: AbortSignal;
  /** The exit code of a command that was stopped: 128 and the number of the signal. */
  readonly exitCode: number;
  /** Leaves the signals to the system again. */
  close(): void;
}

/**
 * Listens to the signals that end a process.
 *
 * @param onFirst told that the command is about to end, so that it can say what it is waiting for
 */
export function openInterrupt(onFirst: () => void = () => {}): Interrupt {
  const abort = new AbortController();
  let exitCode = 0;
  let first = 0;
  const closers = Object.entries(SIGNALS).flatMap(([name, number]) => {
    const onSignal = () => {
      if (abort.signal.aborted) {
        if (Math.abs(performance.now() - first) > ONE_PRESS) Deno.exit(128 + number);
        return;
      }
      first = performance.now();
      exitCode = 128 + number;
      abort.abort();
      onFirst();
    };
    return listen(name as Deno.Signal, onSignal);
  });
  return {
    signal: abort.signal,
    get exitCode() {
      return exitCode;
    },
    close: () => closers.forEach((close) => close()),
  };
}

function listen(name: Deno.Signal, listener: () => void): (() => void)[] {
  // Windows has no SIGTERM and no SIGHUP that a program could listen to.
  if (Deno.build.os === "windows" && name !== "SIGINT") return [];
  Deno.addSignalListener(name, listener);
  return [() => Deno.removeSignalListener(name, listener)];
}
