import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { formatTable } from "../../src/cli/report/text-table.ts";
import { fuzz, inputOf, type FuzzedParser, type FuzzFailure, type FuzzReport } from "./fuzzing.ts";
import { parsers } from "./parsers/index.ts";

/**
 * npm run fuzz: drives every parser with damaged inputs and random bytes, in a worker that is watched, and ends with a
 * table. A failure is an error that the parser does not promise, a case of more than a second, or one that does not end;
 * its input is saved. The same seed, parser and case are the same input.
 */
const usage =
  "npm run fuzz -- [--cases 1000000] [--seconds N, a parser at most] [--only NAME,NAME] [--seed S] [--from CASE]";

/** A case that runs longer is given up, with its worker. */
const longestWaitMs = 60_000;
const folder = "test-results/fuzz";
/** Failures of a parser that are kept. */
const mostKept = 20;

interface Task {
  readonly parser: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly untilMs: number;
  /** [3] i32: the case at hand, how many were refused, and read. */
  readonly at: SharedArrayBuffer;
}

type Message = { readonly failure: FuzzFailure } | { readonly report: FuzzReport };

/** In the worker: one parser's cases. */
async function runTask({ parser: name, seed, from, to, untilMs, at }: Task): Promise<void> {
  const post = (message: Message): void => parentPort?.postMessage(message, []);
  const current = new Int32Array(at);
  const parser = parserOf(name);
  const report = await fuzz(
    parser,
    { seed, from, to },
    {
      begins: (...figures) => {
        for (const [place, figure] of figures.entries()) Atomics.store(current, place, figure);
      },
      fails: (failure) => post({ failure }),
      goesOn: () => Date.now() < untilMs,
    },
  );
  post({ report });
}

async function runAll(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      cases: { type: "string", default: "1000000" },
      seconds: { type: "string", default: "86400" },
      only: { type: "string" },
      seed: { type: "string", default: "1" },
      from: { type: "string", default: "0" },
    },
  });
  const [cases, seconds, seed, from] = [options.cases, options.seconds, options.seed, options.from].map(Number);
  const numbers = [cases, seconds, seed, from].every((value) => Number.isInteger(value) && Number(value) >= 0);
  if (!numbers) refuse("Cases, seconds, seed and from are whole numbers.");
  const chosen = options.only === undefined ? parsers : options.only.split(",").map(parserOf);
  const rows: (readonly string[])[] = [];
  let failureCount = 0;
  for (const parser of chosen) {
    const range = { seed: seed ?? 1, from: from ?? 0, to: (from ?? 0) + (cases ?? 0) };
    const beganMs = Date.now();
    const { report, failures } = await runParser(parser, range, Date.now() + 1000 * (seconds ?? 0));
    failureCount += failures;
    const { cases: count, refused, read, slowestMs, slowestCase } = report;
    const tookSeconds = ((Date.now() - beganMs) / 1000).toFixed(0);
    const figures = [count, refused, read, tookSeconds, `${slowestMs.toFixed(1)} (case ${slowestCase})`, failures];
    rows.push([parser.name, ...figures.map(String)]);
    console.log(formatTable(headings, rows.slice(-1)).at(-1));
  }
  console.log(["", ...formatTable(headings, rows)].join("\n"));
  if (failureCount > 0)
    console.log(`Their inputs lie in ${folder}; --only NAME --seed S --from CASE --cases 1 runs one again.`);
  process.exitCode = failureCount === 0 ? 0 : 1;
}

const headings = ["parser", "cases", "refused", "read", "seconds", "slowest ms", "failures"];

/** Runs a parser's cases; where one does not end, that is a failure, and the next one begins in another worker. */
async function runParser(
  parser: FuzzedParser,
  { seed, from, to }: { readonly seed: number; readonly from: number; readonly to: number },
  untilMs: number,
): Promise<{ readonly report: FuzzReport; readonly failures: number }> {
  let total: FuzzReport = { cases: 0, refused: 0, read: 0, slowestMs: 0, slowestCase: from };
  let failures = 0;
  let begin = from;
  const fails = (failure: FuzzFailure): void => {
    failures += 1;
    if (failures <= mostKept) keep(failure);
  };
  while (begin < to && Date.now() < untilMs) {
    const at = new SharedArrayBuffer(12);
    const current = new Int32Array(at);
    Atomics.store(current, 0, begin);
    const task: Task = { parser: parser.name, seed, from: begin, to, untilMs, at };
    const { report, stuck } = await runWorker(task, fails);
    if (report !== null) {
      total = sumOf(total, report);
      break;
    }
    fails({
      parser: parser.name,
      seed,
      index: stuck,
      message: "no end, or the worker's end",
      input: inputOf(parser, seed, stuck),
    });
    const [refused, read] = [Atomics.load(current, 1), Atomics.load(current, 2)];
    const slowest = { slowestMs: longestWaitMs, slowestCase: stuck };
    total = sumOf(total, { cases: stuck + 1 - begin, refused, read, ...slowest });
    begin = stuck + 1;
  }
  return { report: total, failures };
}

function sumOf(left: FuzzReport, right: FuzzReport): FuzzReport {
  const slower = right.slowestMs > left.slowestMs ? right : left;
  return {
    cases: left.cases + right.cases,
    refused: left.refused + right.refused,
    read: left.read + right.read,
    slowestMs: slower.slowestMs,
    slowestCase: slower.slowestCase,
  };
}

/** report: null where the worker was given up, or died, at the case `stuck`. */
async function runWorker(
  task: Task,
  fails: (failure: FuzzFailure) => void,
): Promise<{ readonly report: FuzzReport | null; readonly stuck: number }> {
  const current = new Int32Array(task.at);
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  return await new Promise((resolve) => {
    let last = -1;
    let sinceMs = Date.now();
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      if (index !== last) [last, sinceMs] = [index, Date.now()];
      else if (Date.now() - sinceMs > longestWaitMs) end(null);
    }, 1000);
    const end = (report: FuzzReport | null): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ report, stuck: Atomics.load(current, 0) });
    };
    worker.on("message", (message: Message) => {
      if ("failure" in message) fails(message.failure);
      else end(message.report);
    });
    worker.on("error", (error) => {
      console.log(`The worker ended: ${String(error)}`);
      end(null);
    });
  });
}

/** Saves the input and says what failed. */
function keep({ parser, seed, index, message, input }: FuzzFailure): void {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${parser.replaceAll(/\W+/g, "-")}-${seed}-${index}.bin`;
  writeFileSync(path, input);
  console.log(`${parser}, seed ${seed}, case ${index}: ${message.split("\n").slice(0, 4).join("\n    ")}\n    ${path}`);
}

function parserOf(name: string): FuzzedParser {
  const known = parsers.map((parser) => parser.name).join(", ");
  return parsers.find((parser) => parser.name === name) ?? refuse(`There is no parser "${name}"; known are ${known}.`);
}

function refuse(problem: string): never {
  console.error(`${problem}\n${usage}`);
  process.exit(2);
}

if (isMainThread) await runAll();
else await runTask(workerData as Task);
