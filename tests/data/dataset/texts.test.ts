import { describe, expect, test } from "vitest";
import { taskOf } from "../../../src/data/dataset/recognise.ts";
import { textsOf } from "../../../src/data/dataset/texts.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { glueBlob, glueFiles } from "../glue-files.ts";

const tableOf = (text: string, name = "test.tsv"): Promise<Table> => readTable(new Blob([text]), name);
const mapping = (first: number, second: number | null, label: number | null) => ({ first, second, label });

/** Headers of GLUE's own test files, which have no labels. Source: the files that gluebenchmark.com hands out. */
const testFiles = [
  ["cola", "index\tsentence", mapping(1, null, null)],
  ["sst2", "index\tsentence", mapping(1, null, null)],
  ["mrpc", "index\t#1 ID\t#2 ID\t#1 String\t#2 String", mapping(3, 4, null)],
  ["qqp", "id\tquestion1\tquestion2", mapping(1, 2, null)],
  ["stsb", "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2", mapping(7, 8, null)],
  ["qnli", "index\tquestion\tsentence", mapping(1, 2, null)],
  ["rte", "index\tsentence1\tsentence2", mapping(1, 2, null)],
  ["wnli", "index\tsentence1\tsentence2", mapping(1, 2, null)],
  [
    "mnli",
    "index\tpromptID\tpairID\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2",
    mapping(7, 8, null),
  ],
] as const;

describe("the texts of a file to be predicted", () => {
  test.each(testFiles)("a test file of %s", async (task, header, wanted) => {
    const row = (index: number): string =>
      header
        .split("\t")
        .map((name) => (/index|id/i.test(name) ? String(index) : `some words ${index} of ${name}`))
        .join("\t");
    const table = await tableOf([header, ...[0, 1, 2, 3].map(row), ""].join("\n"));
    expect(table.rows).toHaveLength(4);
    expect(textsOf(table, taskOf(task))).toEqual(wanted);
  });

  test.each(glueFiles)("$path brings labels to score by", async ({ path, task, mapping: wanted }) => {
    expect(textsOf(await readTable(glueBlob(path), path), taskOf(task))).toEqual(wanted);
  });

  test("a column of -1 is no column of labels", async () => {
    const table = await tableOf("sentence,label,idx\ngood film,-1,0\nbad film,-1,1\n", "test.csv");
    expect(textsOf(table, taskOf("single"))).toEqual(mapping(0, null, null));
    const mixed = await tableOf("sentence,label,idx\ngood film,1,0\nbad film,-1,1\n", "test.csv");
    expect(textsOf(mixed, taskOf("single"))).toEqual(mapping(0, null, 1));
  });

  test("one column is the text; else the columns of words, as many as are read", async () => {
    expect(textsOf(await tableOf("good\nbad\n"), taskOf("single"))).toEqual(mapping(0, null, null));
    const named = await tableOf("no\tmessage\n1\tthe film was good\n2\ta book I read\n");
    expect(textsOf(named, taskOf("single"))).toEqual(mapping(1, null, null));
    expect(textsOf(named, taskOf("pair"))).toBeNull();
    const two = await tableOf("1\tthe film was good\tit was a film\n2\ta book I read\tI read it\n");
    expect(textsOf(two, taskOf("pair"))).toEqual(mapping(1, 2, null));
    expect(textsOf(two, taskOf("single"))).toBeNull();
  });
});
