import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { jupyterVariables, kernelSpec } from "../../export/jupyter_files.ts";
import { ensureEnvironment, type Environment, environmentAt } from "../../export/python.ts";
import { InputError } from "klayer/errors.ts";

const unix = { ignore: Deno.build.os === "windows" };

/** A stand-in for python3 that notes what it is asked for; `answer` is what it says of itself. */
const fakePython = (answer: string, pip: string) =>
  `#!/bin/sh
case "$1 $2" in
  "-c "*) echo '${answer}' ;;
  "-m venv") echo venv >> "$LOG"
    mkdir -p "$3/bin" "$3/lib/python3.12/site-packages/Some_Tool-1.0.dist-info"
    cp "$0" "$3/bin/python" ;;
  "-m pip") echo pip >> "$LOG"; ${pip} ;;
esac
`;

/** A project of its own, and a PATH on which python3 is a fake. */
interface Project {
  readonly root: string;
  readonly ensure: (say?: (line: string) => void) => Promise<Environment>;
  /** What the fake was asked for. */
  readonly log: () => string;
}

/** Runs `test`; with `alone` nothing but the fake is on PATH. */
async function withPython(
  script: string | null,
  test: (project: Project) => Promise<void>,
  alone = false,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "klayer-test-" });
  try {
    await Deno.writeTextFile(`${root}/requirements.txt`, "-c constraints.txt\nsome-tool==1.0\n");
    await Deno.writeTextFile(`${root}/constraints.txt`, "other-tool==2.0\n");
    await Deno.writeTextFile(`${root}/log`, "");
    await Deno.mkdir(`${root}/bin`);
    if (script !== null) await Deno.writeTextFile(`${root}/bin/python3`, script, { mode: 0o755 });
    const path = alone ? `${root}/bin` : `${root}/bin:/usr/bin:/bin`;
    await test({
      root,
      ensure: (say = () => {}) => ensureEnvironment(root, say, { PATH: path, LOG: `${root}/log` }),
      log: () => Deno.readTextFileSync(`${root}/log`).replaceAll("\n", " ").trim(),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const good = '{"version": [3, 12, 1], "venv": true}';

Deno.test({
  name: "the environment is made once, and again when it is broken, half made or out of date",
  ...unix,
  fn: () =>
    withPython(fakePython(good, "true"), async ({ root, ensure, log }) => {
      const said: string[] = [];
      const { python, directory } = await ensure((line) => said.push(line));
      assertEquals(log(), "venv pip");
      await ensure((line) => said.push(line));
      assertEquals([log(), said.length], ["venv pip", 1]);

      const breakages = [
        () => Deno.remove(python),
        () => Deno.remove(`${directory}/klayer-stamp`),
        () => Deno.remove(`${directory}/lib`, { recursive: true }),
        () => Deno.writeTextFile(`${root}/constraints.txt`, "other-tool==3.0\n"),
        () => Deno.remove(directory, { recursive: true }),
      ];
      for (const [index, spoil] of breakages.entries()) {
        await spoil();
        await ensure();
        assertEquals(log(), "venv pip ".repeat(index + 2).trim());
      }
    }),
});

Deno.test({
  name: "a link in the place of the environment is refused, and what it leads to is left alone",
  ...unix,
  fn: () =>
    withPython(fakePython(good, "true"), async ({ root, ensure, log }) => {
      await Deno.mkdir(`${root}/elsewhere`);
      await Deno.writeTextFile(`${root}/elsewhere/klayer-stamp`, "another");
      await Deno.symlink(`${root}/elsewhere`, `${root}/.venv`);
      await assertRejects(() => ensure(), InputError, "is a link");
      assertEquals(await Deno.readTextFile(`${root}/elsewhere/klayer-stamp`), "another");
      assertEquals(log(), "");
    }),
});

Deno.test({
  name: "set-up that fails says why in one line, and is tried again the next time",
  ...unix,
  fn: () =>
    withPython(fakePython(good, "echo 'ERROR: no such tool' >&2; exit 1"), async (project) => {
      const { ensure, log } = project;
      const error = await assertRejects(() => ensure(), InputError, "ERROR: no such tool");
      assertEquals(error.message.includes("\n"), false);
      await assertRejects(() => ensure(), InputError);
      assertEquals(log(), "venv pip venv pip");
    }),
});

const unusable: [string, string | null, RegExp][] = [
  ["no Python", null, /^Found no python3 on PATH; expected Python 3\.11 or newer/],
  ["an old Python", '{"version": [3, 9, 2], "venv": true}', /Python 3\.9\.2, which is too old/],
  ["Python without venv", '{"version": [3, 12, 1], "venv": false}', /no venv module or no pip/],
];
for (const [name, answer, message] of unusable) {
  Deno.test({
    name: `${name} is a one-line error`,
    ...unix,
    fn: () =>
      // What else this machine has on /usr/bin must not help out.
      withPython(answer && fakePython(answer, "true"), async ({ ensure }) => {
        const error = await assertRejects(() => ensure(), InputError);
        assertMatch(error.message, message);
        assertEquals(error.message.includes("\n"), false);
      }, true),
  });
}

Deno.test({
  name: "the kernelspec runs this Deno, and is corrected when it names another",
  ...unix,
  fn: () =>
    withPython(fakePython(good, "true"), async ({ ensure }) => {
      const { directory } = await ensure();
      const path = `${directory}/share/jupyter/kernels/deno/kernel.json`;
      const expected = {
        argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
        display_name: "Deno",
        env: { NO_COLOR: "1" },
        interrupt_mode: "signal",
        language: "typescript",
      };
      assertEquals(JSON.parse(await Deno.readTextFile(path)), expected);
      await Deno.writeTextFile(path, JSON.stringify(kernelSpec("/elsewhere/deno")));
      await ensure();
      assertEquals(JSON.parse(await Deno.readTextFile(path)), expected);
    }),
});

Deno.test("Jupyter keeps to the project's own directory, on Windows, too", () => {
  const environment = environmentAt("C:/project", "windows");
  assertEquals(environment.python, "C:/project/.venv/Scripts/python.exe");
  const paths = Object.entries(jupyterVariables(environment.directory))
    .filter(([name]) => /^JUPYTER_(PATH|\w+_DIR)$|^IPYTHONDIR$/.test(name));
  assertEquals(paths.length, 5);
  for (const [, path] of paths) assertMatch(path, /^C:\/project\/\.venv\//);
});
