/**
 * Contestants side by side: A B A B ..., with a turn of warming up before each turn that counts.
 *
 * @module
 */

import { type Contestant, NUMPY } from "./contestants.ts";
import { openPeer } from "./peer.ts";

/** What every contestant is asked. */
export interface Task {
  /** What the peers call it. */
  readonly name: string;
  readonly steps: number;
  /** Steps before, which do not count: the threads of the one before spin for a while. */
  readonly warmUp: number;
  /** The position in a sweep. */
  readonly at?: number;
}

/** What one contestant needed. */
export interface Row {
  readonly name: string;
  readonly threads: number;
  /** One number per round, in the part's unit. */
  readonly values: readonly number[];
  readonly median: number;
  /** How many times as fast as NumPy with as many threads: the median over the rounds. */
  readonly overNumpy: number | null;
  /** How many times as fast as the fastest NumPy of each round. */
  readonly overBestNumpy: number | null;
}

/** A contestant and the milliseconds a step that it took in each round. */
export interface Timing {
  readonly name: string;
  readonly threads: number;
  readonly milliseconds: readonly number[];
}

/**
 * The timings of all contestants for each task, `rounds` times each; all of them stay open meanwhile.
 */
export async function measure(
  contestants: readonly Contestant[],
  tasks: readonly Task[],
  rounds: number,
  say: (progress: string) => void,
): Promise<Timing[][]> {
  const peers = contestants.map(({ program }) => openPeer(program));
  try {
    const timings: Timing[][] = [];
    for (const { name, steps, warmUp } of tasks) {
      const milliseconds: number[][] = contestants.map(() => []);
      for (let round = 1; round <= rounds; round++) {
        say(`${name}, round ${round} of ${rounds}`);
        for (const [i, peer] of peers.entries()) {
          await peer.ask(name, warmUp);
          milliseconds[i].push(await peer.ask(name, steps) / steps);
        }
      }
      timings.push(contestants.map(({ name, threads }, i) => ({
        name,
        threads,
        milliseconds: milliseconds[i],
      })));
    }
    return timings;
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

/** The rows of a table, in the unit that `convert` makes of the milliseconds of a step. */
export function rowsOf(
  timings: readonly Timing[],
  convert: (milliseconds: number) => number,
): Row[] {
  const numpy = timings.filter(({ name }) => name === NUMPY);
  const rounds = timings[0]?.milliseconds.length ?? 0;
  const best = Array.from(
    { length: rounds },
    (_, round) => Math.min(...numpy.map(({ milliseconds }) => milliseconds[round])),
  );
  return timings.map(({ name, threads, milliseconds }) => {
    const same = numpy.find((timing) => timing.threads === threads)?.milliseconds;
    const values = milliseconds.map(convert);
    return {
      name,
      threads,
      values,
      median: median(values),
      overNumpy: same === undefined ? null : ratio(same, milliseconds),
      overBestNumpy: numpy.length === 0 ? null : ratio(best, milliseconds),
    };
  });
}

/** The median of the pairwise ratios: what disturbs one round disturbs both sides of it. */
function ratio(others: readonly number[], own: readonly number[]): number {
  return median(others.map((milliseconds, round) => milliseconds / own[round]));
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}
