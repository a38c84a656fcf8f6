import { assert, assertEquals, assertMatch } from "@std/assert";
import { findDirectory } from "klayer/locate.ts";
import { requests } from "../../export/requests.ts";

const root = new URL("../../", import.meta.url);
const directory = findDirectory();
const real = { ignore: directory === null };
const reason = real.ignore ? " (needs CIFAR-10: none found)" : "";

function command(program: string, args: string[], cwd: string | URL = root) {
  return new Deno.Command(Deno.execPath(), {
    // deno-fmt-ignore
    args: [
      "run", "--quiet", "--allow-read", "--allow-write", "--allow-env", "--allow-ffi",
      new URL(`cli/${program}.ts`, root).pathname, ...args,
    ],
    cwd,
    env: { NO_COLOR: "1", ...directory === null ? {} : { CIFAR10_DIR: directory } },
    stdout: "piped",
    stderr: "piped",
  });
}

async function klayer(program: string, ...args: string[]) {
  const { code, stdout, stderr } = await command(program, args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

async function json(program: string, ...args: string[]) {
  const { code, stdout, stderr } = await klayer(program, ...args, "--json");
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const made = await Deno.makeTempDir({ prefix: "klayer-test-" });
  try {
    await test(made);
  } finally {
    await Deno.remove(made, { recursive: true });
  }
}

const small = ["--hidden", "8", "--eta", "0.02", "--limit", "400", "--batch-norm"];
const withoutTimes = ({ seconds: _, folder: __, config, ...rest }: Record<string, unknown>) => ({
  ...rest,
  config: { ...config as object, epochs: 0 },
});

Deno.test({
  name: `a run is saved, resumed, evaluated and compared; nothing differs from one go${reason}`,
  ...real,
  fn: () =>
    inFolder(async (made) => {
      const whole = await json("train", ...small, "--epochs", "4", "--save", `${made}/whole`);
      await json("train", ...small, "--epochs", "2", "--save", `${made}/parts`);
      const parts = await json("train", "--resume", `${made}/parts`, "--epochs", "4");
      assertEquals(withoutTimes(parts), withoutTimes(whole));
      assertEquals(parts.config.epochs, 4);

      const names = [...Deno.readDirSync(`${made}/parts`)].map(({ name }) => name).sort();
      assertEquals(names, [".lock", "index.html", "run.json", "run.npz"]);
      const saved = JSON.parse(await Deno.readTextFile(`${made}/parts/run.json`));
      assertEquals(withoutTimes(saved), withoutTimes(whole));

      const page = await Deno.readTextFile(`${made}/parts/index.html`);
      assertEquals(requests(page), []);
      assertMatch(page, /Content-Security-Policy/);
      assertMatch(page, /<h1>Run parts<\/h1>/);
      assert(page.includes(`${whole.best.validationAccuracy.toFixed(2)}%`));
      assertEquals(page.match(/<img /g)?.length, 2);

      const best = await json("evaluate", `${made}/parts`);
      assertEquals(best.test, whole.test);
      assertEquals(best.validation.accuracy, whole.best.validationAccuracy);
      const last = await json("evaluate", `${made}/parts`, "--network", "last");
      assertEquals(last.training.cost, whole.trainCost.at(-1));
      assertEquals(last.validation.cost, whole.validationCost.at(-1));
      assertEquals(last.training.accuracy, whole.trainAccuracy.at(-1));

      // The configuration that is printed describes the same run; what is typed wins.
      await Deno.writeTextFile(`${made}/config.json`, JSON.stringify(whole));
      const again = await json("train", "--config", `${made}/config.json`);
      assertEquals(withoutTimes(again), withoutTimes(whole));
      const other = ["--no-batch-norm", "--epochs", "3", "--save", `${made}/plain`];
      const plain = await json("train", "--config", `${made}/config.json`, ...other);
      assertEquals([plain.config.batchNorm, plain.trainCost.length], [false, 3]);

      const folders = [`${made}/whole`, `${made}/plain`];
      const compared = await json("compare", ...folders, "--page", `${made}/compare.html`);
      assertEquals(compared.differences, [{ name: "batchNorm", values: ["true", "false"] }]);
      assertEquals(compared.runs[1].trainCost, plain.trainCost);
      const both = await Deno.readTextFile(`${made}/compare.html`);
      assertEquals(requests(both), []);
      assertEquals(both.match(/<img /g)?.length, 4);
      const { stdout } = await klayer("compare", ...folders);
      assertMatch(stdout, /batchNorm +true +false\n/);
      assertMatch(stdout, new RegExp(`training cost, last +${whole.trainCost[3].toFixed(4)} `));
    }),
});

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  Deno.test({
    name: `a run that is ended by ${signal} goes on to the bits of an undisturbed one${reason}`,
    ignore: real.ignore || Deno.build.os === "windows",
    fn: () =>
      inFolder(async (made) => {
        const long = [...small, "--epochs", "60"];
        const process = command("train", [...long, "--save", `${made}/a`]).spawn();
        const output = process.output();
        let epochs = 0;
        for (let i = 0; epochs < 3 && i < 2000; i++) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          const text = await Deno.readTextFile(`${made}/a/run.json`).catch(() => "{}");
          epochs = JSON.parse(text).trainCost?.length ?? 0;
        }
        process.kill(signal);
        const { code, stderr } = await output;
        const message = new TextDecoder().decode(stderr);
        if (signal === "SIGINT" && code !== 0) {
          assertEquals(code, 130, message);
          assertMatch(message, new RegExp(`--resume ${made}/a goes on`));
          const broken = JSON.parse(await Deno.readTextFile(`${made}/a/run.json`));
          assertEquals(broken.stopped, null);
          assert(broken.test.movingAverage > 0);
        }
        const whole = await json("train", ...long);
        const rest = code === 0
          ? JSON.parse(await Deno.readTextFile(`${made}/a/run.json`))
          : await json("train", "--resume", `${made}/a`);
        assertEquals(withoutTimes(rest), withoutTimes(whole));
      }),
  });
}

Deno.test({
  name: `what cannot go on, be saved, evaluated or compared is refused in one line${reason}`,
  ...real,
  fn: () =>
    inFolder(async (made) => {
      const a = `${made}/a`;
      await json("train", ...small, "--epochs", "1", "--save", a);
      await Deno.writeTextFile(`${made}/bad.json`, '{"hidden": [50], "eta": }');
      await Deno.writeTextFile(`${made}/odd.json`, '{"hidden": [50], "etas": 1}');
      const run = JSON.parse(await Deno.readTextFile(`${a}/run.json`));
      await Deno.mkdir(`${made}/other`);
      await Deno.copyFile(`${a}/run.npz`, `${made}/other/run.npz`);
      run.dataset.files[0].md5 = "0".repeat(32);
      await Deno.writeTextFile(`${made}/other/run.json`, JSON.stringify(run));
      await Deno.mkdir(`${made}/elsewhere`);
      await Deno.copyFile(`${a}/run.npz`, `${made}/elsewhere/run.npz`);
      const foreign = { ...run, backend: "wasm (of another world)" };
      await Deno.writeTextFile(`${made}/elsewhere/run.json`, JSON.stringify(foreign));
      const refused: [string, string[], RegExp][] = [
        ["train", [...small, "--epochs", "1", "--save", a], /a run in .*--resume/],
        ["train", [...small, "--epochs", "1", "--save", made], /where the run is to be saved/],
        ["train", ["--resume", made], /no saved run/],
        ["train", ["--resume", a], /a run of 1 epochs and epochs = 1/],
        ["train", ["--resume", a, "--eta", "1"], /--eta beside --resume/],
        ["train", ["--resume", a, "--save", a], /--save beside --resume/],
        ["train", ["--resume", a, "--epochs", "0.5"], /epochs = 0\.5/],
        ["train", ["--resume", `${made}/other`, "--epochs", "2"], /Found the images .*began with/],
        ["train", ["--resume", `${made}/elsewhere`, "--epochs", "2"], /backend wasm here.*world/],
        ["train", ["--config", `${made}/none.json`], /no file .*none\.json/],
        ["train", ["--config", `${made}/bad.json`], /no JSON in .*bad\.json/],
        ["train", ["--config", `${made}/odd.json`], /"etas" in .*odd\.json/],
        ["train", ["--batch-norm", "--no-batch-norm"], /--batch-norm and --no-batch-norm/],
        ["evaluate", [], /0 folders/],
        ["evaluate", [made], /no saved run/],
        ["evaluate", [a, "--network", "first"], /--network first.*best, last/],
        ["compare", [a], /1 folders/],
        ["compare", [a, made], /no saved run/],
        ["compare", [a, a, "--page", `${made}/page.txt`], /page\.txt.*\.html/],
      ];
      const results = await Promise.all(refused.map(([program, args]) => klayer(program, ...args)));
      for (const [i, [, args, message]] of refused.entries()) {
        const { code, stdout, stderr } = results[i];
        assertEquals([code, stdout], [2, ""], `${args}: ${stderr}`);
        assertMatch(stderr, /^error: [^\n]+\n$/);
        assertMatch(stderr, message);
      }
    }),
});
