import { spawnSync } from "node:child_process";
import { mkdtempSync, openAsBlob, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { formatTable } from "../../../src/cli/report/text-table.ts";
import { prepareTables } from "../../../src/experiment/prepared-data.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import { writeCsv, writeParquet, type WrittenFile } from "./files.ts";

/**
 * npm run bench -- --reading: a CSV and a Parquet file of pairs like SNLI's are written, and each is read in a process of
 * its own: the table, and then its examples, as for a run. Memory is what the process has beyond that before: JavaScript's
 * heap, garbage included, with its array buffers; and what the system gave it. Both are looked at every time that the
 * thread is free, and at the end once the garbage is gone. The longest turn is the longest time it was not free. With
 * --page the built page reads them too.
 */
const { values: options } = parseArgs({
  options: {
    reading: { type: "boolean" },
    page: { type: "boolean" },
    csv: { type: "string", default: "400000" },
    parquet: { type: "string", default: "1000000" },
    file: { type: "string" },
  },
});

/** What reading took; memory in bytes. */
interface Measured {
  readonly readSeconds: number;
  readonly exampleSeconds: number;
  readonly exampleCount: number;
  readonly peak: number;
  readonly resident: number;
  readonly kept: number;
  readonly longestTurnMs: number;
}

const usedBytes = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** In a process of its own, begun with --expose-gc. */
async function measure(path: string): Promise<Measured> {
  const blob = await openAsBlob(path);
  const collect = globalThis.gc ?? (() => {});
  collect();
  const [before, residentBefore] = [usedBytes(), process.memoryUsage.rss()];
  let [peak, resident, longestTurnMs, last] = [0, 0, 0, performance.now()];
  const look = setInterval(() => {
    peak = Math.max(peak, usedBytes() - before);
    resident = Math.max(resident, process.memoryUsage.rss() - residentBefore);
    const now = performance.now();
    longestTurnMs = Math.max(longestTurnMs, now - last);
    last = now;
  }, 0);
  const startMs = performance.now();
  const name = basename(path);
  const table = await readTable(blob, name);
  const readMs = performance.now();
  const settings = { task: null, trainMapping: null, devMapping: null, devShare: 0.1, splitSeed: 1, sample: null };
  const tables = { train: { table, source: { kind: "file", name } as const }, dev: null, transfers: [] };
  const { dataset } = await prepareTables(tables, settings);
  const endMs = performance.now();
  clearInterval(look);
  collect();
  const kept = usedBytes() - before;
  return {
    readSeconds: (readMs - startMs) / 1000,
    exampleSeconds: (endMs - readMs) / 1000,
    exampleCount: dataset.train.examples.length + dataset.dev.examples.length,
    peak,
    resident,
    kept,
    longestTurnMs,
  };
}

function measureApart(path: string): Measured {
  const flags = ["--expose-gc", "--no-warnings", process.argv[1] ?? "", "--reading", "--file", path];
  const { stdout, status } = spawnSync(process.execPath, flags, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${path} could not be read.`);
  return JSON.parse(stdout) as Measured;
}

function rowOf(path: string, { rowCount, textBytes }: WrittenFile): readonly string[] {
  const fileBytes = statSync(path).size;
  const { readSeconds, exampleSeconds, exampleCount, peak, resident, kept, longestTurnMs } = measureApart(path);
  if (exampleCount !== rowCount) throw new Error(`${path} has ${rowCount} rows, and ${exampleCount} were read.`);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const times = (bytes: number): string => `${(bytes / fileBytes).toFixed(2)} / ${(bytes / textBytes).toFixed(2)}`;
  return [
    basename(path),
    `${rowCount}`,
    megabytes(fileBytes),
    megabytes(textBytes),
    readSeconds.toFixed(1),
    exampleSeconds.toFixed(1),
    times(peak),
    times(kept),
    times(resident),
    longestTurnMs.toFixed(0),
  ];
}

if (options.file !== undefined) {
  console.log(JSON.stringify(await measure(options.file)));
} else {
  const folder = mkdtempSync(join(tmpdir(), "reading-"));
  try {
    const [csv, parquet] = [join(folder, "train.csv"), join(folder, "train.parquet")];
    const rows = [rowOf(csv, await writeCsv(csv, Number(options.csv)))];
    rows.push(rowOf(parquet, writeParquet(parquet, Number(options.parquet))));
    const headings = ["file", "rows", "MB", "MB of text", "s to read", "s to examples"];
    const memory = ["peak × file / text", "kept", "resident", "longest turn, ms"];
    for (const text of formatTable([...headings, ...memory], rows)) console.log(text);
    if (options.page === true) {
      spawnSync(process.execPath, ["tests/bench/reading/page.mjs", csv, parquet], { stdio: "inherit" });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
