import { assert, assertEquals, assertThrows } from "@std/assert";
import { DIRECTORY } from "klayer/cifar10/files.ts";
import { InputError } from "klayer/errors.ts";
import { defaultDirectories, findDirectory, projectRoot } from "klayer/locate.ts";
import { blankFiles, inDirectory } from "./cifar10/made_files.ts";

const unset = () => undefined;
const set = (value: string) => (name: string) => name === "CIFAR10_DIR" ? value : undefined;

/** A project below a test's directory: its root, and the places that are looked into. */
function project(directory: string) {
  const root = `${directory}/klayer`;
  return { root, inside: `${root}/data/${DIRECTORY}`, beside: `${directory}/shared/${DIRECTORY}` };
}

Deno.test("the project's root does not depend on the working directory", () => {
  assertEquals(projectRoot(), new URL("..", import.meta.url).pathname.replace(/\/$/, ""));
  assertEquals(defaultDirectories(null), []);
});

Deno.test(
  "findDirectory finds nothing where nothing is",
  inDirectory((directory) => {
    assertEquals(findDirectory({ root: project(directory).root, env: unset }), null);
  }),
);

Deno.test(
  "findDirectory prefers CIFAR10_DIR, then data, then ../shared",
  inDirectory(async (directory) => {
    const { root, inside, beside } = project(directory);
    const own = `${directory}/own`;
    await blankFiles(beside);
    assertEquals(findDirectory({ root, env: unset }), beside);
    await blankFiles(inside);
    assertEquals(findDirectory({ root, env: unset }), inside);
    assertEquals(findDirectory({ root, env: set("") }), inside, "an empty variable is unset");
    await blankFiles(own);
    assertEquals(findDirectory({ root, env: set(own) }), own);
  }),
);

Deno.test(
  "findDirectory never passes over a wrong CIFAR10_DIR",
  inDirectory(async (directory) => {
    const { root, inside } = project(directory);
    await blankFiles(inside);
    const own = `${directory}/own`;
    const find = () => findDirectory({ root, env: set(own) });
    assertThrows(find, InputError, `Found no directory ${own}, which CIFAR10_DIR names`);
    await Deno.writeTextFile(own, "a file");
    assertThrows(find, InputError, `Found no directory ${own}`);
    await Deno.remove(own);
    await Deno.mkdir(own);
    const error = assertThrows(find, InputError, `Found no file ${own}/data_batch_1.bin`);
    assert((error as Error).message.includes("CIFAR10_DIR"));
    await blankFiles(own, { bytes: 7 });
    assertThrows(find, InputError, `Found 7 bytes in ${own}/data_batch_1.bin`);
  }),
);

Deno.test(
  "findDirectory never passes over a damaged directory",
  inDirectory(async (directory) => {
    const { root, inside, beside } = project(directory);
    await blankFiles(beside);
    await blankFiles(inside);
    await Deno.truncate(`${inside}/test_batch.bin`, 30_729_999);
    const find = () => findDirectory({ root, env: unset });
    assertThrows(find, InputError, `Found 30729999 bytes in ${inside}/test_batch.bin`);
    await Deno.remove(`${inside}/test_batch.bin`);
    assertThrows(find, InputError, `Found no file ${inside}/test_batch.bin`);
    const files = ["data_batch_1.bin"] as const;
    assertEquals(findDirectory({ root, env: unset, files }), inside, "if that file is not needed");
  }),
);
