/**
 * What the machine code that works on digits reads: numbers, masks and the orders of bytes.
 *
 * @module
 */

import { DIGITS, LARGEST, MAGIC, SMALLEST, UNIT } from "./digits.ts";
import { alignedArray } from "./native_memory.ts";

/** How many units have room in a panel of one vector of digits, of two and of three. */
export const PANELS = [2, 5, 8] as const;
export const MOST_UNITS = 8;

/** Where the constants lie, in bytes. */
export const constant = {
  /** The first six, in this order, come eight to a vector. */
  ...{ first: 0, magnitude: 0, largest: 8, magic: 16, unit: 24, shift: 32, bias: 40 },
  ...{ smallest: 48, base: 56 },
  /** By count: as many ones. */
  masks: 64,
  /** The bytes of eight numbers in the order of their digits. */
  order: 192,
  /** The groups of four in the order that interleaving undoes. */
  fours: 256,
  /** By vectors of a panel and pairs of digits: where the sums of a digit are, unit by unit. */
  sums: 320,
  end: 320 + 3 * 3 * 64,
} as const;

/** The constants; `setShift` says what is added to u / 255. */
export function digitConstants(): { array: Float64Array; setShift: (shift: number) => void } {
  const array = alignedArray(constant.end / 8);
  const { buffer, byteOffset } = array;
  const number = (offset: number, value: number) => void (array[offset / 8] = value);
  const words = new BigUint64Array(buffer, byteOffset, constant.end / 8);
  words[constant.magnitude / 8] = 2n ** 63n - 1n;
  words[constant.bias / 8] = 0x8080808080808080n;
  number(constant.largest, LARGEST);
  number(constant.magic, MAGIC);
  number(constant.unit, UNIT);
  number(constant.smallest, SMALLEST);
  number(constant.base, 256);
  for (let count = 0; count <= MOST_UNITS; count++) {
    words[constant.masks / 8 + count] = 2n ** BigInt(count) - 1n;
  }
  new Uint8Array(buffer, byteOffset + constant.order, 8 * DIGITS).set(orderOfDigits());
  const fours = new Uint32Array(buffer, byteOffset, constant.end / 4);
  for (const [panel, units] of PANELS.entries()) {
    for (let pair = 0; pair < DIGITS / 2; pair++) {
      for (let lane = 0; lane < 2 * MOST_UNITS; lane++) {
        const [digit, unit] = [Math.floor(lane / MOST_UNITS), lane % MOST_UNITS];
        // Of one vector only the last four bits count, of two the last five.
        const index = (2 * units) * pair + 2 * unit + digit;
        fours[constant.sums / 4 + 16 * (3 * panel + pair) + lane] = index;
      }
    }
  }
  for (let lane = 0; lane < 16; lane++) {
    fours[constant.fours / 4 + lane] = (lane % 4) * 4 + Math.floor(lane / 4);
  }
  return { array, setShift: (shift) => number(constant.shift, 255 * shift) };
}

/** Four numbers' first digits, then their second ones and so on; then those of the other four. */
function orderOfDigits(): number[] {
  return Array.from({ length: 8 * DIGITS }, (_, i) => {
    const [quad, digit, number] = [Math.floor(i / 24), Math.floor(i / 4) % DIGITS, i % 4];
    return (4 * quad + number) * 8 + digit;
  });
}
