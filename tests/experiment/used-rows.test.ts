import { describe, expect, test } from "vitest";
import type { TaskKind } from "../../src/contract/catalog.ts";
import type { EncodedData } from "../../src/experiment/encoding.ts";
import { labelCountsOf, limitedData, typeNote, unknownNote } from "../../src/experiment/used-rows.ts";
import { syntheticSplit } from "../train/synthetic.ts";

/** As much as is read: rows in blocks of one label each, as a sorted file has them. */
function dataOf(kind: TaskKind = "classification", pair = false): EncodedData {
  const blocks = (count: number) => {
    const split = syntheticSplit(count, 6, 50, true);
    return { ...split, labels: split.labels.map((_, row) => (row < count / 4 ? 1 : 0)) };
  };
  const [train, dev] = [blocks(16), blocks(12)];
  const examples = Array.from(dev.labels, (label, row) => ({
    first: `row ${row}`,
    second: null,
    label,
    line: row + 2,
  }));
  const dataset = { task: { kind, pair }, dev: { examples } };
  return { dataset, train, dev, tokenizer: { unknownId: 49 } } as unknown as EncodedData;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((all, one) => all + one, 0);

describe("limits", () => {
  test("leave every label its share, and the texts of the very rows", () => {
    const data = dataOf();
    const { train, dev, devExamples } = limitedData(data, { trainLimit: 8, devLimit: 4 });
    expect([train.count, sum(train.labels), dev.count, sum(dev.labels)]).toEqual([8, 2, 4, 1]);
    expect(devExamples.map(({ label }) => label)).toEqual([...dev.labels]);
    for (const [at, { line }] of devExamples.entries()) {
      const rowOf = (split: typeof dev, row: number) => [
        ...split.ids.subarray(split.offsets[row], split.offsets[row + 1]),
      ];
      expect(rowOf(dev, at)).toEqual(rowOf(data.dev, line - 2));
    }
  });

  test("that are not there, or beyond the rows, leave all as it is", () => {
    const data = dataOf();
    for (const limit of [null, 16, 100]) {
      const { train, dev, devExamples } = limitedData(data, { trainLimit: limit, devLimit: limit });
      expect([train, dev, devExamples]).toEqual([data.train, data.dev, data.dataset.dev.examples]);
    }
  });
});

test("rows are counted by class, and not where a row has several labels or a score", () => {
  const { dev } = dataOf();
  expect(labelCountsOf(dev, ["no", "yes", "none"], "classification")).toEqual({ devLabelCounts: [9, 3, 0] });
  expect(labelCountsOf(dev, [], "regression")).toEqual({ devLabelCounts: [] });
  expect(labelCountsOf(dev, ["no", "yes"], "multi-label")).toEqual({});
});

test("what a model does not tell apart or know is said", () => {
  expect(typeNote(dataOf("classification", true), 1)).toMatch(/type_vocab_size is 1, so both texts/);
  expect([typeNote(dataOf("classification", true), 2), typeNote(dataOf(), 1)]).toEqual([null, null]);
  const data = dataOf();
  const withUnknown = (count: number) =>
    unknownNote({ ...data, train: { ...data.train, ids: new Uint32Array(50).fill(49, 0, count) } });
  expect(withUnknown(5)).toBeNull();
  expect(withUnknown(6)).toMatch(/^12 % of the tokens are unknown/);
  const tokenizer = { ...data.tokenizer, unknownId: null };
  expect(unknownNote({ ...data, tokenizer })).toBeNull();
});
