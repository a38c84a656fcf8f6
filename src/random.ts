/**
 * NumPy's legacy random generator: MT19937 and Gaussian numbers by the polar method.
 *
 * @module
 */

import { InputError } from "./errors.ts";

/** The words of state of MT19937. */
const WORDS = 624;

/** A stream of random numbers. Two streams with the same seed give the same numbers. */
export interface Random {
  /** The next 32 random bits, an integer in [0, 2^32). */
  bits(): number;
  /** The next uniform number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** The next number from N(mean, deviation^2). */
  normal(mean: number, deviation: number): number;
  /** Where the stream is, for {@linkcode resumeRandom}. */
  state(): RandomState;
}

/** Where a stream is; NumPy's `get_state` has the same numbers. */
export interface RandomState {
  /** The 624 words of MT19937. */
  readonly words: Uint32Array;
  /** How many of them are used up, 0 to 624. */
  readonly position: number;
  /** The second Gaussian number of a pair whose first is taken. */
  readonly kept: number | null;
}

/**
 * Opens the stream that `numpy.random.seed(seed)` opens.
 *
 * The generator is MT19937 of Matsumoto and Nishimura (ACM TOMACS 8(1), 1998), seeded by the
 * init_genrand recurrence of their 2002 revision. Gaussian numbers come from the polar method
 * (Marsaglia and Bray, SIAM Review 6(3), 1964), which makes two at a time: the second is kept for the
 * next call. Its logarithm is V8's, where NumPy calls the C library's: one Gaussian number in 2,500
 * differs from NumPy's, by its last bit.
 *
 * @param seed an integer in [0, 2^32)
 * @throws {InputError} where the seed is not such an integer
 *
 * @example
 * ```ts
 * import { openRandom } from "klayer/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(openRandom(400).uniform(), 0.6687289088341747);
 * assertEquals(openRandom(400).normal(0, 0.001), -0.001130570513606414);
 * ```
 */
export function openRandom(seed: number): Random {
  checkSeed(seed);
  return streamFrom({ words: seededState(seed), position: WORDS, kept: null });
}

/**
 * The stream that goes on where another one was.
 *
 * @throws {InputError} where the state is none of MT19937
 *
 * @example
 * ```ts
 * import { openRandom, resumeRandom } from "klayer/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const random = openRandom(400);
 * random.normal(0, 1);
 * const other = resumeRandom(random.state());
 * assertEquals(other.normal(0, 1), random.normal(0, 1));
 * ```
 */
export function resumeRandom({ words, position, kept }: RandomState): Random {
  const isState = words.length === WORDS && Number.isInteger(position) && position >= 0 &&
    position <= WORDS;
  if (!isState) {
    throw new InputError(
      `Found a generator of ${words.length} words at position ${position}, expected ${WORDS} words ` +
        `and a position from 0 to ${WORDS}; use the state of a whole run.`,
    );
  }
  return streamFrom({ words: words.slice(), position, kept });
}

function streamFrom({ words: state, position, kept: second }: RandomState): Random {
  let next = position;
  let kept = second;

  function bits(): number {
    if (next === WORDS) {
      twist(state);
      next = 0;
    }
    return temper(state[next++]);
  }

  function uniform(): number {
    const high = bits() >>> 5;
    const low = bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  function standardNormal(): number {
    if (kept !== null) {
      const second = kept;
      kept = null;
      return second;
    }
    let x, y, square;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt(-2 * Math.log(square) / square);
    kept = scale * x;
    return scale * y;
  }

  return {
    bits,
    uniform,
    normal: (mean, deviation) => mean + deviation * standardNormal(),
    state: () => ({ words: state.slice(), position: next, kept }),
  };
}

/** Throws an {@linkcode InputError} where a seed is not an integer in [0, 2^32). */
export function checkSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw new InputError(`Found seed = ${seed}, expected a whole number from 0 to 4294967295.`);
}

/**
 * A random order of 0 .. length - 1 (Fisher and Yates, from the last place down).
 *
 * @example
 * ```ts
 * import { openRandom, permutation } from "klayer/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(permutation(5, openRandom(1)).toSorted(), new Uint32Array([0, 1, 2, 3, 4]));
 * ```
 */
export function permutation(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

function seededState(seed: number): Uint32Array {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  return state;
}

/** Replaces all words of the state by the next ones. */
function twist(state: Uint32Array): void {
  const shift = 397;
  for (let i = 0; i < WORDS; i++) {
    const joined = (state[i] & 0x80000000) | (state[(i + 1) % WORDS] & 0x7fffffff);
    const odd = (joined & 1) === 0 ? 0 : 0x9908b0df;
    state[i] = state[(i + shift) % WORDS] ^ (joined >>> 1) ^ odd;
  }
}

function temper(word: number): number {
  word ^= word >>> 11;
  word ^= (word << 7) & 0x9d2c5680;
  word ^= (word << 15) & 0xefc60000;
  return (word ^ (word >>> 18)) >>> 0;
}
