import { describe, expect, test } from "vitest";
import { columnsByContent } from "../../../src/data/tables/columns-by-content.ts";
import { mappingFor, recogniseTask, taskOf } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { hasShared, sharedBlob } from "../shared-files.ts";

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
    ["a number for each text", ["a text\t0", "the text\t1", "some text\t2", "no text\t3"]],
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

/** Rows as JSON Lines have them, with what else stands in the line. */
const jsonOf = (labels: readonly string[], more: object = {}): readonly string[] =>
  labels.map((label, row) => JSON.stringify({ premise: `a premise “${row}”`, hypothesis: `a claim of ${row}`, label, ...more })); // prettier-ignore
const inference = ["entailment", "neutral", "contradiction", "neutral", "entailment"];
const sickHead =
  "pair_ID sentence_A sentence_B entailment_label relatedness_score entailment_AB entailment_BA sentence_A_original " +
  "sentence_B_original sentence_A_dataset sentence_B_dataset SemEval_set";
const sickRow = (label: string, row: number): string =>
  [row, `a goat ${row}`, `an old goat ${row}`, label, 3.5 + row, "A_neutral_B", "B_entails_A"].join("\t") +
  "\tA goat.\tAn old goat.\tmade up\tmade up\tTRAIN";

/** The layouts in which sets of inference go round; their rows made up. */
const layouts = [
  { name: "SNLI and MNLI as JSON Lines", file: "dev.jsonl", lines: jsonOf(inference), columns: [0, 1, 2], task: "pair" },
  { name: "SciTail as JSON Lines, with a tag", file: "test.jsonl", lines: jsonOf(["entailment", "not_entailment"], { tag: "" }), columns: [0, 1, 2], task: "pair" },
  { name: "a sample of SNLI, label first", file: "sample.tsv", lines: rowsOf(inference, 0), columns: [1, 2, 0], task: "pair" },
  { name: "SNLI without case, label last", file: "test.tsv", lines: rowsOf(["1", "0", "2", "1", "0", "2"]), columns: [0, 1, 2], task: "pair" },
  { name: "SciTail tokenised, label last", file: "test.tsv", lines: rowsOf(["1", "0", "1", "1"]), columns: [0, 1, 2], task: "pair" },
  // It holds a class and a score: a person says which is meant.
  { name: "SICK, CRLF", file: "SICK.txt", lines: [sickHead.replaceAll(" ", "\t"), ...["NEUTRAL", "ENTAILMENT", "CONTRADICTION"].map(sickRow)].map((line) => `${line}\r`), columns: [1, 2, 3], task: null },
]; // prettier-ignore

test.each(layouts)("layout of $name", async ({ file, lines, columns, task }) => {
  const table = await readTable(new Blob([`${lines.join("\n")}\n`]), file);
  const rowCount = lines.length - (file === "SICK.txt" ? 1 : 0);
  expect([table.rows.length, table.skippedCount]).toEqual([rowCount, 0]);
  const [first, second, label] = columns;
  expect(mappingFor(taskOf("pair"), table)).toEqual({ first, second, label });
  expect(recogniseTask(table)?.task.id ?? null).toBe(task);
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
  test.for(real)("$path", async ({ path, rows, columns, task }, { skip }) => {
    skip(!hasShared(path), "../shared is not here");
    const table = await readTable(sharedBlob(path), path);
    expect([table.rows.length, table.skippedCount]).toEqual([rows, 0]);
    const [first, second, label] = columns;
    expect(mappingFor(taskOf("pair"), table)).toEqual({ first, second, label });
    expect(recogniseTask(table)?.task.id ?? null).toBe(task);
  });
});

test("one text and a class that comes again are known without names, whichever comes first", async () => {
  const texts = ["a text", "the text", "some text", "no text"].map((text, row) => [
    text,
    ["joy", "fear"][row % 2] ?? "",
  ]);
  const left = await read(texts.map((row) => row.join("\t")));
  expect(recogniseTask(left)).toMatchObject({ task: { id: "single" }, mapping: { first: 0, second: null, label: 1 } });
  const right = await read(texts.map((row) => row.toReversed().join("\t")));
  expect(recogniseTask(right)?.mapping).toEqual({ first: 1, second: null, label: 0 });
});
