import { describe, expect, test } from "vitest";
import type { ColumnMapping } from "../../src/contract/run.ts";
import { buildDataset } from "../../src/data/dataset.ts";
import { mappingFor, recogniseTask, tableRecord, taskOf } from "../../src/data/recognise.ts";
import { readTable, type Table } from "../../src/data/table.ts";
import { hasShared, sharedBlob } from "./shared-files.ts";

interface Expected {
  readonly path: string;
  readonly task: string;
  readonly rows: number;
  readonly mapping: ColumnMapping;
  /** Examples per label index, or the mean of the scores to three digits. */
  readonly labels: readonly number[] | number;
}

const columns = (first: number, second: number | null, label: number): ColumnMapping => ({ first, second, label });

/** Counts as ../shared/data/PROVENANCE.md gives them. */
const files: readonly Expected[] = [
  { path: "RTE/train.tsv", task: "rte", rows: 2490, mapping: columns(1, 2, 3), labels: [1249, 1241] },
  { path: "RTE/dev.tsv", task: "rte", rows: 277, mapping: columns(1, 2, 3), labels: [146, 131] },
  { path: "MRPC/train.tsv", task: "mrpc", rows: 3668, mapping: columns(3, 4, 0), labels: [1194, 2474] },
  { path: "MRPC/dev.tsv", task: "mrpc", rows: 408, mapping: columns(3, 4, 0), labels: [129, 279] },
  { path: "STS-B/train.tsv", task: "stsb", rows: 5749, mapping: columns(7, 8, 9), labels: 2.701 },
  { path: "STS-B/dev.tsv", task: "stsb", rows: 1500, mapping: columns(7, 8, 9), labels: 2.364 },
  { path: "CoLA/train.tsv", task: "cola", rows: 8551, mapping: columns(3, null, 1), labels: [2528, 6023] },
  { path: "CoLA/dev.tsv", task: "cola", rows: 1043, mapping: columns(3, null, 1), labels: [322, 721] },
  { path: "SST-2/train.tsv", task: "sst2", rows: 67349, mapping: columns(0, null, 1), labels: [29780, 37569] },
  { path: "SST-2/dev.tsv", task: "sst2", rows: 872, mapping: columns(0, null, 1), labels: [428, 444] },
  { path: "QNLI/dev.tsv", task: "qnli", rows: 5463, mapping: columns(1, 2, 3), labels: [2702, 2761] },
];

describe("GLUE's real files", () => {
  const found = files.filter(({ path }) => hasShared(`glue/${path}`));
  test.skipIf(found.length === 0).each(found)("$path", async ({ path, task, rows, mapping, labels }) => {
    const table = await readTable(sharedBlob(`glue/${path}`), path);
    expect([table.rows.length, table.skippedCount]).toEqual([rows, 0]);
    expect(recogniseTask(table)).toMatchObject({ task: { id: task }, mapping });
    const dataset = await buildDataset({
      task: taskOf(task),
      train: table,
      trainMapping: mapping,
      dev: table,
      devMapping: mapping,
      devShare: 0.1,
      splitSeed: 1,
      sample: null,
    });
    const { examples, skippedCount } = dataset.train;
    expect([examples.length, skippedCount]).toEqual([rows, 0]);
    if (typeof labels === "number") {
      const mean = examples.reduce((sum, { label }) => sum + label, 0) / rows;
      expect(mean.toFixed(3)).toBe(labels.toFixed(3));
    } else {
      const counts = labels.map((_, index) => examples.filter(({ label }) => label === index).length);
      expect(counts).toEqual(labels);
    }
  });
});

describe("layouts by their header", () => {
  const read = (lines: readonly string[], name = "t.tsv"): Promise<Table> =>
    readTable(new Blob([lines.join("\n")]), name);
  const tabbed = (text: string): string => text.replaceAll(" ", "\t");
  const mnliHead =
    "index promptID pairID genre sentence1_binary_parse sentence2_binary_parse sentence1_parse sentence2_parse sentence1 sentence2";
  const cases: readonly (readonly [string, readonly string[], string | null, ColumnMapping | null])[] = [
    [
      "QQP",
      [tabbed("id qid1 qid2 question1 question2 is_duplicate"), "1\t2\t3\tWhy?\tWhy so?\t1"],
      "qqp",
      columns(3, 4, 5),
    ],
    [
      "MNLI train",
      [tabbed(`${mnliHead} label1 gold_label`), "0\t1\t2\tfiction\ta\tb\tc\td\tOne.\tTwo.\tneutral\tneutral"],
      "mnli",
      columns(8, 9, 11),
    ],
    [
      "MNLI dev",
      [
        tabbed(`${mnliHead} label1 label2 label3 label4 label5 gold_label`),
        "0\t1\t2\tslate\ta\tb\tc\td\tOne.\tTwo.\tneutral\tneutral\tentailment\tneutral\tneutral\tneutral",
      ],
      "mnli",
      columns(8, 9, 15),
    ],
    ["WNLI", ["index\tsentence1\tsentence2\tlabel", "0\tIt fell.\tThe cup fell.\t1"], "wnli", columns(1, 2, 3)],
    ["QNLI", ["index\tquestion\tsentence\tlabel", "0\tWho?\tHe.\tentailment"], "qnli", columns(1, 2, 3)],
    ["numbered classes", ["label,text", "3,fine", "1,bad"], "single", columns(1, null, 0)],
    ["premise and hypothesis", ["premise,hypothesis,label", "a,b,yes"], "pair", columns(0, 1, 2)],
    ["a score of one text", ["text\tscore", "fine\t3", "bad\t1"], "single-score", columns(0, null, 1)],
    ["a label with decimals", ["sentence1\tsentence2\tlabel", "a\tb\t0.25"], "pair-score", columns(0, 1, 2)],
    ["two labels", ["text\trating\tsentiment", "fine\t3\tgood"], null, null],
    ["no label", ["index\tsentence1\tsentence2", "0\ta\tb"], null, null],
    ["no text", ["label\tx", "1\ta"], null, null],
    ["no header", ["a fine film\tgood", "a bad film\tbad"], null, null],
  ];
  test.each(cases)("%s", async (_name, lines, task, mapping) => {
    const record = tableRecord(await read(lines, lines[0]?.includes(",") === true ? "t.csv" : "t.tsv"));
    expect([record.task, record.mapping]).toEqual([task, mapping]);
  });

  test("a task that a person names finds its columns where recognising could not", async () => {
    const both = await read(["sentence_A\tsentence_B\tentailment_label\trelatedness_score", "a\tb\tNEUTRAL\t4.5"]);
    expect(recogniseTask(both)).toBeNull();
    expect(mappingFor(taskOf("pair"), both)).toEqual(columns(0, 1, 2));
    expect(mappingFor(taskOf("pair-score"), both)).toEqual(columns(0, 1, 3));
    const nli = await read(["premise\thypothesis\tlabel", "a\tb\tneutral"]);
    expect(mappingFor(taskOf("mnli"), nli)).toEqual(columns(0, 1, 2));
    expect(mappingFor(taskOf("sst2"), nli)).toBeNull();
    expect(() => taskOf("glue")).toThrow(/no task "glue"; known are rte, mrpc/);
  });
});
