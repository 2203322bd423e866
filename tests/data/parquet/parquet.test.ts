import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SampleChoice } from "../../../src/contract/run.ts";
import { AppError } from "../../../src/core/errors.ts";
import { buildDataset } from "../../../src/data/dataset/dataset.ts";
import type { Dataset } from "../../../src/data/dataset/dataset.ts";
import { recogniseTask, tableRecord, taskOf } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { glueBlob } from "../glue-files.ts";
import { parquetFile } from "../parquet-file.ts";
import type { ParquetOptions } from "../parquet-file.ts";
import { hasShared, sharedBlob } from "../shared-files.ts";

const read = (bytes: Uint8Array<ArrayBuffer>, name = "t.parquet"): Promise<Table> => readTable(new Blob([bytes]), name);

async function refusalOf(bytes: Uint8Array<ArrayBuffer>): Promise<AppError> {
  const thrown: unknown = await read(bytes).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`not refused with an AppError: ${String(thrown)}`);
  return thrown;
}

/** A file that pyarrow wrote, as it writes those on the Hub: pages of version 1, two row groups. */
function pyarrowFile(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`./${name}`, import.meta.url)));
}

async function datasetOf(table: Table, sample: SampleChoice | null = null): Promise<Dataset> {
  const { task, mapping } = recogniseTask(table) ?? {};
  if (task === undefined || mapping === undefined) throw new Error("not recognised");
  const dev = { dev: null, devMapping: null, devShare: 0.25, splitSeed: 3, sample };
  return buildDataset({ task, train: table, trainMapping: mapping, ...dev });
}

const count = 40;
const texts = (word: string): string[] =>
  Array.from({ length: count }, (_, row) => `${word} ${row} says “${row % 7}”.`);
const index = { name: "idx", data: Int32Array.from({ length: count }, (_, row) => row), type: "INT32" as const };
const numbers = (classCount: number): bigint[] => Array.from({ length: count }, (_, row) => BigInt(row % classCount));

/** Columns and classes of GLUE's tasks on the Hub, as the data set's card gives them. */
const layouts: readonly (readonly [task: string, texts: readonly string[], classes: readonly string[]])[] = [
  ["cola", ["sentence"], ["unacceptable", "acceptable"]],
  ["sst2", ["sentence"], ["negative", "positive"]],
  ["mrpc", ["sentence1", "sentence2"], ["not_equivalent", "equivalent"]],
  ["qqp", ["question1", "question2"], ["not_duplicate", "duplicate"]],
  ["mnli", ["premise", "hypothesis"], ["entailment", "neutral", "contradiction"]],
  ["qnli", ["question", "sentence"], ["entailment", "not_entailment"]],
  ["rte", ["sentence1", "sentence2"], ["entailment", "not_entailment"]],
  ["wnli", ["sentence1", "sentence2"], ["not_entailment", "entailment"]],
];

function layoutFile(names: readonly string[], classes: readonly string[], options: ParquetOptions = {}) {
  const columns = names.map((name) => ({ name, data: texts(name), type: "STRING" as const }));
  const label = { name: "label", data: numbers(classes.length), type: "INT64" as const };
  return parquetFile([...columns, label, index], { classes: { label: classes }, ...options });
}

describe("files of the Hub", () => {
  test("pyarrow's pages give texts, class names and row numbers; a test set's rows are skipped", async () => {
    const table = await read(pyarrowFile("rte.parquet"));
    expect(table).toMatchObject({ dialect: null, header: ["sentence1", "sentence2", "label", "idx"] });
    expect(table.rows.length).toBe(1003);
    expect(table.rows[2]).toEqual([
      "The bird sat near house 2, quite “calmly”.",
      "A bird sat there.\tYes\nindeed.",
      "entailment",
      "2",
    ]);
    const last = ["The dog sat near house 1001, quite “calmly”.", "A bird sat.", "not_entailment", "1001"];
    expect(table.rows[1001]).toEqual(last);
    expect(recogniseTask(table)).toMatchObject({ task: { id: "rte" }, mapping: { first: 0, second: 1, label: 2 } });
    const { train, dev } = await datasetOf(table);
    expect(train.examples.length + dev.examples.length).toBe(1002);
    expect(train.skipped).toEqual([
      { line: 1003, reason: "no label (-1): a row of a test set, whose answers are kept back" },
    ]);
  });

  test("pyarrow's 32-bit scores read as they were written", async () => {
    const table = await read(pyarrowFile("stsb.parquet"));
    expect(table.rows.slice(0, 27).map((row) => row[2])).toEqual(
      Array.from({ length: 27 }, (_, row) => String((row % 26) / 5)),
    );
    expect(recogniseTask(table)).toMatchObject({ task: { id: "stsb" }, mapping: { first: 0, second: 1, label: 2 } });
  });

  test.each(layouts)("%s is recognised by its columns and the order of its classes", async (id, names, classes) => {
    const table = await read(layoutFile(names, classes));
    const record = tableRecord(table);
    const second = names.length === 1 ? null : 1;
    expect([record.task, record.mapping]).toEqual([id, { first: 0, second, label: names.length }]);
    expect(table.rows.map((row) => row[names.length])).toEqual(
      numbers(classes.length).map((at) => classes[Number(at)]),
    );
    expect((await datasetOf(table)).labels).toEqual(taskOf(id).labels);
  });

  test("without class names it is any pair, and a person can say that it is RTE", async () => {
    const table = await read(layoutFile(["sentence1", "sentence2"], ["a", "b"], { classes: {} }));
    expect(recogniseTask(table)?.task.id).toBe("pair");
    const mapping = { first: 0, second: 1, label: 2 };
    const dataset = await buildDataset({
      task: taskOf("rte"),
      train: table,
      trainMapping: mapping,
      dev: table,
      devMapping: mapping,
      devShare: 0.1,
      splitSeed: 0,
      sample: null,
    });
    expect(dataset.train.examples.map(({ label }) => label)).toEqual(numbers(2).map(Number));
  });

  /** The same rows, written both ways, give the same examples and the same sample of `count`. */
  async function expectSameAsTsv(blob: Blob, count: number): Promise<void> {
    const tsv = await readTable(blob, "dev.tsv");
    const classes = taskOf("rte").labels ?? [];
    const column = (at: number): string[] => tsv.rows.map((row) => row[at] ?? "");
    const bytes = parquetFile(
      [
        { name: "sentence1", data: column(1), type: "STRING" },
        { name: "sentence2", data: column(2), type: "STRING" },
        { name: "label", data: column(3).map((cell) => BigInt(classes.indexOf(cell))), type: "INT64" },
        { name: "idx", data: Int32Array.from(column(0), Number), type: "INT32" },
      ],
      { classes: { label: classes }, rowGroupSize: Math.ceil(tsv.rows.length / 3) },
    );
    const strip = ({ labels, train, dev }: Dataset) => ({
      labels,
      examples: [...train.examples, ...dev.examples].map(({ first, second, label }) => ({ first, second, label })),
    });
    const parquet = await read(bytes);
    expect(strip(await datasetOf(parquet))).toEqual(strip(await datasetOf(tsv)));
    const sample = { count, seed: 7 };
    const drawn = strip(await datasetOf(parquet, sample));
    expect(drawn).toEqual(strip(await datasetOf(tsv, sample)));
    expect(drawn.examples.length).toBeLessThan(tsv.rows.length);
  }

  test.each(["RTE/train.tsv", "RTE/dev.tsv"])("the rows of small %s are the same from Parquet", async (path) => {
    await expectSameAsTsv(glueBlob(path), 4);
  });

  test.skipIf(!hasShared("glue/RTE/dev.tsv"))("RTE's rows are the same from Parquet", async () => {
    await expectSameAsTsv(sharedBlob("glue/RTE/dev.tsv"), 50);
  });
});

describe("cells", () => {
  test("of every type that is read, with values missing; columns of other types are left out", async () => {
    const table = await read(
      parquetFile([
        { name: "text", data: ["one", null, "drei\0", "vier"], type: "STRING" },
        { name: "double", data: [0.1, 2, null, Number.NaN], type: "DOUBLE" },
        { name: "single", data: [3.8, 0.1, 1e-7, 16777216], type: "FLOAT" },
        { name: "truth", data: [true, false, true, null], type: "BOOLEAN" },
        { name: "long", data: [1n, -(2n ** 62n), null, 0n], type: "INT64" },
        { name: "when", data: [new Date(0), new Date(1), new Date(2), new Date(3)], type: "TIMESTAMP" },
        { name: "json", data: [{ a: 1 }, null, [], 2], type: "JSON" },
      ]),
    );
    expect(table.header).toEqual(["text", "double", "single", "truth", "long", "json"]);
    expect(table.rows).toEqual([
      ["one", "0.1", "3.8", "true", "1", '{"a":1}'],
      ["", "2", "0.1", "false", "-4611686018427387904", ""],
      ["vier", "NaN", "16777216", "", "0", "2"],
    ]);
    expect(table.lineNumbers).toEqual([1, 2, 4]);
    expect(table.skipped).toEqual([{ line: 3, reason: "NUL bytes" }]);
  });

  test.each(["SNAPPY", "UNCOMPRESSED"] as const)("%s, in dictionaries, plain and in many row groups", async (codec) => {
    const words = Array.from({ length: 300 }, (_, row) => ["the same words again", `row ${row}`][row % 2] ?? "");
    const many = Array.from({ length: 300 }, (_, row) => `no row is like another, says row ${row}`);
    const bytes = parquetFile(
      [
        { name: "text", data: words, encoding: "RLE_DICTIONARY", type: "STRING" },
        { name: "other", data: many, encoding: "PLAIN", nullable: false, type: "STRING" },
        { name: "label", data: words.map((_, row) => row % 3 === 0), nullable: false, type: "BOOLEAN" },
      ],
      { codec, rowGroupSize: 70 },
    );
    const table = await read(bytes);
    expect(table.rows).toEqual(words.map((word, row) => [word, many[row], String(row % 3 === 0)]));
  });
});

describe("refusals", () => {
  const whole = layoutFile(["sentence1", "sentence2"], ["entailment", "not_entailment"]);

  test("a packing that does not hold what it promises is named", async () => {
    const packed = await refusalOf(layoutFile(["sentence"], ["a", "b"], { codec: "GZIP" }));
    expect([packed.code, packed.message]).toEqual([
      "bad-table",
      expect.stringMatching(/not what its gzip packing promises.*save it anew/),
    ]);
  });

  test("texts that repeat those before them cannot grow beyond any memory", async () => {
    const data = Array.from({ length: 3000 }, () => "x".repeat(99_990));
    const column = { name: "text", data, encoding: "DELTA_BYTE_ARRAY" as const, type: "STRING" as const };
    const bytes = parquetFile([column], { rowGroupSize: 3000, pageSize: 1e9 });
    expect(bytes.length).toBeLessThan(200_000);
    expect((await refusalOf(bytes)).message).toMatch(/a page's texts have more than 256000000 bytes/);
  });

  test("a file cut short at any place says so", async () => {
    for (let length = 4; length < whole.length; length += 41) {
      const { code, message } = await refusalOf(whole.slice(0, length));
      expect([code, message]).toEqual(["bad-table", expect.stringMatching(/cut short|its end is missing/)]);
    }
    const middle = new Uint8Array([...whole.subarray(0, 500), ...whole.subarray(900)]);
    expect((await refusalOf(middle)).code).toBe("bad-table");
    expect((await refusalOf(new TextEncoder().encode("<!doctype html>"))).message).toMatch(/is an HTML page/);
  });

  test.each([
    [
      "row groups that hold more rows than the footer says",
      [74, 0x19, 0x1c],
      72,
      /hold 37 rows where its footer says 36/,
    ],
    ["a run of levels that is longer than its page", [20 << 1, 1, 3], 63 << 1, /a run is longer than its page/],
    ["runs of levels that end before all values have one", [20 << 1, 1, 3], 0, /a page ends inside its levels/],
  ])("%s", async (_, place, instead, wanted) => {
    const data = Array.from({ length: 37 }, (_none, row) => (row === 20 ? undefined : "ab"));
    const column = { name: "text", data, type: "STRING" as const, nullable: true };
    const bytes = parquetFile([column], { codec: "UNCOMPRESSED" });
    // The row without a text is skipped.
    expect((await read(bytes)).rows).toHaveLength(36);
    const begin = bytes.findIndex((_byte, at) => place.every((one, offset) => bytes[at + offset] === one));
    bytes[begin] = instead;
    expect((await refusalOf(bytes)).message).toMatch(wanted);
  });

  test("an encrypted file, and one without a column of texts", async () => {
    const encrypted = whole.slice();
    encrypted.set(new TextEncoder().encode("PARE"), encrypted.length - 4);
    expect((await refusalOf(encrypted)).message).toMatch(/it is encrypted/);
    const times = parquetFile([{ name: "when", data: [new Date(0)], type: "TIMESTAMP" }]);
    expect((await refusalOf(times)).message).toMatch(/no column holds texts or numbers \(found: when\)/);
  });

  test("too many columns, rows or characters", async () => {
    const wide = Array.from({ length: 501 }, (_, at) => ({ name: `c${at}`, data: ["a"], type: "STRING" as const }));
    expect(await refusalOf(parquetFile(wide))).toMatchObject({ code: "too-large", message: expect.stringMatching(/501 columns/) }); // prettier-ignore
    const rows = { name: "n", data: new Int32Array(2_000_001), type: "INT32" as const };
    expect(await refusalOf(parquetFile([rows], { rowGroupSize: 2_000_001 }))).toMatchObject({
      code: "too-large",
      message: expect.stringMatching(/2000001 rows; at most 2000000/),
    });
    const long = "x".repeat(99_999);
    const repeated = { name: "text", data: Array.from({ length: 5200 }, () => long), type: "STRING" as const };
    expect(await refusalOf(parquetFile([repeated], { rowGroupSize: 5200 }))).toMatchObject({
      code: "too-large",
      message: expect.stringMatching(/more than 512000000 characters/),
    });
  });

  test.each(["version 1", "version 2"])(
    "damaged anywhere, pages of %s end in a table or an AppError",
    async (version) => {
      const good = version === "version 1" ? pyarrowFile("rte.parquet") : whole;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.integer({ min: 4, max: good.length - 1 }), fc.integer({ min: 1, max: 255 })), {
            minLength: 1,
            maxLength: 4,
          }),
          async (flips) => {
            const bytes = good.slice();
            for (const [at, flip] of flips) bytes[at] = (bytes[at] ?? 0) ^ flip;
            await read(bytes).catch((error: unknown) => {
              if (!(error instanceof AppError) || !["bad-table", "too-large"].includes(error.code)) throw error;
              refused += 1;
            });
          },
        ),
        { numRuns: 400, seed: 11 },
      );
      expect(refused).toBeGreaterThan(100);
    },
  );
});
