import { assert, assertEquals } from "@std/assert";
import { FILE_NAMES, FILES } from "klayer/cifar10/files.ts";
import { provenanceLine } from "klayer/provenance.ts";

const official = FILE_NAMES.map((name) => ({ name, md5: FILES[name], official: true }));

Deno.test("provenanceLine says that all files are official", () => {
  const line = provenanceLine({ provenance: { kind: "cifar-10", files: official } });
  assertEquals(line, "CIFAR-10 (binary version); all 6 files read are the official ones.");
});

Deno.test("provenanceLine names every file that is not official", () => {
  const files = official.map((file) =>
    /[25]/.test(file.name) ? { ...file, md5: `0${file.name}0`, official: false } : file
  );
  const line = provenanceLine({ provenance: { kind: "cifar-10", files } });
  assert(line.startsWith("CIFAR-10 (binary version); 4 of 6 files read are official;"), line);
  for (const { name, md5, official } of files) {
    const named = line.includes(`${name} is NOT the official file (md5 ${md5},`);
    assertEquals(named, !official, name);
  }
  assert(!line.includes("\n"));
});

Deno.test("provenanceLine of a synthetic data set begins with what it is not", () => {
  const line = provenanceLine({ provenance: { kind: "synthetic", files: [], seed: 17 } });
  assert(line.startsWith("SYNTHETIC STAND-IN, not CIFAR-10:"), line);
  assert(line.includes("seed 17"), line);
});
