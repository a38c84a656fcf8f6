/** What backends that multiply digits compute, written as the definition says: they have its bits. */

import { DIGITS, LARGEST, MAGIC, SMALLEST, UNIT } from "klayer/kernels/digits.ts";

/** The sum of w x over a row of numbers w and as many bytes, each of which stands for u / 255 + shift. */
export function sumByDigits(w: Float64Array, bytes: Uint8Array, shift: number): number {
  const max = w.reduce((most, value) => Math.max(most, Math.abs(value)), SMALLEST);
  if (!Number.isFinite(max)) return NaN;
  const scale = LARGEST / max;
  const sums = new Float64Array(DIGITS);
  let sumOfQ = 0n;
  const biased = new DataView(new ArrayBuffer(8));
  for (let k = 0; k < w.length; k++) {
    biased.setFloat64(0, w[k] * scale + MAGIC, true);
    for (let i = 0; i < DIGITS; i++) {
      const digit = biased.getUint8(i) - 128;
      sums[i] += digit * bytes[k];
      sumOfQ += BigInt(digit) << BigInt(8 * i);
    }
  }
  const sum = sums.reduceRight((higher, digit) => higher * 256 + digit);
  return (sum + 255 * shift * Number(sumOfQ)) * (max * UNIT);
}
