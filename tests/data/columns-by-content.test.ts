import { describe, expect, test } from "vitest";
import { columnsByContent } from "../../src/data/columns-by-content.ts";
import { mappingFor, recogniseTask, taskOf } from "../../src/data/recognise.ts";
import { readTable, type Table } from "../../src/data/table.ts";
import { hasShared, sharedBlob } from "./shared-files.ts";

const read = (rows: readonly string[]): Promise<Table> => readTable(new Blob([rows.join("\n")]), "t.tsv");
/** Rows of two texts, with the label put where it is asked for. */
const rowsOf = (labels: readonly string[], place = 2): readonly string[] =>
  labels.map((label, row) => {
    const cells = [`a premise of row ${row}`, `a claim of row ${row}`];
    return [...cells.slice(0, place), label, ...cells.slice(place)].join("\t");
  });

describe("pairs without a header", () => {
  test.each([
    ["words of inference first", rowsOf(["entailment", "neutral", "contradiction"], 0), { first: 1, second: 2, label: 0 }],
    ["two words, and none", rowsOf(["Entails", "-", "non-entailment"], 1), { first: 0, second: 2, label: 1 }],
    ["numbers last", rowsOf(["0", "1", "2", "0", "1", "2"]), { first: 0, second: 1, label: 2 }],
    ["two numbers, and none", rowsOf(["0", "1", "-1", "1", "0"]), { first: 0, second: 1, label: 2 }],
  ])("%s", async (_, rows, mapping) => {
    const table = await read(rows);
    expect(recogniseTask(table)).toMatchObject({ task: { id: "pair" }, mapping });
    expect(mappingFor(taskOf("mnli"), table)).toEqual(mapping);
    expect(mappingFor(taskOf("single"), table)).toBeNull();
    expect(mappingFor(taskOf("stsb"), table)).toBeNull();
  }); // prettier-ignore

  test.each([
    ["rows numbered from 0", rowsOf(["0", "1", "2"], 0)],
    ["numbers of a scale", rowsOf(["0", "1", "3", "0", "1", "3"])],
    ["other words", rowsOf(["good", "bad", "good", "bad"])],
    ["one label", rowsOf(["entailment", "entailment", "entailment"])],
    ["a fourth column", rowsOf(["0", "1", "0", "1"]).map((row) => `${row}\tmore of it`)],
    ["two columns of labels", ["0\ta text here\tentailment", "1\ta text\tneutral", "0\tthe text\tentailment", "1\ta b\tneutral"]],
    ["an id in place of a text", ["0\tid1\ta text here", "1\tid2\ta text", "0\tid3\tthe text", "1\tid4\tone text"]],
    ["one text", ["a text\t0", "the text\t1", "some text\t0", "no text\t1"]],
  ])("a person is asked where it is not clear: %s", async (_, rows) => {
    const table = await read(rows);
    expect(table.header).toBeNull();
    expect([recogniseTask(table), columnsByContent(table)]).toEqual([null, null]);
  }); // prettier-ignore

  test("a file with a header goes by its names alone", async () => {
    const table = await read([
      "one\ttwo\tgold",
      ...rowsOf(Array.from({ length: 12 }, (_, row) => (row % 2 === 0 ? "entails" : "neutral"))),
    ]);
    expect(table.header).toEqual(["one", "two", "gold"]);
    expect(recogniseTask(table)).toBeNull();
  });
});

/** `columns`: those of first text, second text and label. */
const real = [
  { path: "nli/MNLI/dev_matched.jsonl", rows: 9815, columns: [0, 1, 2], task: "pair" },
  { path: "nli/MNLI/dev_matched_sample1000.tsv", rows: 1000, columns: [1, 2, 0], task: "pair" },
  { path: "nli/MNLI/dev_mismatched_sample1000.tsv", rows: 1000, columns: [1, 2, 0], task: "pair" },
  { path: "nli/SNLI/dev.jsonl", rows: 9842, columns: [0, 1, 2], task: "pair" },
  { path: "nli/SNLI/test_lowercased.tsv", rows: 9824, columns: [0, 1, 2], task: "pair" },
  { path: "nli/SNLI/test_sample1000.tsv", rows: 1000, columns: [1, 2, 0], task: "pair" },
  { path: "nli/SciTail/test.jsonl", rows: 2126, columns: [0, 1, 2], task: "pair" },
  { path: "nli/SciTail/test_tokenised.tsv", rows: 2126, columns: [0, 1, 2], task: "pair" },
  // It holds a class and a score: a person says which is meant.
  { path: "nli/SICK/SICK.txt", rows: 9840, columns: [1, 2, 3], task: null },
];

describe("real files of inference", () => {
  const found = real.filter(({ path }) => hasShared(path));
  test.skipIf(found.length === 0).each(found)("$path", async ({ path, rows, columns, task }) => {
    const table = await readTable(sharedBlob(path), path);
    expect([table.rows.length, table.skippedCount]).toEqual([rows, 0]);
    const [first, second, label] = columns;
    expect(mappingFor(taskOf("pair"), table)).toEqual({ first, second, label });
    expect(recogniseTask(table)?.task.id ?? null).toBe(task);
  });
});
