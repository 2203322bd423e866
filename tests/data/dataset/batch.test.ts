import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  batchOrder,
  encodeSplit,
  firstRows,
  makeBatch,
  rowLength,
  type EncodedSplit,
} from "../../../src/data/dataset/batch.ts";
import { buildDataset } from "../../../src/data/dataset/dataset.ts";
import { limitedRows, rowsAt, sampleRows } from "../../../src/data/dataset/sampling.ts";
import { taskOf } from "../../../src/data/dataset/recognise.ts";
import { dataRecord, lengthBins } from "../../../src/data/dataset/record.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import { loadTokenizer } from "../../../src/data/text/tokenizer.ts";
import { bertNeeds, folderOf } from "../text/needs.ts";

const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b"];
const tokenizer = await loadTokenizer(folderOf({ "vocab.txt": vocabulary.join("\n") }), bertNeeds(vocabulary.length));
const table = await readTable(
  new Blob(["sentence1\tsentence2\tscore\na b a\tb\t2.5\nb\ta\t0\na a a a a\tb\t5\nx\ta\tnone\n"]),
  "t.tsv",
);
const mapping = { first: 0, second: 1, label: 2 };
const made = await buildDataset({
  task: taskOf("pair-score"),
  train: table,
  trainMapping: mapping,
  dev: table,
  devMapping: mapping,
  devShare: 0.5,
  splitSeed: 0,
  sample: null,
});
const encoded = await encodeSplit(made.train, tokenizer, 8);

describe("encodeSplit", () => {
  test("rows end to end, cut and counted", () => {
    expect(encoded.count).toBe(3);
    expect([...encoded.offsets]).toEqual([0, 7, 12, 20]);
    expect([...encoded.ids.subarray(0, 12)]).toEqual([2, 4, 5, 4, 3, 5, 3, 2, 5, 3, 4, 3]);
    expect([...encoded.types.subarray(0, 7)]).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect([...encoded.labels]).toEqual([2.5, 0, 5]);
    expect(encoded.truncatedCount).toBe(1);
    expect(() => rowLength(encoded, 3)).toThrow(/Row 3 is not one of 3/);
    expect(firstRows(encoded, 2)).toMatchObject({ count: 2, offsets: Uint32Array.of(0, 7, 12) });
  });

  test("several labels a row are 0 or 1 each, in batches, first rows and samples alike", async () => {
    const label = [[1], [], [0, 2], [0], [2], [0, 1, 2]];
    const examples = label.map((own, row) => ({
      first: "a b".slice(row % 2),
      second: null,
      label: own,
      line: row + 1,
    }));
    const split = { examples, labels: label, skipped: [], skippedCount: 0 };
    const several = await encodeSplit(split, tokenizer, 8, undefined, 3);
    const flags = (rows: readonly number[]) =>
      rows.flatMap((row) => [0, 1, 2].map((one) => Number(label[row]?.includes(one))));
    expect([...several.labels]).toEqual(flags([0, 1, 2, 3, 4, 5]));
    expect([...makeBatch(several, [5, 1, 2]).labels]).toEqual(flags([5, 1, 2]));
    expect([...firstRows(several, 2).labels]).toEqual(flags([0, 1]));
    const drawn = limitedRows(several, 4, "multi-label") ?? [];
    expect([drawn.length, [...rowsAt(several, drawn).labels]]).toEqual([4, flags(drawn)]);
    expect(sampleRows(several, 5, 1, "multi-label").labels.length).toBe(15);
    const same = { ...several, labels: new Float32Array(18).fill(1) };
    expect(() => sampleRows(same, 5, 1, "multi-label")).toThrow(/leaves one label only/);
  });

  test("tells its progress and lets messages through", async () => {
    const example = { first: "a", second: null, label: 0, line: 1 };
    const many = { examples: Array.from({ length: 2500 }, () => example), skipped: [], skippedCount: 0 };
    const told: number[] = [];
    let breaths = 0;
    const timer = setInterval(() => (breaths += 1), 0);
    const long = await encodeSplit(many, tokenizer, 8, (done) => told.push(done));
    clearInterval(timer);
    expect(told).toEqual([1000, 2000, 2500]);
    expect(breaths).toBeGreaterThan(0);
    expect(long.ids.length).toBe(7500);
  });
});

describe("makeBatch", () => {
  test("any rows in any order give exactly their tokens", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 6 }), (rows) => {
        const batch = makeBatch(encoded, rows);
        const wanted = rows.map((row) => encoded.ids.slice(encoded.offsets[row], encoded.offsets[row + 1]));
        expect([...batch.ids]).toEqual(wanted.flatMap((ids) => [...ids]));
        expect([...batch.positions]).toEqual(wanted.flatMap((ids) => [...ids.keys()]));
        expect([...batch.types]).toEqual(
          rows.flatMap((row) => Array.from(encoded.types.subarray(encoded.offsets[row], encoded.offsets[row + 1]))),
        );
        expect([...batch.labels]).toEqual(rows.map((row) => encoded.labels[row]));
        expect([...batch.rows]).toEqual(rows);
        expect([batch.sequenceCount, batch.offsets.length]).toEqual([rows.length, rows.length + 1]);
        expect(batch.offsets.at(-1)).toBe(batch.tokenCount);
        expect(batch.longest).toBe(Math.max(0, ...wanted.map((ids) => ids.length)));
      }),
    );
    expect(() => makeBatch(encoded, [3])).toThrow(/Row 3/);
  });
});

describe("batchOrder", () => {
  const choice = { count: 10, batchSize: 4, seed: 1, epoch: 0, order: "shuffled" } as const;

  test("file order keeps the short last batch", () => {
    const batches = batchOrder({ ...choice, order: "file" });
    expect(batches.map((rows) => [...rows])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  test("shuffled: every row once, anew each epoch and seed, the same again", () => {
    const flat = (change: object): number[] => batchOrder({ ...choice, ...change }).flatMap((rows) => [...rows]);
    expect(flat({}).sort((left, right) => left - right)).toEqual([...Array(10).keys()]);
    expect(flat({})).toEqual(flat({}));
    expect(flat({ epoch: 1 })).not.toEqual(flat({}));
    expect(flat({ seed: 2 })).not.toEqual(flat({}));
    expect(() => flat({ batchSize: 0 })).toThrow(/batch size is 0/);
  });
});

test("the record of a data set", () => {
  const record = dataRecord(made, encoded, encoded);
  expect(record).toMatchObject({ task: "pair-score", labels: [], devFromTrain: false });
  expect(record.train).toEqual({
    count: 3,
    labelCounts: [],
    withoutLabels: 0,
    range: [0, 5],
    lengthBins: [3],
    truncatedCount: 1,
    skipped: [{ line: 5, reason: 'the label "none" is not a number' }],
    skippedCount: 1,
  });
});

test("bins of eight tokens", () => {
  const lengths = [1, 8, 9, 16, 17, 40];
  const offsets = Uint32Array.from([0, ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b))]);
  const split: EncodedSplit = { ...encoded, count: lengths.length, offsets };
  expect(lengthBins(split)).toEqual([2, 2, 1, 0, 1]);
});
