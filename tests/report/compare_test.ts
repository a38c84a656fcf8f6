import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ALL_DIGITS, compareTable, digitsAgreed } from "klayer/report/compare.ts";

const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });

Deno.test("digits are from 0 to all, and all for equal numbers", () => {
  fc.assert(fc.property(number, number, (a, b) => {
    const digits = digitsAgreed(a, b);
    assert(digits >= 0 && digits <= ALL_DIGITS, `${digits}`);
    assertEquals(digitsAgreed(a, a), ALL_DIGITS);
  }));
});

Deno.test("digits go by the difference relative to what is printed", () => {
  assertAlmostEquals(digitsAgreed(2, 2.02), 2, 1e-9);
  assertAlmostEquals(digitsAgreed(-4, -4.4), 1, 1e-9);
  // Off by half of what was found, but by all of what is printed.
  assertEquals(digitsAgreed(1, 2), 0);
  assertAlmostEquals(digitsAgreed(2, 1), Math.log10(2), 1e-12);
});

Deno.test("another sign, another size, infinity and no number agree to no digit", () => {
  for (const found of [-2.5, 1000, Infinity, NaN]) assertEquals(digitsAgreed(2.5, found), 0);
  assertEquals(digitsAgreed(0, 1e-300), 0);
});

Deno.test("a table's least and median digits are those of its rows", () => {
  const printed = [1, 1, 1, 1];
  const found = [1 + 1e-3, 1, 1 + 1e-1, 1 + 1e-6];
  const { rows, least, median } = compareTable(printed, found);
  assertEquals(rows.map(({ digits }) => Math.round(digits)), [3, 16, 1, 6]);
  assertAlmostEquals(least, 1, 1e-9);
  assertAlmostEquals(median, 4.5, 1e-6);
  assertAlmostEquals(compareTable(printed.slice(1), found.slice(1)).median, 6, 1e-6);
});

Deno.test("a row that was not reached is no number and agrees to no digit", () => {
  const { rows, least } = compareTable([1, 2], [1]);
  assertEquals(rows[1], { printed: 2, found: NaN, digits: 0 });
  assertEquals(least, 0);
});
