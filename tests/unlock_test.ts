import { assertEquals } from "@std/assert";
import { closeLocked } from "klayer/unlock.ts";

/** Starts one child process after the other, then says so. */
const STARTER = `
  for (let i = 0; i < 300; i++) new Deno.Command("true").outputSync();
  postMessage("done");
`;

Deno.test({
  name: "a file is free at once, even while another thread starts child processes",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const path = await Deno.makeTempFile();
    const worker = new Worker(`data:application/javascript,${encodeURIComponent(STARTER)}`, {
      type: "module",
    });
    let isDone = false;
    worker.onmessage = () => isDone = true;
    let refused = 0;
    while (!isDone) {
      for (let i = 0; i < 100; i++) {
        const file = Deno.openSync(path, { write: true });
        if (!file.tryLockSync(true)) refused++;
        closeLocked(file);
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    worker.terminate();
    await Deno.remove(path);
    assertEquals(refused, 0);
  },
});
