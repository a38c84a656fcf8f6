import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { resume, type ResumeProgress } from "klayer/resume.ts";

interface Square {
  readonly of: number;
  readonly square: number;
}

/** Squares numbers, and notes which it was asked for. */
function squares(kept: Square[] = []) {
  const ran: number[] = [];
  const written: Square[] = [];
  const options = {
    keyOf: String,
    keyOfResult: ({ of }: Square) => String(of),
    run: async (of: number): Promise<Square | null> => {
      ran.push(of);
      await Promise.resolve();
      return { of, square: of * of };
    },
    journal: { entries: kept, append: (result: Square) => void written.push(result) },
  };
  return { ran, written, options };
}

const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });

Deno.test("each job runs once, unless its result is kept, and results come in the order of the jobs", () =>
  fc.assert(fc.asyncProperty(numbers, numbers, async (jobs, kept) => {
    const { ran, written, options } = squares(kept.map((of) => ({ of, square: of * of })));
    const results = await resume(jobs, options);
    assertEquals(results.map(({ square }) => square), jobs.map((job) => job * job));
    const expected = [...new Set(jobs)].filter((job) => !kept.includes(job));
    assertEquals(ran, expected);
    assertEquals(new Set(written.map(({ of }) => of)), new Set(expected));
  })));

Deno.test("a failing job stops the others, throws its own error, and loses no result", async () => {
  const { written, options } = squares();
  let isStopped = false;
  const run = async (of: number, { signal }: { readonly signal: AbortSignal }) => {
    if (of === 1) return { of, square: 1 };
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (of === 2) throw new Error("no square");
    while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
    isStopped = true;
    return null;
  };
  await assertRejects(() => resume([1, 2, 3], { ...options, run }), Error, "no square");
  assert(isStopped);
  assertEquals(written, [{ of: 1, square: 1 }]);
});

Deno.test("a result that comes after the stop is a result all the same", async () => {
  const stop = new AbortController();
  const { written, options } = squares();
  const run = (of: number) => {
    stop.abort();
    return Promise.resolve({ of, square: of * of });
  };
  await resume([3], { ...options, run, signal: stop.signal });
  assertEquals(written, [{ of: 3, square: 9 }]);
});

Deno.test("a stop returns what has finished, and counts what was kept", async () => {
  const stop = new AbortController();
  const { options } = squares([{ of: 7, square: 49 }]);
  const seen: ResumeProgress[] = [];
  const results = await resume([7, 1, 2], {
    ...options,
    run: (of) => {
      if (of === 2) stop.abort();
      return Promise.resolve(of === 2 ? null : { of, square: of * of });
    },
    signal: stop.signal,
    onProgress: (at) => seen.push(at),
  });
  assertEquals(results.map(({ of }) => of), [7, 1]);
  assertEquals(seen[0], { done: 0, resumed: 1, total: 2 });
});

Deno.test("a job is reported as done when its result is kept, not before", async () => {
  const { written, options } = squares();
  const onProgress = ({ done }: ResumeProgress) => assert(done <= written.length, `${done} done`);
  await resume([1, 2, 3], { ...options, onProgress });
  assertEquals(written.length, 3);
});
