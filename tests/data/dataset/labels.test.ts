import { describe, expect, test } from "vitest";
import { buildDataset, type Dataset } from "../../../src/data/dataset/dataset.ts";
import { taskOf } from "../../../src/data/dataset/recognise.ts";
import { holdsScores } from "../../../src/data/tables/columns.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";

const table = (labels: readonly string[]): Promise<Table> =>
  readTable(new Blob([["text\tlabel", ...labels.map((label, row) => `text ${row}\t${label}`)].join("\n")]), "t.tsv");

async function dataset(train: readonly string[], dev: readonly string[] = train, change = {}): Promise<Dataset> {
  const mapping = { first: 0, second: null, label: 1 };
  const tables = { train: await table(train), dev: await table(dev), ...change };
  const choice = { trainMapping: mapping, devMapping: mapping, devShare: 0.1, splitSeed: 0, sample: null };
  return await buildDataset({ task: taskOf("single"), ...choice, ...tables });
}

const read = ({ train }: Dataset): readonly number[] => train.examples.map(({ label }) => Number(label));

describe("rows without a label", () => {
  const words = ["NA", "nan", "NaN", "null", "N/A", "<NA>", "None", "#N/A", "\\N", "(null)", "?", "-"];
  test.each(words)("%s is none, and is said", async (word) => {
    const made = await dataset(["a", "b", "a", "b", word]);
    expect([made.labels, read(made)]).toEqual([
      ["a", "b"],
      [0, 1, 0, 1],
    ]);
    expect(made.train.skipped).toEqual([{ line: 6, reason: `no label (${word})` }]);
    expect(made.warnings[0]).toBe(
      `Rows whose label is ${JSON.stringify(word)} are taken for rows without a label and left out.`,
    );
  });

  test("None is a class where it is no rarer than the others, none always, and - beside +", async () => {
    expect((await dataset(["None", "None", "for", "against"])).labels).toEqual(["None", "against", "for"]);
    expect((await dataset(["none", "for", "for", "against", "against"])).labels).toEqual(["against", "for", "none"]);
    expect((await dataset(["+", "-", "0", "+", "-"])).labels).toEqual(["0", "+", "-"]);
    expect((await dataset(["!", "?", "!", "?"])).labels).toEqual(["!", "?"]);
  });

  test("-100, which losses leave out, and none beside numbers", async () => {
    expect((await dataset(["0", "1", "-100", "0", "-100"])).labels).toEqual(["0", "1"]);
    expect((await dataset(["0", "1", "none", "1"], ["0", "none"])).labels).toEqual(["0", "1"]);
    expect((await dataset(["-100", "5", "7"])).labels).toEqual(["-100", "5", "7"]);
  });

  test("-1 is a class beside 0 and 1, and none beside more classes, where it is rare, or alone", async () => {
    expect((await dataset(["-1", "0", "1", "-1", "0", "1"])).labels).toEqual(["-1", "0", "1"]);
    expect((await dataset(["0", "1", "2", "-1", "0", "1", "2"])).labels).toEqual(["0", "1", "2"]);
    expect((await dataset(["neg", "pos", "-1", "neg"], ["pos", "-1"])).labels).toEqual(["neg", "pos"]);
    const rare = Array.from({ length: 100 }, (_, row) => String(row % 2));
    expect((await dataset([...rare, "-1"])).labels).toEqual(["0", "1"]);
    await expect(dataset(["-1", "-1", "-1"])).rejects.toMatchObject({
      code: "bad-labels",
      message: expect.stringMatching(/Line 2: no label \(-1\).*answers are kept back/),
    });
    await expect(dataset(["0", "1"], ["-1", "-1"])).rejects.toThrow(/answers are kept back/);
  });
});

describe("labels that are the same", () => {
  test("letters and digits of another width", async () => {
    const made = await dataset(["１", "1", "0", "０"]);
    expect([made.labels, read(made)]).toEqual([
      ["0", "1"],
      [1, 1, 0, 0],
    ]);
  });

  test("case, blanks and characters nobody sees", async () => {
    const made = await dataset([
      "Positive",
      "positive ",
      "positive\u200B",
      "negative",
      "NEGATIVE",
      "very  bad",
      "very bad",
    ]);
    expect(made.labels).toEqual(["NEGATIVE", "positive", "very bad"]);
    expect(read(made)).toEqual([1, 1, 1, 0, 0, 2, 2]);
    expect(made.warnings[0]).toMatch(/are one: "positive" and "Positive"; "NEGATIVE" and "negative"\./);
  });

  test("numbers by value, in train and in dev", async () => {
    const made = await dataset(["1.0", "0.0", "1.0"], ["1", "0", "01"]);
    expect([made.labels, read(made)]).toEqual([
      ["0", "1"],
      [1, 0, 1],
    ]);
    expect(made.dev.examples.map(({ label }) => label)).toEqual([1, 0, 1]);
  });

  test("true and 1, in one file or in two", async () => {
    const mixed = await dataset(["true", "1", "false", "0"]);
    expect([mixed.labels, read(mixed)]).toEqual([
      ["0", "1"],
      [1, 1, 0, 0],
    ]);
    const other = await dataset(["true", "false"], ["1", "0"]);
    expect([other.labels, other.dev.examples.map(({ label }) => label)]).toEqual([
      ["false", "true"],
      [1, 0],
    ]);
  });

  test("the names of a file's classes and the numbers of the other file, in the first one's order", async () => {
    const named = { ...(await table(["pos", "neg", "pos"])), classNames: [null, ["pos", "neg"]] };
    const first = await dataset(["x"], ["0", "1"], { train: named });
    expect([first.labels, first.dev.examples.map(({ label }) => label)]).toEqual([
      ["pos", "neg"],
      [0, 1],
    ]);
    const second = await dataset(["0", "1"], ["x"], { dev: named });
    expect(second.dev.examples.map(({ label }) => label)).toEqual([0, 1, 0]);
  });
});

describe("scores", () => {
  test("a later row that is not whole makes scores of whole numbers, gaps and decimal commas do not hinder", async () => {
    const whole = Array.from({ length: 1500 }, (_, row) => `${row % 5}.0`);
    expect(holdsScores(await table(whole), 1)).toBe(false);
    expect(holdsScores(await table([...whole, "2.5"]), 1)).toBe(true);
    const gaps = await table(["4,5", "NA", "1,25", "", "3"]);
    expect(holdsScores(gaps, 1)).toBe(true);
    const made = await dataset(["4,5", "NA", "1,25", "3"], undefined, { task: taskOf("single-score") });
    expect(made.train.examples.map(({ label }) => label)).toEqual([4.5, 1.25, 3]);
    expect(made.train.skipped).toEqual([{ line: 3, reason: "no label (NA)" }]);
  });
});
