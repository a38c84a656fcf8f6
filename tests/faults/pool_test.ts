import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "klayer/errors.ts";
import { openPool, type PoolOptions } from "klayer/pool.ts";
import { fault } from "./fault.ts";

/** A worker that does what its job says, good and bad. */
const script = new URL(
  "data:text/javascript," + encodeURIComponent(`
    import { serveJobs } from "${new URL("../../src/pool_worker.ts", import.meta.url)}";
    import process from "node:process";
    const jobs = {
      good: () => 7,
      slow: () => new Promise((resolve) => setTimeout(() => resolve(7), 60)),
      throws: () => { throw new TypeError("no such luck"); },
      nothing: () => { throw null; },
      exits: () => process.exit(3),
      silent: () => new Promise(() => {}),
      stuck: () => { for (;;); },
      late: () => { setTimeout(() => { throw new Error("late"); }, 30); return 7; },
      lateExit: () => { setTimeout(() => process.exit(1), 30); return 7; },
      uncloneable: () => () => {},
      array: () => new Float64Array(2 ** 52),
      talks: async (say) => {
        for (let i = 0; i < 12; i++) {
          await new Promise((resolve) => setTimeout(resolve, 200));
          say(i);
        }
        return 7;
      },
    };
    serveJobs(async (job, onProgress) => await jobs[job](onProgress));
  `),
);

type Pool = ReturnType<typeof openPool<string, number, number>>;

async function withPool(options: PoolOptions, use: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = openPool<string, number, number>(script, options);
  try {
    await use(pool);
  } finally {
    await pool.close();
  }
}

/** Job, and how it fails by name. The job that waits behind it, and the one after that, succeed. */
const failures: [job: string, what: string, message: RegExp][] = [
  ["throws", "throws", /^eta = 7: no such luck$/],
  ["nothing", "throws nothing", /^eta = 7: it threw null$/],
  ["exits", "ends", /^eta = 7: the worker ended before the job did, expected a result; run it/],
  ["silent", "never answers", /^eta = 7: the worker said nothing for 2 s/],
  ["stuck", "computes for ever", /^eta = 7: the worker said nothing for 2 s/],
  ["uncloneable", "returns what cannot be sent", /^eta = 7: .*could not be cloned/],
  ["array", "asks for an array that is too large", /^eta = 7: .*array/i],
];
for (const [job, what, message] of failures) {
  fault(
    `a worker that ${what}: its job fails by name, the others come back`,
    () =>
      withPool({ size: 1, silenceSeconds: job[0] === "s" ? 2 : 60 }, async (pool) => {
        const jobs = [job, "good", "slow"].map((job) => pool.run(job, { name: "eta = 7" }));
        const [failed, ...others] = await Promise.allSettled(jobs);
        assert(
          failed.status === "rejected" && message.test(failed.reason.message),
          Deno.inspect(failed),
        );
        for (const other of others) assertEquals(other, { status: "fulfilled", value: 7 });
      }),
  );
}

for (const job of ["late", "lateExit"]) {
  fault(
    `a worker that dies after its job (${job}) is not given another one`,
    () =>
      withPool({ size: 1 }, async (pool) => {
        assertEquals(await pool.run(job, { name: "first" }), 7);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        assertEquals(await pool.run("good", { name: "second" }), 7);
      }),
  );
}

fault(
  "a worker that speaks now and then is not given up",
  () =>
    withPool({ size: 1, silenceSeconds: 1.5 }, async (pool) => {
      assertEquals(await pool.run("talks", { name: "slow but alive" }), 7);
    }),
);

fault(
  "a progress callback that throws fails its job, not the process",
  () =>
    withPool({ size: 1 }, async (pool) => {
      const onProgress = () => {
        throw new Error("the screen is gone");
      };
      await assertRejects(
        () => pool.run("talks", { name: "a", onProgress }),
        Error,
        "screen is gone",
      );
      assertEquals(await pool.run("good", { name: "b" }), 7);
    }),
);

fault("a worker script that is missing fails every job by name", async (directory) => {
  const pool = openPool<string, number, number>(new URL(`file://${directory}/none.ts`), {
    size: 1,
  });
  for (const name of ["a", "b"]) {
    await assertRejects(() => pool.run("good", { name }), InputError, `${name}: the worker`);
  }
  await pool.close();
});
