/** The same tests for every backend: against the naive reference, mathjs and themselves. */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { all, create, type MathType, type Matrix } from "mathjs";
import { InputError } from "klayer/errors.ts";
import { type Kernels, openKernels, type Size } from "klayer/kernels/mod.ts";
import { referenceKernels } from "klayer/kernels/reference.ts";
import { availableBackends } from "./available.ts";

const math = create(all, {});
const reference = referenceKernels();

/** Sizes where tiles and blocks end: empty, one, odd, prime, whole tiles, more than a block. */
const edge = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 40, 101, 257, 300);
const small = fc.integer({ min: 0, max: 40 });
const length = fc.oneof({ arbitrary: small, weight: 3 }, { arbitrary: edge, weight: 1 });
const shape = fc.record({ n: length, d: length, m: length, seed: fc.nat() });

/** Numbers in (-1, 1) from a seed: a linear congruential generator is random enough here. */
function numbers(length: number, seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The operands of all three products, and room for their results with something in it. */
function operands({ n, d, m }: Size, seed: number, allocate: (length: number) => Float64Array) {
  const make = (length: number, seed: number) => {
    const array = allocate(length);
    array.set(numbers(length, seed));
    return array;
  };
  return {
    x: make(n * d, seed),
    w: make(m * d, seed + 1),
    g: make(n * m, seed + 2),
    s: make(n * m, seed + 3),
    dw: make(m * d, seed + 4),
    dx: make(n * d, seed + 5),
  };
}

function runAll(kernels: Kernels, size: Size, o: ReturnType<typeof operands>) {
  kernels.forward(size, o.x, o.w, o.s);
  kernels.weightGradient(size, o.g, o.x, o.dw);
  kernels.inputGradient(size, o.g, o.w, o.dx);
  return { s: o.s, dw: o.dw, dx: o.dx };
}

/** Sums of `terms` products of numbers below 1 may differ by the rounding of each partial sum. */
function assertClose(
  name: string,
  actual: Float64Array,
  expected: ArrayLike<number>,
  terms: number,
) {
  assertEquals(actual.length, expected.length);
  const tolerance = terms * terms * 2 ** -53 + 1e-300;
  for (let i = 0; i < actual.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
      throw new Error(`${name}[${i}] is ${actual[i]}, the reference is ${expected[i]}`);
    }
  }
}

for (const { name, ignore, open } of availableBackends) {
  const test = (what: string, run: (kernels: Kernels) => void) =>
    Deno.test({ name: `${name}: ${what}`, ignore, fn: () => run(open()) });

  for (const own of [true, false]) {
    test(`products agree with the reference, ${own ? "own" : "foreign"} arrays`, (kernels) => {
      fc.assert(
        fc.property(shape, ({ seed, ...size }) => {
          const foreign = (length: number) => new Float64Array(length);
          const actual = runAll(
            kernels,
            size,
            operands(size, seed, own ? kernels.allocate : foreign),
          );
          const expected = runAll(reference, size, operands(size, seed, foreign));
          assertClose("S", actual.s, expected.s, size.d);
          assertClose("dW", actual.dw, expected.dw, size.n);
          assertClose("dX", actual.dx, expected.dx, size.m);
        }),
        { numRuns: 60 },
      );
    });
  }

  test("products agree with mathjs", (kernels) => {
    const oneOrMore = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        fc.record({ n: oneOrMore, d: oneOrMore, m: oneOrMore }),
        fc.nat(),
        (size, seed) => {
          const o = operands(size, seed, kernels.allocate);
          const matrix = (a: Float64Array, rows: number, columns: number) =>
            math.reshape(math.matrix([...a]), [rows, columns]);
          const flat = (a: MathType) => (math.flatten(a as Matrix) as Matrix).valueOf() as number[];
          const { n, d, m } = size;
          const [x, w, g] = [matrix(o.x, n, d), matrix(o.w, m, d), matrix(o.g, n, m)];
          const actual = runAll(kernels, size, o);
          assertClose("S", actual.s, flat(math.multiply(x, math.transpose(w))), d);
          assertClose("dW", actual.dw, flat(math.multiply(math.transpose(g), x)), n);
          assertClose("dX", actual.dx, flat(math.multiply(g, w)), m);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("pixels give the same bits as the numbers they stand for", (kernels) => {
    const tables = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }).map((mean) =>
        Float64Array.from({ length: 256 }, (_, u) => u / 255 - mean)
      ),
      fc.nat().map((seed) => numbers(256, seed)),
    );
    fc.assert(
      fc.property(shape, tables, ({ seed, ...size }, table) => {
        const bytes = Uint8Array.from(numbers(size.n * size.d, seed), (v) => 128 * v + 128);
        const o = operands(size, seed, kernels.allocate);
        const pixels = { s: o.s.slice(), dw: o.dw.slice() };
        o.x.set(Float64Array.from(bytes, (u) => table[u]));
        kernels.forward(size, o.x, o.w, o.s);
        kernels.weightGradient(size, o.g, o.x, o.dw);
        kernels.forward(size, { bytes, table }, o.w, pixels.s);
        kernels.weightGradient(size, o.g, { bytes, table }, pixels.dw);
        assertEquals(pixels, { s: o.s.slice(), dw: o.dw.slice() });
      }),
      { numRuns: 40 },
    );
  });

  test("the same arrays with other pixels and tables, as in the steps of a training", (kernels) => {
    for (const size of [{ n: 20, d: 12, m: 5 }, { n: 20, d: 64, m: 5 }]) {
      const o = operands(size, 1, kernels.allocate);
      const expected = operands(size, 1, (length) => new Float64Array(length));
      for (let turn = 0; turn < 12; turn++) {
        const bytes = Uint8Array.from({ length: size.n * size.d }, (_, i) => (i * i + turn) % 256);
        // Two tables of normalised pixels, then one of other numbers.
        const table = turn % 3 === 2
          ? numbers(256, turn)
          : Float64Array.from({ length: 256 }, (_, u) => u / 255 - turn / 12);
        for (
          const [{ forward, weightGradient }, { w, s, g, dw }] of [[kernels, o], [
            reference,
            expected,
          ]] as const
        ) {
          forward(size, { bytes, table }, w, s);
          weightGradient(size, g, { bytes, table }, dw);
        }
        assertClose("S", o.s, expected.s, size.d);
        assertClose("dW", o.dw, expected.dw, size.n);
      }
    }
  });

  test("every byte of normalised pixels has the bits of its quotient", (kernels) => {
    const size = { n: 16, d: 256, m: 16 };
    const table = Float64Array.from({ length: 256 }, (_, u) => u / 255 - 0.47467072329452736);
    const bytes = Uint8Array.from({ length: 16 * 256 }, (_, i) => i % 256);
    const [g, dw] = [kernels.allocate(256), kernels.allocate(16 * 256)];
    for (let i = 0; i < 16; i++) g[17 * i] = 1;
    kernels.weightGradient(size, g, { bytes, table }, dw);
    assertEquals(dw.slice(0, 256), table);
    const [w, s] = [kernels.allocate(16 * 16), kernels.allocate(256 * 16)];
    for (let i = 0; i < 16; i++) w[17 * i] = 1;
    const shifted = Uint8Array.from({ length: 16 * 256 }, (_, i) => (i + Math.floor(i / 16)) % 256);
    kernels.forward({ n: 256, d: 16, m: 16 }, { bytes: shifted, table }, w, s);
    assertEquals(s.slice(), Float64Array.from(shifted, (u) => table[u]));
  });

  test("the sizes of the report: pixels in overlapping parts of a data set", (kernels) => {
    const table = Float64Array.from({ length: 256 }, (_, u) => u / 255 - 0.5);
    const bytes = Uint8Array.from(numbers(300 * 3072, 9), (v) => 128 * v + 128);
    for (const [first, n, m] of [[0, 100, 50], [3, 59, 20]]) {
      const size = { n, d: 3072, m };
      const x = { bytes: bytes.subarray(first * 3072), table };
      const o = operands(size, n, kernels.allocate);
      const expected = operands(size, n, (length) => new Float64Array(length));
      kernels.forward(size, x, o.w, o.s);
      kernels.weightGradient(size, o.g, x, o.dw);
      reference.forward(size, x, expected.w, expected.s);
      reference.weightGradient(size, expected.g, x, expected.dw);
      assertClose("S", o.s, expected.s, 3072);
      assertClose("dW", o.dw, expected.dw, n);
    }
  });

  test("the same bits on every call, and from another opening", (kernels) => {
    const other = open();
    for (const size of [{ n: 100, d: 300, m: 50 }, { n: 17, d: 3, m: 5 }]) {
      const first = runAll(kernels, size, operands(size, 7, kernels.allocate));
      const inner = operands(size, 7, kernels.allocate);
      // Often enough for the engine to replace its first, unoptimised code.
      for (let call = 0; call < 50; call++) runAll(kernels, size, inner);
      assertEquals({ s: inner.s, dw: inner.dw, dx: inner.dx }, first);
      assertEquals(runAll(other, size, operands(size, 7, other.allocate)), first);
    }
  });

  test("arrays longer than the product: nothing beyond it is read or written", (kernels) => {
    fc.assert(
      fc.property(shape, fc.boolean(), ({ seed, ...size }, own) => {
        const allocate = own ? kernels.allocate : (length: number) => new Float64Array(length);
        const o = operands(size, seed, allocate);
        const longer = (array: Float64Array) => {
          const result = allocate(array.length + 9).fill(NaN);
          result.set(array);
          return result;
        };
        const long = Object.fromEntries(
          Object.entries(o).map(([key, array]) => [key, longer(array)]),
        ) as typeof o;
        runAll(kernels, size, o);
        runAll(kernels, size, long);
        for (const key of ["s", "dw", "dx"] as const) {
          assertEquals(long[key].slice(0, o[key].length), o[key].slice());
          assertEquals([...long[key].slice(o[key].length)], Array(9).fill(NaN));
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a momentum step has the bits of the reference", (kernels) => {
    const coefficient = fc.double({ min: -2, max: 2, noNaN: true });
    const step = fc.record({
      mu: coefficient,
      eta: coefficient,
      ofLoss: coefficient,
      ofWeights: coefficient,
    });
    const lengths = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constant(20_011));
    fc.assert(
      fc.property(step, lengths, fc.nat(), fc.boolean(), (step, length, seed, own) => {
        const make = (allocate: (length: number) => Float64Array) =>
          [0, 1, 2].map((i) => {
            const array = allocate(length + (i === 1 ? 0 : 3));
            array.set(numbers(array.length, seed + i));
            return array;
          });
        const foreign = (length: number) => new Float64Array(length);
        const [w, dw, v] = make(own ? kernels.allocate : foreign);
        const [w2, dw2, v2] = make(foreign);
        kernels.momentumStep(step, w, dw, v);
        reference.momentumStep(step, w2, dw2, v2);
        assertEquals([w.slice(), v.slice()], [w2, v2]);
      }),
      { numRuns: 40 },
    );
  });

  test("a step of the weights has the bits of its two parts", (kernels) => {
    const step = { mu: 0.9, eta: 0.1, ofLoss: 1 + 2e-4, ofWeights: 1e-3 };
    const sizes = fc.oneof(
      { arbitrary: shape, weight: 3 },
      { arbitrary: fc.constant({ n: 19, d: 3072, m: 13, seed: 3 }), weight: 1 },
    );
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), ({ seed, ...size }, own, isPixels) => {
        const allocate = own ? kernels.allocate : (length: number) => new Float64Array(length);
        const table = numbers(256, seed);
        const [inParts, inOne] = [0, 1].map((which) => {
          const o = operands(size, seed, allocate);
          const v = allocate(o.w.length + 1);
          v.set(numbers(v.length, seed + 6));
          const bytes = Uint8Array.from(o.x, (value) => 128 * value + 128);
          const x = isPixels ? { bytes, table } : o.x;
          if (which === 1) kernels.weightStep(size, step, o.g, x, o.w, v);
          else {
            kernels.weightGradient(size, o.g, x, o.dw);
            kernels.momentumStep(step, o.w, o.dw, v);
          }
          return [o.w.slice(), v.slice()];
        });
        assertEquals(inOne, inParts);
      }),
      { numRuns: 40 },
    );
  });

  test("ReLU and its derivative have the bits of the reference", (kernels) => {
    const special = fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324);
    const number = fc.oneof(fc.double(), special);
    const pairs = fc.array(fc.tuple(number, number), { maxLength: 30 });
    fc.assert(
      fc.property(pairs, fc.boolean(), (pairs, own) => {
        const make = (allocate: (length: number) => Float64Array) =>
          [0, 1].map((which) => {
            const array = allocate(pairs.length);
            array.set(pairs.map((pair) => pair[which]));
            return array;
          });
        const foreign = (length: number) => new Float64Array(length);
        const [actual, expected] = [make(own ? kernels.allocate : foreign), make(foreign)];
        for (
          const [{ relu, reluGradient }, [s, g]] of [[kernels, actual], [
            reference,
            expected,
          ]] as const
        ) {
          relu(s);
          reluGradient(s, g);
        }
        assertEquals(actual.map((array) => array.slice()), expected);
      }),
    );
  });

  test("loops over columns: the bits of the reference, but for the order of sums", (kernels) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), length, fc.nat(), (n, columns, seed) => {
        const m = columns + 1;
        const run = (backend: Kernels) => {
          const make = (length: number, seed: number) => {
            const array = backend.allocate(length);
            array.set(numbers(length, seed));
            return array;
          };
          const [s, z, g] = [0, 1, 2].map((i) => make(n * m + 3, seed + i));
          const [b, mean, deviation, scale] = [3, 4, 5, 6].map((i) => make(m, seed + i));
          const sums = [0, 1, 2].map(() => new Float64Array(m).fill(NaN));
          deviation.forEach((value, j) => deviation[j] = 1 + value ** 2);
          backend.addRow(n, s, b);
          backend.sumRows(n, s, sums[0]);
          backend.sumProducts(n, s, z, sums[1]);
          backend.sumSquares(n, s, mean, sums[2]);
          backend.normalise(n, s, z, { mean, deviation, scale, shift: b });
          backend.normaliseGradient(n, g, z, { mean, slope: b, scale });
          return { sums, arrays: [s, z, g].map((array) => array.slice()) };
        };
        const [actual, expected] = [run(kernels), run(reference)];
        assertEquals(actual.arrays, expected.arrays);
        for (const [i, sum] of actual.sums.entries()) {
          assertClose(`sum ${i}`, sum, expected.sums[i], 3 * n);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("infinities and NaN stay where they belong", (kernels) => {
    const size = { n: 7, d: 9, m: 6 };
    const o = operands(size, 3, kernels.allocate);
    o.x[2 * size.d + 4] = Infinity;
    o.g[1 * size.m + 3] = NaN;
    const expected = operands(size, 3, (length) => new Float64Array(length));
    expected.x.set(o.x);
    expected.g.set(o.g);
    const finite = (array: Float64Array) => Array.from(array, Number.isFinite);
    const [actual, wanted] = [runAll(kernels, size, o), runAll(reference, size, expected)];
    for (const key of ["s", "dw", "dx"] as const) {
      assertEquals(finite(actual[key]), finite(wanted[key]));
    }
  });

  if (name !== "reference") {
    test("an array too short for its product is refused by name", (kernels) => {
      const size = { n: 2, d: 3, m: 4 };
      const o = operands(size, 1, kernels.allocate);
      const cases: [string, () => void][] = [
        [
          "Found s of length 7, expected at least 8",
          () => kernels.forward(size, o.x, o.w, o.s.subarray(1)),
        ],
        [
          "Found x of length 5",
          () => kernels.forward(size, { bytes: new Uint8Array(5), table: o.x }, o.w, o.s),
        ],
        [
          "Found table of length 6, expected at least 256",
          () => kernels.weightGradient(size, o.g, { bytes: new Uint8Array(6), table: o.x }, o.dw),
        ],
        ["Found dx of length 5", () => kernels.inputGradient(size, o.g, o.w, o.dx.subarray(1))],
        [
          "Found v of length 6",
          () => kernels.momentumStep({ mu: 0, eta: 0, ofLoss: 0, ofWeights: 0 }, o.w, o.dw, o.x),
        ],
        [
          "Found v of length 6",
          () => {
            const step = { mu: 0, eta: 0, ofLoss: 0, ofWeights: 0 };
            kernels.weightStep({ n: 2, d: 3, m: 4 }, step, o.s, o.x, o.w, o.x);
          },
        ],
        ["Found g of length 6", () => kernels.reluGradient(o.w, o.x)],
      ];
      for (const [message, run] of cases) assertThrows(run, RangeError, message);
    });
  }

  test("allocated arrays are zero, and stay valid while more are taken", (kernels) => {
    const first = kernels.allocate(1000);
    assertEquals(first.some((v) => v !== 0), false);
    first.fill(1);
    for (let i = 0; i < 20; i++) assertEquals(kernels.allocate(100_000).at(-1), 0);
    const s = kernels.allocate(1);
    kernels.forward({ n: 1, d: 1000, m: 1 }, first, first, s);
    assertEquals(s[0], 1000);
  });
}

Deno.test("an unknown backend is named with the choices", () => {
  assertThrows(() => openKernels("cuda"), InputError, `Found backend "cuda"`);
  assertThrows(() => openKernels("cuda"), InputError, "native, blas, wasm, reference");
  assertThrows(() => openKernels("wasm", { threads: 0 }), InputError, "Found 0 threads");
});
