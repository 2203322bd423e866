import { describe, expect, test } from "vitest";
import type { ColumnMapping } from "../../../src/contract/run.ts";
import { buildDataset, type Dataset } from "../../../src/data/dataset/dataset.ts";
import { mappingFor, recogniseTask, tableRecord, taskOf } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { tasks } from "../../../src/data/tasks/index.ts";
import { columns, glueBlob, glueFiles } from "../glue-files.ts";
import { hasShared, sharedBlob } from "../shared-files.ts";

/** A dataset of one table, which is train and dev. */
function datasetOf(task: string, table: Table, mapping: ColumnMapping): Promise<Dataset> {
  const tables = { train: table, trainMapping: mapping, dev: table, devMapping: mapping };
  return buildDataset({ task: taskOf(task), ...tables, devShare: 0.1, splitSeed: 1, sample: null });
}

describe("GLUE's layouts, small", () => {
  test("an own file of pairs in WNLI's columns is no WNLI, which says again what it said", async () => {
    const rows = [
      "index\tsentence1\tsentence2\tlabel",
      "0\tA man plays\tSomeone makes music\t1",
      "1\tIt rains\tThe sun shines\t0",
    ];
    expect(recogniseTask(await readTable(new Blob([rows.join("\n")]), "train.tsv"))?.task.id).toBe("pair");
  });

  test.each(glueFiles)("$path", async ({ path, task, mapping, labels, skipped }) => {
    const table = await readTable(glueBlob(path), path);
    const { dialect, rows } = table;
    expect(dialect).toMatchObject({ separator: "\t", quoted: false });
    expect([rows.length, table.skipped.map(({ line }) => line)]).toEqual([labels.length, skipped]);
    expect(recogniseTask(table)).toMatchObject({ task: { id: task }, mapping });
    const { examples, skippedCount } = (await datasetOf(task, table, mapping)).train;
    expect([examples.map(({ label }) => label), skippedCount]).toEqual([labels, skipped.length]);
  });

  test("every GLUE task has its files, and train and dev go together", async () => {
    const glue = tasks.filter(({ hub }) => hub !== null).map(({ id }) => id);
    for (const id of glue) {
      const [train, ...devs] = glueFiles.filter(({ task }) => task === id);
      if (train === undefined || devs.length === 0) throw new Error(`no small files of ${id}`);
      for (const dev of devs) {
        const dataset = await buildDataset({
          task: taskOf(id),
          train: await readTable(glueBlob(train.path), train.path),
          trainMapping: train.mapping,
          dev: await readTable(glueBlob(dev.path), dev.path),
          devMapping: dev.mapping,
          devShare: 0.1,
          splitSeed: 1,
          sample: null,
        });
        expect(dataset).toMatchObject({ labels: taskOf(id).labels ?? [], devFromTrain: false, warnings: [] });
        expect([dataset.train, dataset.dev].map(({ examples }) => examples.length)).toEqual([
          train.labels.length,
          dev.labels.length,
        ]);
      }
    }
  });

  test.each([
    ["a byte-order mark, and quotes that are never closed", "MRPC/train.tsv", 4, ['" The bus was late again , she told the inquiry .', "She told the inquiry that the bus had never been late ."]],
    ["a quote that opens a cell", "STS-B/train.tsv", 4, ['"that depends on the weather.', "It depends on the weather, i think."]],
    ["doubled quotes", "QQP/train.tsv", 2, ['What does """touch wood""" mean?', 'What is meant by "touch wood"?']],
    ["blanks at the end", "SST-2/train.tsv", 1, ["dull ", null]],
    ["no header, quotes around the cell", "CoLA/train.tsv", 9, ['"Never," Peter said, "have I slept so well."', null]],
    ["no line end at the end", "CoLA/dev.tsv", 7, ["Fewer storks nest here than do they herons.", null]],
    ["letters of all kinds", "MNLI/train.tsv", 8, ["From Łódź it is an hour by train.", "The train is cheap."]],
  ] as const)("texts stay as they are written: %s", async (_name, path, row, texts) => {
    const file = glueFiles.find((candidate) => candidate.path === path);
    if (file === undefined) throw new Error(`no ${path}`);
    const { examples } = (await datasetOf(file.task, await readTable(glueBlob(path), path), file.mapping)).train;
    expect([examples[row]?.first, examples[row]?.second]).toEqual(texts);
  }); // prettier-ignore
});

interface Expected {
  readonly path: string;
  readonly task: string;
  readonly rows: number;
  readonly mapping: ColumnMapping;
  /** Examples per label index, or the mean of the scores to three digits. */
  readonly labels: readonly number[] | number;
}

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
  test.for(files)("$path", async ({ path, task, rows, mapping, labels }, { skip }) => {
    skip(!hasShared(`glue/${path}`), "../shared is not here");
    const table = await readTable(sharedBlob(`glue/${path}`), path);
    expect([table.rows.length, table.skippedCount]).toEqual([rows, 0]);
    expect(recogniseTask(table)).toMatchObject({ task: { id: task }, mapping });
    const { examples, skippedCount } = (await datasetOf(task, table, mapping)).train;
    expect([examples.length, skippedCount]).toEqual([rows, 0]);
    if (typeof labels === "number") {
      const mean = examples.reduce((sum, { label }) => sum + Number(label), 0) / rows;
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
  const cases: readonly (readonly [string, readonly string[], string | null, ColumnMapping | null])[] = [
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
