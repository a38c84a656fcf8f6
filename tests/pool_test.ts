import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { openPool } from "klayer/pool.ts";

/** A worker that counts to its job's number, 10 ms a step, and fails as it is told. */
const script = new URL(
  "data:text/javascript," + encodeURIComponent(`
    import { serveJobs } from "${new URL("../src/pool_worker.ts", import.meta.url)}";
    import process from "node:process";
    import { InputError } from "${new URL("../src/errors.ts", import.meta.url)}";
    serveJobs(async ({ count, fail, shared }, onProgress, signal) => {
      if (fail === "error") throw new Error("no such luck");
      if (fail === "input") throw new InputError("Found 7, expected 8.");
      if (fail === "exit") process.exit(3);
      if (fail === "uncaught") setTimeout(() => { throw new Error("out of the blue"); });
      if (shared) Atomics.add(shared, 0, 1);
      for (let i = 1; i <= count; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        onProgress(i);
        if (signal.aborted) return { counted: i, stopped: true };
      }
      return { counted: count, stopped: false };
    });
  `),
);

interface Job {
  count: number;
  fail?: "error" | "input" | "exit" | "uncaught";
  shared?: Int32Array;
}

async function withPool(
  size: number,
  use: (
    pool: ReturnType<typeof openPool<Job, number, { counted: number; stopped: boolean }>>,
  ) => Promise<void>,
): Promise<void> {
  const pool = openPool<Job, number, { counted: number; stopped: boolean }>(script, { size });
  try {
    await use(pool);
  } finally {
    await pool.close();
  }
}

Deno.test("every job gets its own result and progress", () =>
  withPool(2, async (pool) => {
    const jobs = [3, 1, 4, 1, 5];
    const progress: number[][] = jobs.map(() => []);
    const results = await Promise.all(jobs.map((count, i) =>
      pool.run({ count }, { name: `job ${i}`, onProgress: (at) => progress[i].push(at) })
    ));
    assertEquals(
      results.map(({ counted }) =>
        counted
      ),
      jobs,
    );
    assertEquals(progress, jobs.map((count) => Array.from({ length: count }, (_, i) => i + 1)));
  }));

Deno.test("shared memory is shared with the workers", () =>
  withPool(2, async (pool) => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    await Promise.all([1, 2, 3].map((i) => pool.run({ count: 1, shared }, { name: `job ${i}` })));
    assertEquals(shared[0], 3);
  }));

Deno.test("an error names its job and leaves the others alone", () =>
  withPool(2, async (pool) => {
    const good = [2, 3].map((count) => pool.run({ count }, { name: "good" }));
    const bad = pool.run({ count: 1, fail: "error" }, { name: "eta = 7" });
    const wrong = pool.run({ count: 1, fail: "input" }, { name: "eta = 8" });
    await assertRejects(() => bad, Error, "eta = 7: no such luck");
    await assertRejects(() => wrong, InputError, "eta = 8: Found 7, expected 8.");
    assertEquals((await Promise.all(good)).map(({ counted }) => counted), [2, 3]);
    assertEquals((await pool.run({ count: 1 }, { name: "later" })).counted, 1);
  }));

for (const fail of ["exit", "uncaught"] as const) {
  Deno.test(`a worker that dies (${fail}) fails its job by name and is replaced`, () =>
    withPool(1, async (pool) => {
      const bad = pool.run({ count: 100, fail }, { name: "eta = 9" });
      const after = pool.run({ count: 2 }, { name: "after" });
      await assertRejects(() => bad, Error, "eta = 9: the worker");
      assertEquals((await after).counted, 2);
    }));
}

Deno.test("a running job that is stopped returns what it has; a waiting one is given up", () =>
  withPool(1, async (pool) => {
    const abort = new AbortController();
    const { signal } = abort;
    const running = pool.run({ count: 500 }, {
      name: "running",
      signal,
      onProgress: (at) => at === 2 && abort.abort(),
    });
    const waiting = pool.run({ count: 1 }, { name: "waiting", signal });
    const unrelated = pool.run({ count: 1 }, { name: "unrelated" });
    await assertRejects(() => waiting, Error, "waiting: stopped on request before it began");
    const { counted, stopped } = await running;
    assert(stopped && counted < 100, `counted ${counted}`);
    assertEquals(await unrelated, { counted: 1, stopped: false });
  }));

Deno.test("a closed pool refuses jobs and fails those that wait", async () => {
  const pool = openPool<Job, number, unknown>(script, { size: 1 });
  const jobs = [pool.run({ count: 500 }, { name: "a" }), pool.run({ count: 1 }, { name: "b" })];
  const settled = Promise.allSettled(jobs);
  await pool.close();
  assertEquals((await settled).map(({ status }) => status), ["rejected", "rejected"]);
  await assertRejects(() => pool.run({ count: 1 }, { name: "late" }), Error, "the pool is closed");
});
