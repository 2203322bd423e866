import { describe, expect, test } from "vitest";
import type { PredictedRow } from "../../../src/contract/prediction.ts";
import { taskOf } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { predictTable, readAs } from "../../../src/experiment/prediction/predict-table.ts";
import type { Answering } from "../../../src/experiment/trained/asked-model.ts";
import { predictionHeader, predictionLine } from "../../../src/experiment/prediction/prediction-lines.ts";
import { AppError } from "../../../src/core/errors.ts";
import { refusalOf } from "../refusal.ts";

/** Tokens are the words: their lengths. */
const tokenizer: Tokenizer = {
  vocabularySize: 100,
  lowercase: false,
  unknownId: null,
  notes: [],
  encode(first, second, maxLength) {
    const words = `${first} ${second ?? ""}`.trim().split(" ");
    const ids = Uint32Array.from(words.slice(0, maxLength), ({ length }) => length);
    return { ids, types: new Uint8Array(ids.length), truncated: words.length > maxLength };
  },
};

/** Says "long" of a text whose first word has more than four letters, with log-odds of that many letters less 4.5. */
function lengths(limits = { tokenCount: 8, sequenceCount: 3, maxLength: 4 }): Answering & { readonly sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    tokenizer,
    kind: "classification",
    labels: ["short", "long"],
    limits,
    run(batch) {
      sizes.push(batch.sequenceCount);
      if (batch.tokenCount > limits.tokenCount) throw new Error("too many tokens");
      const first = Array.from({ length: batch.sequenceCount }, (_, at) => batch.ids[batch.offsets[at] ?? 0] ?? 0);
      return Promise.resolve(Float32Array.from(first.flatMap((length) => [0, length - 4.5])));
    },
  };
}

async function predicted(text: string, model: Answering = lengths(), task = "single") {
  const table = await readTable(new Blob([text]), "test.tsv");
  const rows: PredictedRow[] = [];
  const read = readAs(table, [taskOf(task)], null);
  const gates: number[] = [];
  const summary = await predictTable(
    read,
    model,
    (some) => void rows.push(...some),
    (done) => {
      gates.push(done);
      return Promise.resolve();
    },
  );
  return { rows, summary, gates };
}

describe("predicting a table", () => {
  test("every row in its place, in batches within the limits; probabilities by softmax", async () => {
    const words = ["one", "three", "four", "fiftyfive", "of", "sixes", "a"];
    const model = lengths();
    const { rows, summary, gates } = await predicted(["sentence", ...words, ""].join("\n"), model);
    expect(rows.map(({ index, line, prediction }) => [index, line, prediction])).toEqual(
      words.map((word, index) => [index, index + 2, word.length > 4 ? "long" : "short"]),
    );
    const [, three] = rows;
    expect(three?.probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
    expect(model.sizes).toEqual([3, 3, 1]);
    expect(gates).toEqual([0, 3, 6, 7]);
    expect(summary).toMatchObject({ rowCount: 7, emptyCount: 0, truncatedCount: 0, score: null });
  });

  test("rows without a text keep their line, and what is cut is counted", async () => {
    const { rows, summary } = await predicted("index\tsentence\n0\ta b c d e f\n1\t \n2\tlonger\n3\tx\ty\n");
    expect(rows.map(({ prediction }) => prediction)).toEqual(["short", null, "long"]);
    expect(summary).toMatchObject({ rowCount: 3, emptyCount: 1, truncatedCount: 1, maxLength: 4, skippedCount: 1 });
    expect(summary.skipped).toEqual([{ line: 5, reason: "3 cells where the table has 2" }]);
    const layout = { labels: ["short", "long"], labelled: false };
    expect(predictionHeader(layout)).toBe("index\tprediction\tp(short)\tp(long)\tline\n");
    expect(rows.map((row) => predictionLine(row, layout))[1]).toBe("1\t\t\t\t3\n");
    expect(rows.map((row) => predictionLine(row, layout))[2]).toMatch(/^2\tlong\t0\.182426\t0\.817574\t4\n$/);
  });

  test("labels are scored where the model knows them", async () => {
    const text = "sentence\tlabel\nsix\tshort\neleven\tlong\nseven\tshort\nxx\t-1\nyy\tother\n";
    const { rows, summary } = await predicted(text);
    expect(rows.map(({ label }) => label)).toEqual(["short", "long", "short", "-1", "other"]);
    expect(summary.score).toMatchObject({ rowCount: 3, unknown: { rowCount: 1, example: "other" } });
    expect(summary.score?.metrics.find(({ id }) => id === "accuracy")?.value).toBeCloseTo(2 / 3, 12);
  });

  test("classes that nobody named are met by their number", async () => {
    const model = { ...lengths(), labels: ["LABEL_0", "LABEL_1"] };
    const { summary } = await predicted("sentence\tlabel\nsix\t0\neleven\t1\n", model);
    expect(summary.score?.metrics.find(({ id }) => id === "accuracy")?.value).toBe(1);
  });

  test.each([
    [
      ["a", "b", "c"],
      ["['a']", "['a', 'b']", "['b', 'c']", "[]"],
    ],
    [
      ["LABEL_0", "LABEL_1", "LABEL_2"],
      ["0", "[0, 1]", "['1', '2']", "[]"],
    ],
  ])("several labels a row, %o, are a list, and are held against the file's as sets", async (labels, own) => {
    // The first for three letters or more, the second for an even number of them, the third never.
    const logitsOf = (length: number) => [length - 2.5, length % 2 === 0 ? 0 : -1, -3];
    const model: Answering = {
      ...lengths(),
      kind: "multi-label",
      labels,
      run: async ({ ids, offsets }) => Float32Array.from([...(await scores(ids, offsets))].flatMap(logitsOf)),
    };
    const words = ["abc", "abcd", "ab", "x"];
    const text = ["text\tlabels", ...words.map((word, row) => `${word}\t${own[row]}`), ""].join("\n");
    const { rows, summary } = await predicted(text, model, "single-labels");
    const [first, second] = labels;
    expect(rows.map(({ prediction }) => prediction)).toEqual(
      [[first], [first, second], [second], []].map((names) => JSON.stringify(names)),
    );
    expect(rows[1]?.probabilities[1]).toBe(0.5);
    expect(summary.score).toMatchObject({ rowCount: 4, unknown: null });
    const scored = Object.fromEntries(summary.score?.metrics.map(({ id, value }) => [id, value]) ?? []);
    expect(scored).toMatchObject({ subset_accuracy: 3 / 4, micro_f1: expect.closeTo(8 / 9, 12) });
  });

  test("a score has no probabilities, and is held against numbers", async () => {
    const model: Answering = { ...lengths(), labels: [], run: ({ ids, offsets }) => scores(ids, offsets) };
    const text = "text\tscore\nabc\t1.5\nabcdef\t3\na\t1\n";
    const { rows, summary } = await predicted(text, model, "single-score");
    expect(rows.map(({ prediction, probabilities }) => [prediction, probabilities])).toEqual([
      ["3", []],
      ["6", []],
      ["1", []],
    ]);
    expect(summary.score?.metrics.find(({ id }) => id === "spearman")?.value).toBeCloseTo(1, 12);
  });

  test("columns that are unclear or wrong say what there is", async () => {
    const table = await readTable(new Blob(["alpha\tbeta\n1\t2\n3\t4\n"]), "odd.tsv");
    expect(
      await refusalOf(Promise.resolve().then(() => readAs(table, [taskOf("single"), taskOf("pair")], null))),
    ).toMatchObject({
      code: "bad-columns",
      message: expect.stringMatching(/odd\.tsv \(alpha, beta\).*one text a row, or two: choose them/),
    });
    const given = (first: number, second: number | null, label: number | null) =>
      refusalOf(Promise.resolve().then(() => readAs(table, [taskOf("rte")], { first, second, label })));
    expect((await given(0, null, null)).message).toMatch(/takes two texts a row/);
    expect((await given(0, 5, null)).message).toMatch(/2 columns and no column 6/);
    expect((await given(0, 1, 1)).message).toMatch(/chosen twice/);
  });

  test("ends where it is told to, and where the model answers with no number", async () => {
    const table = await readTable(new Blob(["sentence\na\nb\n"]), "t.tsv");
    const read = readAs(table, [taskOf("single")], null);
    const stopped = predictTable(
      read,
      lengths(),
      () => {},
      () => Promise.reject(new AppError("stopped", "enough")),
    );
    expect(await refusalOf(stopped)).toMatchObject({ code: "stopped" });
    const broken = { ...lengths(), run: () => Promise.resolve(Float32Array.of(0, Number.NaN, 0, 0)) };
    expect(
      await refusalOf(
        predictTable(
          read,
          broken,
          () => {},
          () => Promise.resolve(),
        ),
      ),
    ).toMatchObject({
      code: "not-finite",
    });
  });
});

function scores(ids: Uint32Array, offsets: Uint32Array): Promise<Float32Array> {
  return Promise.resolve(Float32Array.from(offsets.subarray(0, -1), (at) => ids[at] ?? 0));
}
