import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { blasKernels } from "klayer/kernels/blas.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { availableBackends } from "./available.ts";

const { ignore } = availableBackends.find(({ name }) => name === "blas")!;

Deno.test({
  name: "blas: its name says which library",
  ignore,
  fn: () => assertMatch(openKernels("blas").name, /^blas \(.+\)$/),
});

Deno.test({
  name: "blas: a library that is none is passed over",
  ignore: ignore || Deno.build.os !== "linux",
  fn: () => {
    assertThrows(() => blasKernels(["libc.so.6"]), InputError, "Found no BLAS library");
    assertThrows(() => blasKernels([import.meta.filename!]), InputError, "Found no BLAS library");
  },
});

Deno.test("without permission for machine code: portable, with one line that says so", async () => {
  const program = `
    import { openKernels } from "klayer/kernels/mod.ts";
    const { name, notice } = openKernels();
    console.log(JSON.stringify([name, notice]));
  `;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--no-prompt", "--config", "deno.json", "-"],
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(30_000),
  }).spawn();
  const writer = command.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout } = await command.output();
  const [name, notice] = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(name, "wasm");
  assertMatch(notice, /^Using WebAssembly\. Found no permission to call a BLAS, .+\.$/);
});
