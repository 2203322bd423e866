import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asTheFileSays } from "../../../../src/contract/reading.ts";
import { AppError } from "../../../../src/core/errors.ts";
import { buildDataset, type Dataset } from "../../../../src/data/dataset/dataset.ts";
import { mappingFor, recogniseTask } from "../../../../src/data/dataset/recognise.ts";
import { itemsOf } from "../../../../src/data/tables/labels/label-lists.ts";
import { readTable } from "../../../../src/data/tables/read-table.ts";
import type { Table } from "../../../../src/data/tables/table.ts";

const read = (text: string, name: string, multiLabel: boolean | null = null): Promise<Table> =>
  readTable(new Blob([text]), name, { ...asTheFileSays, multiLabel });

/** What rows are said to have, as [labels] or null where they are not known. */
const setsOf = (table: Table): readonly unknown[] => {
  const column = table.labelSets?.column ?? -1;
  return table.rows.map((row) => (row[column] === "" ? null : (JSON.parse(row[column] ?? "") as unknown)));
};

/** The step that says so, and its sentence. */
const said = ({ reading }: Table): readonly (string | null)[] => {
  const step = reading.findLast(({ stage }) => stage === "labels");
  return [step?.found ?? null, step?.assumed ?? null];
};

async function datasetOf(table: Table, dev: Table | null = null): Promise<Dataset> {
  const known = recogniseTask(table);
  if (known === null) throw new Error("not recognised");
  const devMapping = dev === null ? null : mappingFor(known.task, dev);
  const choice = { train: table, trainMapping: known.mapping, dev, devMapping, devShare: 0.25, splitSeed: 1 };
  return await buildDataset({ task: known.task, ...choice, sample: null });
}

const wanted = [["a"], ["a", "b"], [], ["b", "c"], ["c"], ["c", "a"], null];
const lines = (rows: readonly string[]): string => `${rows.join("\n")}\n`;
const inJson = (labels: readonly unknown[]): string =>
  lines(labels.map((own, row) => JSON.stringify({ text: `text ${row}`, labels: own })));
const inCsv = (cells: readonly string[], name = "labels"): string =>
  lines([`text,${name}`, ...cells.map((cell, row) => `some text ${row},"${cell.replaceAll('"', '""')}"`)]);

describe("several labels a row", () => {
  test.each([
    ["lists in JSON Lines", inJson(wanted), "t.jsonl"],
    ["lists in one JSON value", JSON.stringify(wanted.map((labels) => ({ text: "some text", labels }))), "t.json"],
    [
      "lists as pandas writes them",
      inCsv(["['a']", "['a', 'b']", "[]", "['b', 'c']", "['c']", "['c', 'a']", ""]),
      "t.csv",
    ],
    ["JSON lists in CSV", inCsv(wanted.map((labels) => (labels === null ? "" : JSON.stringify(labels)))), "t.csv"],
    ["pipes", inCsv(["a", "a|b", "[]", "b|c", "c", "c|a", ""], "tags"), "t.csv"],
  ])("%s", async (_, text, name) => {
    const table = await read(text, name);
    expect(setsOf(table)).toEqual(wanted);
    expect(said(table)[0]).toBe("several labels a row");
    expect(recogniseTask(table)?.task.id).toBe("single-labels");
  });

  test.each([
    ["commas and blanks", ["a, b", "a", "b, c", "c", "a, c, b"], ","],
    ["semicolons", ["a;b", "a", "b; c", "c", "a;c;b"], ";"],
  ])("with %s between them", async (_, cells, separator) => {
    const table = await read(inCsv(cells), "t.csv");
    expect(setsOf(table)).toEqual([["a", "b"], ["a"], ["b", "c"], ["c"], ["a", "c", "b"]]);
    expect(table.labelSets?.separator).toBe(separator);
    expect(said(table)[1]).toContain(`labels with "${separator}" between them: a, b, c.`);
  });

  test("lists with a place for each label, also as numpy writes them; of two places too", async () => {
    const table = await read(inJson([[1, 0, 1], [0, 0, 0], [0.0, 1.0, 1.0], null]), "t.jsonl");
    expect(setsOf(table)).toEqual([["0", "2"], [], ["1", "2"], null]);
    expect(said(table)[1]).toContain("a place for each of 3 labels");
    expect(setsOf(await read(inCsv(["[0. 1.]", "[0. 0.]", "[1. 1.]"]), "t.csv"))).toEqual([["1"], [], ["0", "1"]]);
    // Numbers of labels are no places: they differ in length, or hold more than 0 and 1.
    expect(setsOf(await read(inJson([[0, 3], [3, 1], [0]]), "t.jsonl"))).toEqual([["0", "3"], ["3", "1"], ["0"]]);
  });

  test("columns of 0 and 1 beside a text, as Jigsaw has them; -1 and an empty cell are not known", async () => {
    const text = lines([
      "id,comment_text,toxic,severe_toxic,threat",
      ...["1,0,0", "0,0,0", "1,1,1", "-1,-1,-1", "1,,0"].map((flags, row) => `${row}f,"some text, ${row}",${flags}`),
    ]);
    const table = await read(text, "train.csv");
    expect(setsOf(table)).toEqual([["toxic"], [], ["toxic", "severe_toxic", "threat"], null, null]);
    expect(said(table)[1]).toBe(
      "The 3 columns of 0 and 1 are labels of their own (toxic, severe_toxic, threat); a row may have none of them, and " +
        "one with an empty cell or -1 is left out.",
    );
    expect(recogniseTask(table)?.mapping).toEqual({ first: 1, second: null, label: 5 });
    const { labels, train, dev } = await datasetOf(table, table);
    expect([labels, train.examples.map(({ label }) => label), dev.skipped.length]).toEqual([
      ["severe_toxic", "threat", "toxic"],
      [[2], [], [0, 1, 2]],
      2,
    ]);
  });

  test.each([
    "names-1.parquet",
    "names-2.parquet",
    "numbers-1.parquet",
    "numbers-2.parquet",
    "names.feather",
    "numbers.feather",
  ])("%s of pyarrow, over pages, with a missing and an empty list", async (name) => {
    const file = (path: string) => readFileSync(new URL(`../../labels/${path}`, import.meta.url));
    const table = await readTable(new Blob([file(name)]), name);
    expect(setsOf(table)).toEqual(JSON.parse(file("wanted.json").toString()));
    const { labels } = await datasetOf(table);
    expect(labels).toEqual(["anger", "joy", "love"]);
  });

  test("a list in a pair's table", async () => {
    const table = await read(
      lines([[0, 1], [1], []].map((labels) => JSON.stringify({ premise: "a b", hypothesis: "c d", labels }))),
      "t.jsonl",
    );
    expect(recogniseTask(table)).toMatchObject({
      task: { id: "pair-labels" },
      mapping: { first: 0, second: 1, label: 2 },
    });
  });
});

describe("what shows that a row has several", () => {
  const filler = ["a", "b", "c", "a", "b", "c"];

  test("nine of ten joined cells of labels that recur, not fewer", async () => {
    const joinedCells = ["a|b", "b|c", "c|a", "a|b", "b|c", "c|a", "a|b", "b|c", "c|a"];
    const slip = await read(inCsv([...filler, ...joinedCells, "never|again"]), "t.csv");
    expect(slip.labelSets?.separator).toBe("|");
    const slips = await read(inCsv([...filler, ...joinedCells, "never|again", "nor|this"]), "t.csv");
    expect(slips.labelSets).toBeNull();
  });

  test("labels are no sentences", async () => {
    const [one, other] = ["first ".repeat(20), "second ".repeat(20)];
    const sentences = await read(inCsv([`${one}|${other}`, one, other, `${other}|${one}`]), "t.csv");
    expect(sentences.labelSets).toBeNull();
  });

  test("one row with two columns set, where no row has none", async () => {
    const set = await read(lines(["text,good,bad", "a b,1,0", "c d,1,1", "e f,0,1"]), "t.csv");
    expect(setsOf(set)).toEqual([["good"], ["good", "bad"], ["bad"]]);
  });

  test("of two columns without a name that is known, the one that is no text", async () => {
    const cells = ["a|b", "a", "b|c", "c", "b", "c|a"];
    const rows = cells.map((cell, row) => `some longer text number ${row} of these,${cell}`);
    expect((await read(lines(["phrase,marks", ...rows]), "t.csv")).labelSets).toEqual({ column: 1, separator: "|" });
  });
});

describe("one label a row", () => {
  const food = inCsv(["Food, drinks", "Sports", "Food, drinks", "Travel", "Sports", "Travel"], "label");

  test("a name with a comma is one where its parts stand nowhere else; a person may say otherwise", async () => {
    const table = await read(food, "t.csv");
    expect([table.labelSets, table.rows[0]?.[1]]).toEqual([null, "Food, drinks"]);
    expect(said(table)).toEqual([
      "one label a row",
      expect.stringMatching(/^A label such as "Food, drinks" is taken whole/),
    ]);
    expect(setsOf(await read(food, "t.csv", true))[0]).toEqual(["Food", "drinks"]);
  });

  test("a person may say so of what looks like several", async () => {
    const table = await read(inCsv(["a|b", "a", "b|c", "c"]), "t.csv", false);
    expect([table.labelSets, table.rows[0]?.[1], said(table)[0]]).toEqual([null, "a|b", "one label a row"]);
    const lists = await read(inJson([["a", "b"], ["a"]]), "t.jsonl", false);
    expect([lists.header, lists.labelSets]).toEqual([["text"], null]);
  });

  test("lists of one, columns of which one is set, numbers with a comma and texts stay what they are", async () => {
    const ones = await read(inJson([["a"], ["b"], ["a"]]), "t.jsonl");
    expect([ones.labelSets, ones.rows.map((row) => row[1])]).toEqual([null, ["a", "b", "a"]]);
    const set = await read(lines(["text,good,bad", "a b,1,0", "c d,0,1", "e f,1,0"]), "t.csv");
    expect([set.labelSets, set.rows.map((row) => row[3]), recogniseTask(set)?.task.id]).toEqual([
      null,
      ["good", "bad", "good"],
      "single",
    ]);
    const scores = await read(inCsv(["3,5", "4,5", "3,4", "5,4"], "score"), "t.csv");
    expect([scores.labelSets, recogniseTask(scores)?.task.id]).toEqual([null, "single-score"]);
    const annotators = lines(
      [["x", "y"], ["y"]].map((own, row) =>
        JSON.stringify({ gold_label: `l${row}`, sentence1: "a", sentence2: "b", annotator_labels: own }),
      ),
    );
    const snli = await read(annotators, "snli.jsonl");
    expect([snli.labelSets, snli.header?.includes("annotator_labels")]).toEqual([null, false]);
  });
});

test("a list that one of the rows has is a list for all, also far down", async () => {
  const many = Array.from({ length: 300 }, (_, row) => (row === 290 ? ["a", "b"] : [row % 2 === 0 ? "a" : "b"]));
  const table = await read(inJson(many), "t.jsonl");
  expect([setsOf(table)[290], setsOf(table)[0]]).toEqual([["a", "b"], ["a"]]);
});

test("labels that train lacks, and rows with the same labels all, are told", async () => {
  const train = await read(inJson([["a"], ["a", "b"], [], ["b"]]), "t.jsonl");
  const dev = await read(inJson([["a"], ["a", "x"], []]), "dev.jsonl");
  const { dev: scored } = await datasetOf(train, dev);
  expect(scored.examples.map(({ label }) => label)).toEqual([[0], []]);
  expect(scored.skipped).toEqual([{ line: 2, reason: 'the label "x" is unknown (wanted: a, b)' }]);
  const same = await read(
    inJson([
      ["a", "b"],
      ["a", "b"],
    ]),
    "t.jsonl",
  );
  await expect(datasetOf(same)).rejects.toThrow(/has the same label, "a" and "b" in column "labels"/);
});

test("train's rows with one label each beside a dev file with several: said, with what to do, which helps", async () => {
  const [one, several] = [
    inCsv(["a", "b", "c", "a", "b", ""], "label"),
    inCsv(["a|b", "a", "b|c", "c", "a|c"], "label"),
  ];
  const made = await datasetOf(await read(one, "train.csv"), await read(several, "dev.csv"));
  expect(made.dev.examples.map(({ label }) => label)).toEqual([0, 2]);
  expect(made.warnings).toContain(
    "Rows of dev.csv have several labels, those of train.csv one. If a row may have several, say so (--multi-label yes), " +
      "or choose a task with several labels.",
  );
  const asSaid = await read(one, "train.csv", true);
  expect(said(asSaid)).toEqual([
    "several labels a row",
    expect.stringMatching(/^Every cell of column "label" is one label: a, b, c\./),
  ]);
  expect(setsOf(asSaid)).toEqual([["a"], ["b"], ["c"], ["a"], ["b"], null]);
  const whole = await datasetOf(asSaid, await read(several, "dev.csv", true));
  expect([whole.task.id, whole.dev.examples.map(({ label }) => label)]).toEqual([
    "single-labels",
    [[0, 1], [0], [1, 2], [2], [0, 2]],
  ]);
  expect(whole.warnings.join(" ")).not.toContain("--multi-label");
  const bare = await read(lines(["text,other,third", "a b,c d,e f", "g h,i j,k l"]), "t.csv", true);
  expect([bare.labelSets, ...said(bare)]).toEqual([null, "one label a row", "No column is named as one with labels."]);
});

test("any cell is a list or none, and never hangs", () => {
  expect(itemsOf("['it\\'s', \"b\", 3]")).toEqual(["it's", "b", "3"]);
  expect(itemsOf("['it\\'s' 'b c' 3.]")).toEqual(["it's", "b c", "3."]);
  for (const none of ["a", "[a", "['a', ['b']]", "[{'a': 1}]", "['a]"]) expect(itemsOf(none)).toBeNull();
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("[", "]", "'", '"', "\\", ",", " ", "a", "1") }),
      (cell) => void itemsOf(`[${cell}]`),
    ),
  );
  expect(itemsOf("[ a, b,  ]")).toEqual(["a", "b"]);
  for (const long of ["'a\\".repeat(50_000), "a,".repeat(50_000) + " ".repeat(100_000)]) {
    const started = performance.now();
    itemsOf(`[${long}]`);
    expect(performance.now() - started).toBeLessThan(1000);
  }
});

test("whatever the cells, a table or an AppError", async () => {
  const cell = fc.oneof(
    fc.constantFrom("a", "b", "a|b", "b;a", "[]", "['a']", "[0,1]", "", "NA", "1", "0"),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string(), cell, cell)),
      fc.constantFrom(true, false, null),
      async (rows, choice) => {
        const text = lines([
          "text\tlabels\ttags",
          ...rows.map((row) => row.map((one) => one.replaceAll(/[\t\r\n]/g, "")).join("\t")),
        ]);
        const table = await read(text, "t.tsv", choice).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          return null;
        });
        if (table !== null) expect(table.rows.every(({ length }) => length === table.columnCount)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
