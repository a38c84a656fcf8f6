import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { InputError } from "klayer/errors.ts";
import { encodeNpy, type NpyArray } from "klayer/npy.ts";
import { readNpz, writeNpz } from "klayer/npz.ts";
import { tools } from "./export/project.ts";

const weights = new Map<string, NpyArray>([
  ["W1", { shape: [2, 3], data: new Float64Array([0.1, -0, NaN, Infinity, 5e-324, 1 / 3]) }],
  ["b1", { shape: [2], data: new Float64Array([1, 2]) }],
  ["epoch", { shape: [], data: new Float64Array([7]) }],
  ["words", { shape: [3], data: new Uint32Array([0, 1, 0xffffffff]) }],
  ["nothing", { shape: [0, 3072], data: new Float64Array(0) }],
]);

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const array = fc.tuple(shape, fc.boolean()).chain(([shape, isFloat]) => {
  const length = shape.reduce((product, size) => product * size, 1);
  const range = { minLength: length, maxLength: length };
  const data: fc.Arbitrary<Float64Array | Uint32Array> = isFloat
    ? fc.float64Array(range)
    : fc.uint32Array(range);
  return data.map((data): NpyArray => ({ shape, data }));
});
const names = fc.stringMatching(/^[A-Za-z]\w{0,8}$/);

Deno.test("what is written is read again, bit for bit", () => {
  fc.assert(fc.property(fc.array(fc.tuple(names, array), { maxLength: 5 }), (entries) => {
    const arrays = new Map(entries);
    const found = readNpz(writeNpz(arrays));
    assertEquals([...found.keys()], [...arrays.keys()]);
    for (const [name, { shape, data }] of arrays) {
      assertEquals(found.get(name)!.shape, shape);
      // Bytes, so that -0 is not 0.
      assertEquals(
        new Uint8Array(found.get(name)!.data.buffer),
        new Uint8Array(data.slice().buffer),
      );
    }
  }));
});

Deno.test("the same arrays give the same bytes, and a view of an array only its own", () => {
  assertEquals(writeNpz(weights), writeNpz(weights));
  const data = new Float64Array([1, 2, 3]).subarray(1);
  assertEquals(readNpz(writeNpz(new Map([["b", { shape: [2], data }]]))).get("b")!.data, data);
});

Deno.test("any byte that is changed or cut off is found", () => {
  const whole = writeNpz(weights);
  const equal = (found: Map<string, NpyArray>) =>
    JSON.stringify([...found]) === JSON.stringify([...weights]);
  fc.assert(
    fc.property(
      fc.nat({ max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (place, difference) => {
        const spoilt = whole.slice();
        spoilt[place] ^= difference;
        // A byte without a meaning, such as that of a date, may change; the numbers may not.
        for (const bytes of [spoilt, whole.subarray(0, place)]) {
          try {
            assert(equal(readNpz(bytes)));
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
            assertMatch(error.message, /^[^\n]+$/);
          }
        }
        assertThrows(() => readNpz(whole.subarray(0, place)), InputError);
      },
    ),
    { numRuns: 1000 },
  );
});

/** An archive of one file that pretends to be W1.npy. */
const archive = (content: Uint8Array, level: 0 | 9 = 0, name = "W1.npy") =>
  zipSync({ [name]: content }, { level });

/** A .npy file with this header, and so many bytes of numbers. */
function npy(header: string, bytes = 8, version = [1, 0]): Uint8Array {
  const length = version[0] === 1 ? [header.length & 255, header.length >> 8] : [
    header.length & 255,
    header.length >> 8,
    0,
    0,
  ];
  const head = Uint8Array.from(
    [0x93, ..."NUMPY"].map((c) => typeof c === "number" ? c : c.charCodeAt(0)),
  );
  return new Uint8Array([
    ...head,
    ...version,
    ...length,
    ...new TextEncoder().encode(header),
    ...new Uint8Array(bytes),
  ]);
}
const usual = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n";

Deno.test("headers in any order, of version 2.0 and without the last comma are read", () => {
  const other = "{'shape': (1, 1), 'fortran_order': False, 'descr': '<f8'}  \n";
  for (const file of [npy(usual), npy(usual, 8, [2, 0]), npy(other)]) {
    assertEquals(readNpz(archive(file)).get("W1")!.data, new Float64Array(1));
  }
});

const refused: [string, Uint8Array, RegExp][] = [
  [
    "no archive",
    new TextEncoder().encode("W1 = 0.5, and more of it"),
    /does not end as an archive/,
  ],
  ["an empty file", new Uint8Array(0), /does not end/],
  ["a path", archive(npy(usual), 0, "../../W1.npy"), /name "\.\.\/\.\.\/W1\.npy"/],
  ["an absolute path", archive(npy(usual), 0, "/etc/W1.npy"), /name "\/etc\/W1/],
  ["__proto__", archive(npy(usual), 0, "__proto__.npy"), /__proto__/],
  ["a text file", archive(npy(usual), 0, "read.me"), /"read\.me"/],
  ["a file that is no array", archive(new Uint8Array(100)), /no NumPy array in W1\.npy/],
  ["a version to come", archive(npy(usual, 8, [3, 0])), /version 3\.0/],
  ["objects", archive(npy(usual.replace("<f8", "|O"))), /type \|O/],
  ["structures", archive(npy(usual.replace("'<f8'", "[('a', '<f8')]"))), /type \[/],
  ["float32", archive(npy(usual.replace("<f8", "<f4"))), /type <f4.*astype/],
  ["big-endian numbers", archive(npy(usual.replace("<f8", ">f8"))), /type >f8/],
  ["Fortran order", archive(npy(usual.replace("False", "True"))), /Fortran order.*ascontiguous/],
  ["too few numbers", archive(npy(usual.replace("1,", "2,"))), /8 bytes.*16 for the shape \(2\)/],
  ["too many numbers", archive(npy(usual, 16)), /16 bytes.*8 for the shape/],
  ["a huge shape", archive(npy(usual.replace("1,", "999999999, 999999999"))), /8 bytes of numbers/],
  ["a negative shape", archive(npy(usual.replace("1,", "-1,"))), /unreadable header/],
  ["code in the header", archive(npy(usual.replace("(1,)", "__import__('os')"))), /unreadable/],
  [
    "a header that is too long",
    archive(npy(usual + " ".repeat(20_000))),
    /header of 200\d\d bytes/,
  ],
  ["a header beyond the end", archive(npy(usual, 0).subarray(0, 30)), /header of \d+ bytes/],
];
for (const [name, bytes, message] of refused) {
  Deno.test(`an archive is refused in one line: ${name}`, () => {
    const error = assertThrows(() => readNpz(bytes), InputError);
    assertMatch(error.message, message);
    assertMatch(error.message, /^[^\n]+$/);
  });
}

Deno.test("a zip bomb is refused before it is unpacked, also where it lies about its size", () => {
  const bomb = archive(new Uint8Array(10_000_000), 9);
  assert(bomb.length < 20_000);
  const error = assertThrows(() => readNpz(bomb, { limit: 1_000_000 }), InputError);
  assertMatch(error.message, /10000000 bytes when unpacked, expected at most 1000000/);
  const liar = bomb.slice();
  const view = new DataView(liar.buffer);
  const directory = view.getUint32(liar.length - 6, true);
  view.setUint32(directory + 24, 100, true);
  view.setUint32(22, 100, true);
  assertThrows(() => readNpz(liar, { limit: 1_000_000 }), InputError, "damaged");
  // The same file twice in the directory would be unpacked twice.
  const twice = zipSync({ "W1.npy": npy(usual), "W2.npy": npy(usual) }, { level: 0 });
  const at = new DataView(twice.buffer).getUint32(twice.length - 6, true);
  new DataView(twice.buffer).setUint32(at + 46 + 6 + 42, 0, true);
  twice[at + 46 + 6 + 46 + 1] = "1".charCodeAt(0);
  assertThrows(() => readNpz(twice), InputError, "twice");
});

Deno.test("names and shapes that cannot be are not written", () => {
  const one = { shape: [1], data: new Float64Array(1) };
  for (const name of ["", "1", "a b", "../W1", "_x", "W1.npy"]) {
    assertThrows(() => writeNpz(new Map([[name, one]])), InputError, "name");
  }
  assertThrows(
    () => encodeNpy({ shape: [2, 2], data: new Float64Array(3) }),
    InputError,
    "3 numbers",
  );
});

const { environment, reason } = await tools();
const numpy = { ignore: environment === null };

async function python(code: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(environment!.python, {
    args: ["-c", code, ...args],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test({
  name: `NumPy reads the same bits, and its own archives come back${reason}`,
  ...numpy,
  fn: async () => {
    const directory = await Deno.makeTempDir({ prefix: "klayer-test-" });
    try {
      await Deno.writeFile(`${directory}/ours.npz`, writeNpz(weights));
      const described = await python(
        `
import json, sys, numpy as np
d = sys.argv[1]
z = np.load(d + "/ours.npz", allow_pickle=False)
arrays = {name: z[name] for name in z.files}
np.savez(d + "/stored.npz", **arrays)
np.savez_compressed(d + "/deflated.npz", **arrays)
print(json.dumps({n: [list(a.shape), a.dtype.str, a.tobytes().hex()] for n, a in arrays.items()}))`,
        directory,
      );
      const expected = Object.fromEntries(
        [...weights].map(([name, { shape, data }]) => [name, [
          shape,
          data instanceof Float64Array ? "<f8" : "<u4",
          new Uint8Array(data.buffer).toHex(),
        ]]),
      );
      assertEquals(JSON.parse(described), expected);
      for (const file of ["stored", "deflated"]) {
        const found = readNpz(await Deno.readFile(`${directory}/${file}.npz`));
        assertEquals(writeNpz(found), writeNpz(weights), file);
      }
      assertEquals(Object.keys(unzipSync(writeNpz(weights)))[0], "W1.npy");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
