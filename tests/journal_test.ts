import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InputError } from "klayer/errors.ts";
import { type Json, openJournal } from "klayer/journal.ts";

const configuration = { plan: "coarse", data: { name: "10k", md5: ["a", "b"] } };

function inDirectory(use: (path: string) => void): void {
  const directory = Deno.makeTempDirSync();
  try {
    use(`${directory}/deep/in/it.jsonl`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const readAny = (value: unknown) => value as Json;

/** What a new process finds. */
function entriesOf(path: string, header: Parameters<typeof openJournal>[1] = configuration) {
  const journal = openJournal(path, header, readAny);
  journal.close();
  return journal.entries;
}

function write(path: string, entries: readonly Json[]): void {
  const journal = openJournal(path, configuration, readAny);
  for (const entry of entries) journal.append(entry);
  journal.close();
}

function refusal(path: string, header: Parameters<typeof openJournal>[1] = configuration): string {
  const { message } = assertThrows(() => openJournal(path, header, readAny), InputError);
  assertStringIncludes(message, path);
  assertEquals(message.includes("\n"), false);
  return message;
}

// JSON has no -0.
const entry = fc.jsonValue({ noUnicodeString: false }).map((value) =>
  JSON.parse(JSON.stringify(value)) as Json
);

Deno.test("what is appended is read again, in its order, over several openings", () =>
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 4 }), { maxLength: 3 }), (openings) =>
      inDirectory((path) => {
        for (const entries of openings) {
          write(path, entries);
        }
        assertEquals(entriesOf(path), openings.flat());
      })),
    { numRuns: 30 },
  ));

Deno.test("a journal cut off at any byte keeps its whole lines and goes on from there", () =>
  inDirectory((path) => {
    const entries = [{ eta: 0.01, note: "η" }, { eta: 0.02, note: "größer" }];
    write(path, entries);
    const whole = Deno.readFileSync(path);
    for (let length = 0; length <= whole.length; length++) {
      const kept = whole.subarray(0, length);
      Deno.writeFileSync(path, kept);
      const lines = kept.filter((byte) => byte === 10).length;
      const before = entries.slice(0, Math.max(0, lines - 1));
      assertEquals(entriesOf(path), before, `cut at ${length}`);
      write(path, [{ after: length }]);
      assertEquals(entriesOf(path), [...before, { after: length }], `cut at ${length}`);
    }
  }));

Deno.test("an entry is in the file as soon as append returns", () =>
  inDirectory((path) => {
    const journal = openJournal(path, configuration, readAny);
    journal.append({ eta: 1 });
    assertEquals(Deno.readTextFileSync(path).split("\n").at(-2), '{"eta":1}');
    journal.close();
  }));

Deno.test("another configuration is refused with the place where it differs", () =>
  inDirectory((path) => {
    write(path, [1]);
    const before = Deno.readTextFileSync(path);
    const others: [Parameters<typeof openJournal>[1], RegExp][] = [
      [{ ...configuration, plan: "fine" }, /plan is "coarse", expected "fine"/],
      [
        { ...configuration, data: { name: "49k", md5: ["a", "b"] } },
        /data\.name is "10k", expected "49k"/,
      ],
      [
        { ...configuration, data: { name: "10k", md5: ["a", "c"] } },
        /data\.md5 is \["a","b"\], expected \["a","c"\]/,
      ],
      [{ ...configuration, backend: "wasm" }, /backend is missing, expected "wasm"/],
      [{ plan: "coarse" }, /data is \{.*\}, expected missing/],
      [{ ...configuration, format: 2 }, /format is 1, expected 2/],
    ];
    for (const [header, message] of others) {
      assert(message.test(refusal(path, header)), `${message}`);
    }
    assertEquals(Deno.readTextFileSync(path), before);
  }));

Deno.test("a file that is no journal is refused and left alone", () =>
  inDirectory((path) => {
    write(path, []);
    for (const text of ["my thesis", "my thesis\n", '{"name":"x"}\n', "[]\n", "null\n7\n"]) {
      Deno.writeTextFileSync(path, text);
      assertStringIncludes(refusal(path), "not a journal of klayer");
      assertEquals(Deno.readTextFileSync(path), text);
    }
  }));

Deno.test("a damaged line in the middle is refused by its number", () =>
  inDirectory((path) => {
    write(path, [1, 2, 3]);
    const lines = Deno.readTextFileSync(path).split("\n");
    lines[2] = "{2";
    Deno.writeTextFileSync(path, lines.join("\n"));
    assertStringIncludes(refusal(path), "damaged line 3");
    lines[2] = "2";
    Deno.writeTextFileSync(path, lines.join("\n"));
    const read = (value: unknown) => {
      if (value === 3) throw new Error("three is not allowed");
      return value;
    };
    const { message } = assertThrows(() => openJournal(path, configuration, read), InputError);
    assertStringIncludes(message, "damaged line 4");
    assertStringIncludes(message, "three is not allowed");
  }));

Deno.test("a journal in use is refused until it is closed", () =>
  inDirectory((path) => {
    const first = openJournal(path, configuration, readAny);
    assertStringIncludes(refusal(path), "in use");
    first.append(1);
    first.close();
    assertEquals(entriesOf(path), [1]);
  }));

Deno.test("what cannot be opened is said in one line", () => {
  const directory = Deno.makeTempDirSync();
  try {
    refusal(directory);
    Deno.writeTextFileSync(`${directory}/file`, "");
    refusal(`${directory}/file/below.jsonl`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test({
  name: "an entry that does not fit on the disk fails by name, and the next one is whole",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inDirectory((path) => {
      write(path, [1]);
      const journal = openJournal(path, configuration, readAny);
      // A device that is always full, in the place of writing.
      const { writeSync } = Deno.FsFile.prototype;
      try {
        Deno.FsFile.prototype.writeSync = function (bytes: Uint8Array) {
          writeSync.call(this, bytes.subarray(0, 3));
          throw new Error("No space left on device (os error 28)");
        };
        const { message } = assertThrows(() => journal.append({ eta: 2 }), InputError);
        assertStringIncludes(message, "No space left");
        assertStringIncludes(message, path);
      } finally {
        Deno.FsFile.prototype.writeSync = writeSync;
      }
      journal.append(3);
      journal.close();
      assertEquals(entriesOf(path), [1, 3]);
    }),
});
