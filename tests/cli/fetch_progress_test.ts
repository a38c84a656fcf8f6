import { assert, assertEquals } from "@std/assert";
import { fetchProgress, progressText } from "../../cli/fetch_progress.ts";

/** A terminal, or a log, with a clock that a test sets. */
function recorder(isTerminal: boolean) {
  let time = 0;
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  const at = (ms: number) => time = ms;
  return { isTerminal, write, now: () => time, written, at };
}

const MB = 1e6;

Deno.test("the progress line has stage, percent, megabytes, speed and time left", () => {
  assertEquals(
    progressText({ stage: "download", done: 42.5 * MB, total: 170 * MB }, 0.5 * MB),
    "Downloading  25%, 42.5 of 170.0 MB, 0.50 MB/s, 4 min 15 s left",
  );
  assertEquals(
    progressText({ stage: "verify", done: 169 * MB, total: 170 * MB }, 2 * MB),
    "Verifying  99%, 169.0 of 170.0 MB, 2.0 MB/s, 1 s left",
  );
  assertEquals(
    progressText({ stage: "extract", done: 170 * MB, total: 170 * MB }, 5 * MB),
    "Unpacking 100%, 170.0 of 170.0 MB",
  );
});

Deno.test("a terminal gets one line per stage, redrawn ten times a second at most", () => {
  const terminal = recorder(true);
  const progress = fetchProgress(terminal);
  for (let ms = 0; ms <= 1000; ms++) {
    terminal.at(ms);
    progress({ stage: "download", done: ms * 1000, total: MB });
  }
  progress({ stage: "verify", done: 0, total: MB });
  assertEquals(terminal.written.filter((text) => text === "\n").length, 1);
  const drawn = terminal.written.filter((text) => text.startsWith("\r"));
  assertEquals(drawn.length, 12);
  assert(
    drawn[5].includes("[============            ] Downloading  50%, 0.50 of 1.0 MB"),
    drawn[5],
  );
  assert(drawn[5].includes("1.0 MB/s, 1 s left"), drawn[5]);
  assert(drawn[11].includes("Verifying   0%"), drawn[11]);
});

Deno.test("a log gets a plain line each ten percent", () => {
  const log = recorder(false);
  const progress = fetchProgress(log);
  for (let done = 0; done <= 1000; done++) progress({ stage: "extract", done, total: 1000 });
  assertEquals(log.written.length, 11);
  assert(log.written.every((text) => /^Unpacking +\d+0?%[^\r]*\n$/.test(text)));
});

Deno.test("the speed of a resumed download counts the new bytes only", () => {
  const log = recorder(false);
  const progress = fetchProgress(log);
  progress({ stage: "download", done: 80 * MB, total: 100 * MB });
  log.at(10_000);
  progress({ stage: "download", done: 90 * MB, total: 100 * MB });
  assertEquals(log.written[1], "Downloading  90%, 90.0 of 100.0 MB, 1.0 MB/s, 10 s left\n");
});

Deno.test("a download that starts again shows as a new one", () => {
  const log = recorder(false);
  const progress = fetchProgress(log);
  progress({ stage: "download", done: 50, total: 100 });
  progress({ stage: "download", done: 10, total: 100 });
  assertEquals(log.written.map((text) => text.match(/\d+%/)![0]), ["50%", "10%"]);
});
