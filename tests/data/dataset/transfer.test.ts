import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { buildDataset, type Dataset } from "../../../src/data/dataset/dataset.ts";
import { mappingFor, taskOf } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { buildTransfer, transferWarning, type Transfer } from "../../../src/data/dataset/transfer.ts";

const read = (lines: readonly string[], name = "set.tsv"): Promise<Table> =>
  readTable(new Blob([lines.join("\n")]), name);

async function trainedOn(task: string, lines: readonly string[]): Promise<Dataset> {
  const train = await read(lines, "train.tsv");
  const chosen = taskOf(task);
  const trainMapping = mappingFor(chosen, train);
  if (trainMapping === null) throw new Error("unclear columns");
  const choice = { devShare: 0.5, splitSeed: 0, sample: null };
  return buildDataset({ task: chosen, train, trainMapping, dev: train, devMapping: trainMapping, ...choice });
}

const source = { kind: "file", name: "set.tsv" } as const;
const nli = await trainedOn("mnli", [
  "premise\thypothesis\tlabel",
  "a\tb\tneutral",
  "a\tc\tentailment",
  "a\td\tcontradiction",
]);
const scored = await trainedOn("pair-score", ["sentence1\tsentence2\tscore", "a\tb\t0", "a\tc\t5"]);
const single = await trainedOn("sst2", ["sentence\tlabel", "a\t0", "b\t1"]);

const build = async (lines: readonly string[], dataset = nli): Promise<Transfer> =>
  buildTransfer({ name: "Set", table: await read(lines), source }, dataset);

describe("a set of another source", () => {
  test("of two labels is scored in two classes; rows without a label or text are left out with their line", async () => {
    const set = await build([
      "premise\thypothesis\tgold_label",
      "a\tb\tneutral", // 2
      "a\tc\tentails", // 3
      "a\td\t-", // 4
      "a\t \tneutral", // 5
      "a\te\t-1", // 6
    ]);
    expect(set.record).toEqual({
      name: "Set",
      source,
      rowCount: 2,
      labels: ["entailment", "not_entailment"],
      mapping: expect.stringMatching(/^Of the model's labels, "neutral" and "contradiction" count as "not_entailment"/),
    });
    expect(set.ofTrained).toEqual([0, 1, 1]);
    expect(set.split.examples).toEqual([
      { first: "a", second: "b", label: 1, line: 2 },
      { first: "a", second: "c", label: 0, line: 3 },
    ]);
    expect(set.split.skipped.map(({ line }) => line)).toEqual([4, 5, 6]);
    expect(transferWarning(set)).toMatch(/^The set "Set" leaves out 3 lines: line 4, no label \(-\)/);
  });

  test("of several labels a row is read by the trained names; a row with another is left out", async () => {
    const several = await trainedOn("single-labels", ["text\tlabels", "a\t['x', 'y']", "b\t['x']", "c\t[]"]);
    const set = await build(["text\tlabels", "d\t['Y']", "e\t[]", "f\t['x', 'z']"], several);
    expect(set.split.examples.map(({ label }) => label)).toEqual([[1], []]);
    expect(set.split.skipped[0]?.reason).toMatch(/"z" is unknown/);
    expect([set.ofTrained, set.record.labels, set.record.mapping]).toEqual([[], ["x", "y"], null]);
  });

  test("takes the columns that go with the trained task where a file has a score beside the class", async () => {
    const sick = [
      "pair_ID\tsentence_A\tsentence_B\tentailment_label\trelatedness_score",
      "1\ta\tb\tNEUTRAL\t4.5",
      "2\tc\td\tENTAILMENT\t1",
      "3\te\tf\tCONTRADICTION\t3",
    ];
    const classes = await build(sick);
    expect(classes.split.examples.map(({ label }) => label)).toEqual([1, 0, 2]);
    expect([classes.record.mapping, transferWarning(classes)]).toEqual([null, null]);
    const scores = await build(sick, scored);
    expect(scores.split.examples.map(({ label }) => label)).toEqual([4.5, 1, 3]);
    expect(scores.ofTrained).toEqual([]);
  });

  test("has its scale told where that is another, and not where it is the trained one", async () => {
    const rows = (scale: number): readonly string[] => [
      "text_a\ttext_b\tscore",
      `a\tb\t${0.02 * scale}`,
      `c\td\t${scale}`,
    ];
    expect((await build(rows(5), scored)).record.mapping).toBeNull();
    expect((await build(rows(1), scored)).record.mapping).toBe(
      "Its scores go from 0.02 to 1, those of train from 0 to 5: a correlation does not depend on the scale.",
    );
  });

  test("whose file is known has its numbers named as there, and that is told", async () => {
    const wnli = ["index\tsentence1\tsentence2\tlabel", "0\ta b\ta\t0", "1\tc d\td\t1"];
    const set = await build(wnli);
    expect(set.split.examples.map(({ label }) => set.record.labels[Number(label)])).toEqual([
      "not_entailment",
      "entailment",
    ]);
    expect(set.record.mapping).toMatch(/^Numbers are labels as in wnli: 0 is not_entailment, 1 is entailment\. Of the/);
    const own = await build(["sentence\tlabel", "c \t1", "d \t0"], single);
    expect([own.split.examples.map(({ label }) => label), own.record.mapping]).toEqual([[1, 0], null]);
    const other = await build(["review\tlabel\tstars", "c\t1\t5", "d\t0\t1"], single);
    expect(other.record.mapping).toMatch(/"1" counts as "positive"/);
  });

  test.each([
    ["one text for two", ["text\tlabel", "a\tneutral"], nli, "bad-columns", /takes two texts a row/],
    ["two texts for one", ["premise\thypothesis\tlabel", "a\tb\t1"], single, "bad-columns", /takes one text a row/],
    [
      "no known columns",
      ["x\ty\tz", "a\tb\t1", "c\td\t0"],
      nli,
      "bad-columns",
      /\(x, y, z\).*premise, hypothesis and l/,
    ],
    ["other labels", ["text\tlabel", "a\tjoy", "b\tfear"], single, "bad-labels", /"negative" and "positive".*"joy"/],
    ["no label", ["premise\thypothesis\tlabel", "a\tb\t-", "c\td\t-"], nli, "bad-labels", /No row of set\.tsv can/],
    [
      "classes without a header for scores",
      ["a b\tc d\t0", "e f\tg h\t1", "i j\tk l\t0", "m n\to p\t1"],
      scored,
      "bad-columns",
      /3 columns without names/,
    ],
    ["words for scores", ["text_a\ttext_b\tlabel", "a\tb\tyes"], scored, "bad-labels", /"yes" is not a number/],
  ] as const)("is refused by name: %s", async (_, lines, dataset, code, message) => {
    const refusal: unknown = await build(lines, dataset).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(refusal).toMatchObject({ message: expect.stringMatching(/^The set "Set": /) });
  });
});
