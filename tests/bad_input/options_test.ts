import { assert } from "@std/assert";
import fc from "fast-check";
import { openKernels } from "klayer/kernels/mod.ts";
import { configOptions, fillConfig } from "klayer/report/run_config.ts";
import { trainOptions } from "klayer/report/spec.ts";
import { checkOptions } from "klayer/run.ts";
import { drawTrials } from "klayer/search.ts";
import { imagesToTrain } from "../../cli/load_images.ts";
import { readSearchConfig } from "../../cli/search_config.ts";
import { readTrainCommand } from "../../cli/train_config.ts";
import { readOrRefusal, refused } from "./refusal.ts";

/** As `deno task train` before it looks for data. */
function train(args: readonly string[]) {
  const config = fillConfig(readTrainCommand(args).entries);
  checkOptions(configOptions(config), imagesToTrain(config));
  openAsked(config);
  return config;
}

/** As `deno task search` before it looks for data. */
function search(args: readonly string[]) {
  const { config } = readSearchConfig(args);
  const [trial] = drawTrials(config.plan, config.seed);
  checkOptions(trainOptions({ ...config.settings, ...trial }), imagesToTrain(config));
  openAsked({ ...config, threads: null });
  return config;
}

function openAsked({ backend, threads }: { backend: string | null; threads: number | null }) {
  if (backend ?? threads !== null) {
    openKernels(backend ?? "wasm", { threads: threads ?? undefined });
  }
}

const usual = ["--hidden", "50,30", "--eta", "0.01", "--epochs", "1"];
const but = (...args: string[]) => [...usual, ...args];

refused("deno task train", [
  ["nothing", [], /no --hidden/],
  ["no epochs", ["--hidden", "50", "--eta", "1"], /no --epochs/],
  ["no eta", ["--hidden", "50", "--epochs", "1"], /no --eta/],
  ["an unknown option", but("--etas", "1"), '"--etas"'],
  ["an option in capitals", but("--ETA", "1"), '"--ETA"'],
  ["a short option", but("-e", "1"), '"-e"'],
  ["a stray word", but("quickly"), '"quickly"'],
  ["a stray number", but("7"), '"7"'],
  ["a dash", but("-"), '"-"'],
  ["two dashes", but("--"), '"--"'],
  ["words after two dashes", but("--", "--eta", "7"), '"--"'],
  ["a dotted option", but("--eta.x", "1"), "--eta.x"],
  ["the prototype", but("--__proto__", "1"), "--__proto__"],
  ["the constructor", but("--constructor", "1"), "--constructor"],
  ["toString", but("--toString=1"), "--toString"],
  ["a flag with a value", but("--batch-norm=no"), "--batch-norm=no"],
  ["a flag with the value false", but("--json=false"), "--json=false"],
  ["help with a value", but("--help=me"), "--help=me"],
  ["an option without its value", ["--hidden", "5", "--epochs", "1", "--eta"], "--eta without"],
  ["an empty value", but("--eta="), "--eta without"],
  ["a value that is another option", but("--seed", "--json"), "--seed without"],
  ["eta in words", but("--eta", "small"), "--eta small"],
  ["eta with a comma", but("--eta", "0,1"), "--eta 0,1"],
  ["eta of spaces", but("--eta", "  "), /--eta .*number/],
  ["eta with a unit", but("--eta", "1e-3s"), "--eta 1e-3s"],
  ["eta with two points", but("--eta", "0.0.1"), "--eta 0.0.1"],
  ["eta with a line break", but("--eta", "1\n2"), "--eta 1\\u000a2"],
  ["eta with an escape sequence", but("--eta", "\x1b[2J"), "--eta \\u001b[2J"],
  ["eta with a zero byte", but("--eta", "1\0"), "--eta 1\\u0000"],
  ["eta in Arabic digits", but("--eta", "٣"), "--eta ٣"],
  ["eta of a million digits", but("--eta", "x".repeat(1e6)), "--eta xxx"],
  ["eta = NaN", but("--eta", "NaN"), "eta = NaN"],
  ["eta = 0", but("--eta", "0"), "eta = 0"],
  ["eta = -0", but("--eta=-0"), "eta = 0"],
  ["eta = -1", but("--eta", "-1"), "eta = -1"],
  ["eta = Infinity", but("--eta", "Infinity"), "eta = Infinity"],
  ["eta too large for a number", but("--eta", "1e999"), "eta = Infinity"],
  ["eta too small for a number", but("--eta", "1e-999"), "eta = 0"],
  ["lambda = -1", but("--lambda", "-1"), "lambda = -1"],
  ["lambda = NaN", but("--lambda", "NaN"), "lambda = NaN"],
  ["lambda = Infinity", but("--lambda", "Infinity"), "lambda = Infinity"],
  ["no epochs at all", but("--epochs", "0"), "epochs = 0"],
  ["half an epoch", but("--epochs", "0.5"), "epochs = 0.5"],
  ["endless epochs", but("--epochs", "Infinity"), "epochs = Infinity"],
  ["epochs = NaN", but("--epochs", "NaN"), "epochs = NaN"],
  ["hidden = 0", but("--hidden", "0"), "a layer of 0 units"],
  ["hidden = -5", but("--hidden", "-5"), "a layer of -5 units"],
  ["half a unit", but("--hidden", "50.5"), "a layer of 50.5 units"],
  ["hidden with a gap", but("--hidden", "50,,30"), "--hidden"],
  ["hidden with a comma at its end", but("--hidden", "50,"), "--hidden"],
  ["hidden with spaces for commas", but("--hidden", "50 30"), "--hidden 50 30"],
  ["hidden = NaN", but("--hidden", "NaN"), "a layer of NaN units"],
  ["endless units", but("--hidden", "Infinity"), "a layer of Infinity units"],
  ["momentum = 1", but("--momentum", "1"), "momentum = 1"],
  ["momentum = -0.1", but("--momentum", "-0.1"), "momentum = -0.1"],
  ["etaDecay = 0", but("--eta-decay", "0"), "etaDecay = 0"],
  ["etaDecay = 2", but("--eta-decay", "2"), "etaDecay = 2"],
  ["batchSize = 0", but("--batch-size", "0"), "batchSize = 0"],
  ["batchSize = 1.5", but("--batch-size", "1.5"), "batchSize = 1.5"],
  ["batchSize = NaN", but("--batch-size", "NaN"), "batchSize = NaN"],
  ["a batch larger than the data set", but("--batch-size", "10001"), "batchSize = 10001"],
  ["a batch larger than the limit", but("--limit", "50"), /batchSize = 100.*50/],
  ["limit = 0", but("--limit", "0"), "limit = 0"],
  ["limit = -1", but("--limit", "-1"), "limit = -1"],
  ["limit = 1.5", but("--limit", "1.5"), "limit = 1.5"],
  ["limit = NaN", but("--limit", "NaN"), "limit = NaN"],
  ["limit = Infinity", but("--limit", "Infinity"), "limit = Infinity"],
  ["a limit above the data set", but("--limit", "10001"), /limit = 10001.*10000/],
  ["a limit above 49k", but("--data", "49k", "--limit", "49001"), /limit = 49001.*49000/],
  ["seed = -1", but("--seed", "-1"), "seed = -1"],
  ["seed = 0.5", but("--seed", "0.5"), "seed = 0.5"],
  ["seed = 2^32", but("--seed", "4294967296"), "seed = 4294967296"],
  ["seed = NaN", but("--seed", "NaN"), "seed = NaN"],
  ["an unknown data set", but("--data", "50k"), "--data 50k"],
  ["a data set that every object has", but("--data", "toString"), "--data toString"],
  ["an unknown protocol", but("--protocol", "best"), "--protocol best"],
  ["an unknown initialisation", but("--init", "xavier"), "--init xavier"],
  ["a He draw without He", but("--he-draw", "3"), "--he-draw"],
  [
    "He draw 0",
    but("--protocol", "report", "--init", "he", "--he-draw", "0"),
    "--he-draw 0",
  ],
  ["no threads", but("--threads", "0"), "Found 0 threads"],
  ["threads = NaN", but("--threads", "NaN"), "Found NaN threads"],
  ["endless threads", but("--threads", "Infinity"), "Found Infinity threads"],
  ["half a thread", but("--threads", "1.5"), "Found 1.5 threads"],
  ["an unknown backend", but("--backend", "abacus"), 'backend "abacus"'],
  ["a backend that every object has", but("--backend", "constructor"), 'backend "constructor"'],
  ["both kinds of batch normalisation", but("--batch-norm", "--no-batch-norm"), "--no-batch-norm"],
  ["a setting beside --resume", ["--resume", "runs/a", "--eta", "1"], "--eta beside --resume"],
  ["a configuration that is not there", ["--config", "/no/such.json"], "/no/such.json"],
  ["a folder as configuration", ["--config", "/"], "no file /"],
  ["a device as configuration", ["--config", "/dev/zero"], "/dev/zero"],
], train);

refused("deno task search", [
  ["nothing", [], "no --plan"],
  ["an unknown plan", ["--plan", "wild"], "--plan wild"],
  ["a plan that every object has", ["--plan", "constructor"], "--plan constructor"],
  ["an option of train", ["--plan", "fine", "--eta", "1"], '"--eta"'],
  ["trials = 0", ["--plan", "fine", "--trials", "0"], "Found 0 trials"],
  ["trials = -3", ["--plan", "fine", "--trials", "-3"], "Found -3 trials"],
  ["trials = 1.5", ["--plan", "fine", "--trials", "1.5"], "Found 1.5 trials"],
  ["trials = NaN", ["--plan", "fine", "--trials", "NaN"], "Found NaN trials"],
  ["too many trials", ["--plan", "fine", "--trials", "81"], "Found 81 trials"],
  ["trials in words", ["--plan", "fine", "--trials", "many"], "--trials many"],
  ["epochs = 0", ["--plan", "fine", "--epochs", "0"], "epochs = 0"],
  ["epochs = NaN", ["--plan", "fine", "--epochs", "NaN"], "epochs = NaN"],
  ["seed = -1", ["--plan", "fine", "--seed", "-1"], "seed = -1"],
  ["seed = 1e10", ["--plan", "fine", "--seed", "1e10"], "seed = 10000000000"],
  ["limit = 0", ["--plan", "fine", "--limit", "0"], "limit = 0"],
  ["limit = NaN", ["--plan", "fine", "--limit", "NaN"], "limit = NaN"],
  ["a limit below a mini-batch", ["--plan", "fine", "--limit", "99"], "batchSize = 100"],
  ["an unknown data set", ["--plan", "fine", "--data", "48k"], "--data 48k"],
  ["an empty journal", ["--plan", "fine", "--journal="], "--journal without"],
  ["a flag with a value", ["--plan", "fine", "--json=1"], "--json=1"],
], search);

const names = [
  ...["hidden", "eta", "epochs", "lambda", "seed", "limit", "batch-size", "momentum", "eta-decay"],
  ...["init", "he-draw", "protocol", "data", "threads", "backend", "json", "batch-norm", "plan"],
  ...["trials", "no-batch-norm", "require-cifar10", "x", "__proto__", "no-json", "help2"],
];
const odd = fc.oneof(
  fc.constantFrom("NaN", "-0", "0", "1", "1e3", "0x10", "1_000", "Infinity", "10k", "he", "-1", ""),
  fc.constantFrom("50,30", "5,,5", "1e308", "5e-324", " 7 ", "report", "coarse", "٣", "1e999"),
  fc.double().map(String),
  fc.string({ maxLength: 8 }),
);
const word = fc.oneof(
  fc.constantFrom(...names).map((name) => `--${name}`),
  fc.tuple(fc.constantFrom(...names), odd).map(([name, value]) => `--${name}=${value}`),
  odd,
).filter((text) => !/^--help($|=)/.test(text));

for (
  const [command, read, first] of [
    ["train", train, usual],
    ["search", search, ["--plan", "coarse"]],
  ] as const
) {
  Deno.test(`deno task ${command}: whatever is typed, it is a possible run or refused`, () =>
    fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
        const config = await readOrRefusal(() => read([...first, ...words]));
        assert(!config || !/NaN|Infinity|undefined/.test(Deno.inspect(config, { depth: 9 })));
      }),
      { numRuns: 1500 },
    ));
}
