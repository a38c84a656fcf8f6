import { assert, assertEquals, assertMatch } from "@std/assert";
import { PARTS, type Result } from "../../bench/parts.ts";

const root = new URL("../../", import.meta.url);

async function klayerBench(args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "bench", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const impossible: [string, string[], RegExp][] = [
  ["an unknown option", ["--fast"], /"--fast".*--quick/],
  ["half a round", ["--rounds", "0.5"], /--rounds 0\.5.*whole number/],
  ["no rounds", ["--rounds", "0"], /--rounds 0.*whole number/],
  ["three threads", ["--threads", "3"], /--threads 3.*1 to [12]/],
  ["an unknown part", ["--parts", "plain,speed"], /--parts speed.*batch-norm/],
  ["a JSON in no folder", ["--json", "/nowhere/b.json"], /--json \/nowhere\/b\.json.*folder/],
  ["a figure out of its reach", ["--figure", "/usr/speed.svg"], /--figure .*runs or in \/tmp/],
  ["a folder as a figure", ["--figure", "."], /--figure \. *,.*file/],
];
for (const [name, args, message] of impossible) {
  Deno.test(`deno task bench refuses ${name} in one line, with exit code 2`, async () => {
    const { code, stdout, stderr } = await klayerBench(args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, /^error: [^\n]+\n$/);
    assertMatch(stderr, message);
  });
}

Deno.test("deno task bench --quick measures every part and writes what it measured", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [json, figure] = [`${folder}/bench.json`, `${folder}/bench.svg`];
    const args = ["--quick", "--rounds", "1", "--threads", "1", "--json", json, "--figure", figure];
    const { code, stdout, stderr } = await klayerBench(args);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /load average/);
    assertMatch(stdout, /QUICK/);
    const { machine, results } = JSON.parse(await Deno.readTextFile(json));
    assertMatch(machine.numpy, /^NumPy \d/);
    assertEquals([...new Set(results.map(({ part }: Result) => part))], [...PARTS]);
    for (const { part, rows } of results as Result[]) {
      const names = rows.map(({ name }) => name);
      assert(names.some((name) => name.startsWith("NumPy")), `${part}: ${names}`);
      assert(part === "peak" || names.some((name) => name.startsWith("klayer")), part);
      for (const { values, median } of rows) assert(values.length === 1 && median > 0);
    }
    assertMatch(await Deno.readTextFile(figure), /^<svg .*<\/svg>\n$/s);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
