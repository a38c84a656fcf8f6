/**
 * `deno task coverage`: how many lines of `src/` the tests run; exit code 1 below 95 percent.
 *
 * Counted are the examples and the tests that call `src/` themselves. Those that start commands or
 * kernels, or take minutes, would add time and hardly a line.
 *
 * @module
 */

/** Percent of the lines. */
const LEAST = 95;

/** How many files are named, those first that miss most lines. */
const NAMED = 12;

const SKIPPED =
  /^tests\/(bench|browser|cli|export|faults|mutation|rights)\/|\/(commands|determinism|digits|gradient_checks|notebooks|options|readme|stop)_test\.ts$/;

/** Scripts of workers: V8 counts the lines of the main thread only. The pool's tests run them. */
const WORKERS = [
  "src/kernels/native_rank.ts",
  "src/kernels/wasm_rank.ts",
  "src/report/run_worker.ts",
];

/** A file of `src/` and its lines. */
interface Covered {
  readonly file: string;
  readonly hit: number;
  readonly lines: number;
}

const root = Deno.realPathSync(new URL("..", import.meta.url));
await Deno.mkdir(`${root}/runs`, { recursive: true });
const directory = await Deno.makeTempDir({ dir: `${root}/runs`, prefix: "coverage-" });
try {
  Deno.exitCode = await main();
} finally {
  await Deno.remove(directory, { recursive: true });
}

async function main(): Promise<number> {
  const tests = filesBelow("tests")
    .filter((path) => path.endsWith("_test.ts") && !SKIPPED.test(path));
  const rights = ["read", "write", "env", "run", "sys", "ffi", "net=127.0.0.1"]
    .map((right) => `--allow-${right}`);
  const ran = await deno(
    ...["test", "--quiet", "--no-check", "--no-prompt", "--parallel", "--doc"],
    ...[`--coverage=${directory}`, ...rights, "src", ...tests],
  );
  if (!ran.success) {
    console.error(ran.output);
    console.error("Tests failed, so that nothing is said of their coverage.");
    return 1;
  }
  const report = await deno("coverage", "--lcov", `--include=^file:.*/src/`, directory);
  return tell(readLcov(report.output));
}

/** Prints the table; 1 where there is too little, or a file that nothing loads. */
function tell(files: readonly Covered[]): number {
  const percent = ({ hit, lines }: Omit<Covered, "file">) => lines === 0 ? 100 : 100 * hit / lines;
  const sum = (part: "hit" | "lines") => files.reduce((total, file) => total + file[part], 0);
  const total = percent({ hit: sum("hit"), lines: sum("lines") });
  const missed = files.filter(({ hit, lines }) => hit < lines)
    .toSorted((a, b) => (b.lines - b.hit) - (a.lines - a.hit));
  for (const each of missed.slice(0, NAMED)) {
    const share = `${percent(each).toFixed(0)}%`.padStart(4);
    console.log(
      `${share}  ${String(each.lines - each.hit).padStart(3)} lines missed  ${each.file}`,
    );
  }
  const known = new Set([...files.map(({ file }) => file), ...WORKERS]);
  const unseen = filesBelow("src").filter((path) => path.endsWith(".ts") && !known.has(path))
    .filter((path) => hasCode(Deno.readTextFileSync(`${root}/${path}`)));
  for (const path of unseen) console.log(`  0%  no test loads   ${path}`);
  console.log(`${total.toFixed(2)}% of the ${sum("lines")} lines of src/, expected ${LEAST}%.`);
  return total >= LEAST && unseen.length === 0 ? 0 : 1;
}

/** Whether a module is more than types and exports of others, of which nothing is left to run. */
function hasCode(text: string): boolean {
  return /^(export )?(async )?(const|function|class|let)\b/m.test(text);
}

function readLcov(text: string): Covered[] {
  return text.split("end_of_record\n").flatMap((record) => {
    const path = record.match(/^SF:(.*)$/m)?.[1];
    if (!path?.startsWith(`${root}/src/`)) return [];
    const count = (name: string) => Number(record.match(new RegExp(`^${name}:(\\d+)$`, "m"))?.[1]);
    return [{ file: path.slice(root.length + 1), hit: count("LH"), lines: count("LF") }];
  });
}

async function deno(...args: string[]): Promise<{ success: boolean; output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, output: success ? text(stdout) : text(stdout) + text(stderr) };
}

/** All files in a folder of the project and below, from its root. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  ).sort();
}
