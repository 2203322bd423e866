import { beforeAll, describe, expect, test } from "vitest";
import type { DataRecord, TableRecord } from "../../src/contract/run.ts";
import type { DataSettings } from "../../src/experiment/prepared-data.ts";
import type { Workspace } from "../../src/experiment/workspace.ts";
import { rteTable } from "../models/tiny-folder.ts";
import { anyChoice, DirectoryBlob, refusalOf, tinyLength, tinyWorkspace } from "./refusal.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = await tinyWorkspace();
});

const load = async (role: "train" | "dev", content: string | Blob | null): Promise<TableRecord | null> =>
  await workspace.loadTable(
    role,
    content === null
      ? null
      : { path: `${role}.tsv`, file: typeof content === "string" ? new Blob([content]) : content },
  );
const prepare = async (choice: Partial<DataSettings> = {}, maxLength = tinyLength): Promise<DataRecord> =>
  await workspace.prepareData({ ...anyChoice, ...choice }, maxLength);
/** Loads both tables and prepares them. */
const use = async (train: string | Blob, dev: string | Blob | null, choice: Partial<DataSettings> = {}) => {
  await load("train", train);
  await load("dev", dev);
  return await prepare(choice);
};

const good = rteTable(16);
const rows = good.trimEnd().split("\n");
const withRows = (...more: readonly string[]): string => `${[...rows, ...more].join("\n")}\n`;

describe("a file that is no table is refused, and the one before still works", () => {
  test.each([
    ["empty", "", "bad-table", /train\.tsv is empty\. Choose/],
    ["blank lines", "\n\n\n", "bad-table", /no row that can be read: it is empty/],
    ["a header alone", "sentence\tlabel\n", "bad-table", /a header but no row of 2 cells/],
    ["NUL bytes", new Blob([new Uint8Array(1000)]), "bad-table", /line 1 has NUL bytes/],
    ["a directory", new DirectoryBlob(), "bad-table", /Is it a folder.*A TSV, CSV or Parquet file is wanted/],
    ["a .zip", "PK\u0003\u0004", "bad-archive", /as a \.zip/],
  ] as const)("%s", async (_, content, code, message) => {
    await use(good, good);
    const refusal = await refusalOf(load("train", content));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe(code);
    expect((await prepare()).train.count).toBe(16);
  });
});

describe("tables that do not go together are refused, and what was prepared before still works", () => {
  const plain = "a\tb\nx\ty\nz\ty\n";
  const swapped = { first: 0, second: null, label: 3 };
  test.each([
    ["columns without known names", plain, good, {}, "bad-columns", /not clear what train\.tsv .* holds\. Choose/],
    ["missing columns", plain, good, { task: "rte" }, "bad-columns", /not clear what train\.tsv/],
    ["a dev file with other columns", good, plain, {}, "bad-columns", /which columns of dev\.tsv .* Choose them/],
    [
      "a column that is not there",
      good,
      good,
      { trainMapping: { first: 9, second: 2, label: 3 } },
      "bad-columns",
      /4 columns and no column 10/,
    ],
    ["a pair without its second text", good, good, { trainMapping: swapped }, "bad-columns", /takes two texts a row/],
    [
      "one column twice",
      good,
      good,
      { trainMapping: { first: 1, second: 1, label: 3 } },
      "bad-columns",
      /chosen twice/,
    ],
    ["a task that is none", good, good, { task: "poems" }, "bad-settings", /no task "poems"; known are rte/],
    [
      "one label only",
      rows.filter((row) => !row.endsWith("not_entailment")).join("\n"),
      good,
      {},
      "bad-labels",
      /same label, "entailment" in column "label"/,
    ],
    [
      "text for a label",
      good,
      good,
      { trainMapping: { first: 1, second: 3, label: 2 } },
      "bad-labels",
      /No row of train\.tsv .* "sentence2" as label.*Line 2: the label/,
    ],
    [
      "words for scores",
      good,
      good,
      { task: "stsb", trainMapping: { first: 1, second: 2, label: 3 } },
      "bad-labels",
      /is not a number/,
    ],
    [
      "no dev label that train has",
      good,
      rows.map((row) => row.replace(/(not_)?entailment$/, "maybe")).join("\n"),
      {},
      "bad-labels",
      /No row of dev\.tsv .*"maybe" is unknown \(wanted: entailment, not_entailment\)/,
    ],
    [
      "nothing to set aside",
      "sentence\tlabel\nthe cat\t0\na dog\t1\n",
      null,
      {},
      "bad-table",
      /2 examples .* cannot be split .* Drop a dev file/,
    ],
    [
      "a share of nothing",
      good,
      null,
      { devShare: 0 },
      "bad-settings",
      /share for the dev set is 0; .* between 0 and 1/,
    ],
    ["a share of all", good, null, { devShare: 1 }, "bad-settings", /share for the dev set is 1; .* between 0 and 1/],
  ] as const)("%s", async (_, train, dev, choice, code, message) => {
    const refusal = await refusalOf(use(train, dev, choice));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe(code);
    expect((await use(good, good)).train.count).toBe(16);
  });

  test("nothing prepared is lost by a preparation that fails", async () => {
    const prepared = await use(good, good);
    expect((await refusalOf(prepare({ task: "poems" }))).code).toBe("bad-settings");
    expect((await refusalOf(prepare({}, 33))).code).toBe("bad-settings");
    const plan = {
      methods: [{ id: "vanilla", values: {} }],
      seeds: [1],
      training: { maxLength: tinyLength },
      grid: [],
      order: "sequential" as const,
    };
    // All but the GPU is there.
    expect((await refusalOf(workspace.experiment(plan))).code).toBe("no-webgpu");
    expect(await prepare()).toEqual(prepared);
  });
});

describe("rows that cannot be used are counted with their lines", () => {
  const long = "cat ".repeat(25_000);
  test.each([
    [
      "ragged rows",
      withRows("1\ttoo few", "1\tone\ttoo\tmany\tentailment"),
      [18, 19],
      /2 cells where the table has 4|5 cells/,
    ],
    ["empty texts", withRows("1\t\ta cat\tentailment", "2\ta cat\t \tentailment"), [18, 19], /empty text/],
    ["an unknown label", withRows("1\ta cat\ta dog\tperhaps"), [18], /"perhaps" is unknown \(wanted: entailment, not_/],
    ["a missing label", withRows("1\ta cat\ta dog\t"), [18], /the label is missing/],
    ["NUL bytes", withRows("1\ta\0cat\ta dog\tentailment"), [18], /NUL bytes/],
    ["an empty line between others", withRows("", rows[1] ?? ""), [18], /empty line/],
    [
      "a cell above 100,000 characters",
      withRows(`1\t${long}cats\ta dog\tentailment`),
      [18],
      /a cell of 100004 characters; at most 100000/,
    ],
  ] as const)("%s", async (_, content, lines, reason) => {
    for (const role of ["train", "dev"] as const) {
      const record = await use(role === "train" ? content : good, role === "dev" ? content : good);
      const { skipped, skippedCount } = record[role];
      expect(skipped.map(({ line }) => line)).toEqual(lines);
      expect(skippedCount).toBe(lines.length);
      for (const line of skipped) expect(line.reason).toMatch(reason);
      expect(record[role].count).toBeGreaterThanOrEqual(16);
    }
  });

  test("a broken encoding", async () => {
    const broken = new Uint8Array([0x31, 9, 0x63, 0xe9, 0x74, 9, 0x61, 9, 0x30, 10]);
    const whole = "1\tcôté\ta dog .\tentailment\n";
    const record = await use(new Blob([good, broken, whole]), good);
    expect(record.train.skipped).toEqual([{ line: 18, reason: "broken encoding: not valid UTF-8" }]);
    expect(record.train.count).toBe(17);
  });

  test("a row of just 100,000 characters is read and cut", async () => {
    const record = await use(withRows(`1\t${long}\ta dog .\tentailment`), good);
    expect([record.train.count, record.train.skippedCount, record.train.truncatedCount]).toEqual([17, 0, 1]);
  });
});

describe("labels that one side lacks", () => {
  const single = (...labels: readonly string[]): string =>
    ["sentence\tlabel", ...labels.map((label, index) => `the old cat ${index}\t${label}`), ""].join("\n");

  test("in dev: the page is warned", async () => {
    const record = await use(single("good", "bad", "odd", "good"), single("good", "bad"));
    expect(record.warnings).toContain('Dev has no row labelled "odd", which train has.');
    expect(record.dev.labelCounts).toEqual([1, 1, 0]);
  });

  test("in train: the rows are skipped with their lines", async () => {
    const record = await use(single("good", "bad"), single("good", "odd", "bad"));
    expect(record.dev.count).toBe(2);
    expect(record.dev.skipped).toEqual([
      { line: 3, reason: expect.stringMatching(/"odd" is unknown \(wanted: bad, good\)/) },
    ]);
  });
});

describe("the longest input", () => {
  test.each([
    [33, /Longest input is 33 tokens, but this model has 32 positions\. Use at most 32/],
    [4, /at least 5 tokens are needed/],
    [3, /Longest input is 3; it must be at least 4/],
    [24.5, /Longest input is 24\.5; it must be a whole number/],
    [Number.NaN, /Longest input is NaN; it must be a number/],
  ])("%d is refused", async (length, message) => {
    await use(good, good);
    const refusal = await refusalOf(prepare({}, length));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe("bad-settings");
  });

  test("below every row cuts them all, and says so", async () => {
    await use(good, good);
    const record = await prepare({}, 5);
    expect(record.train.truncatedCount).toBe(16);
    expect(record.train.lengthBins).toEqual([16]);
  });
});

test("a million rows leave the thread free, and give way to another table at once", async () => {
  const started = performance.now();
  const line = `${rows[1] ?? ""}\n${rows[2] ?? ""}\n`;
  const many = new Blob([`${rows[0] ?? ""}\n`, ...Array.from({ length: 500 }, () => line.repeat(1000))]);
  const table = await load("train", many);
  expect(table?.rowCount).toBe(1_000_000);
  let told = 0;
  const giant = refusalOf(workspace.prepareData(anyChoice, tinyLength, () => void told++));
  while (told === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await load("train", good);
  expect((await giant).code).toBe("stopped");
  expect((await prepare()).train.count).toBe(16);
  expect(performance.now() - started).toBeLessThan(60_000);
});
