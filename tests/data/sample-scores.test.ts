import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { countWords } from "../reference/logistic-regression.ts";
import { sampleRows, sampleTasks } from "./sample-tasks.ts";
import { shippedSums } from "./shipped-sums.mjs";

const recorded = v.parse(
  v.object({
    sums: v.record(v.string(), v.string()),
    tasks: v.record(v.string(), v.object({ metric: v.string(), scores: v.pipe(v.array(v.number()), v.length(5)) })),
  }),
  JSON.parse(readFileSync(new URL("sample-scores.json", import.meta.url), "utf8")),
);

/** The mean over five seeds, × 100. */
function encoder(id: string): number {
  const { scores = [] } = recorded.tasks[id] ?? {};
  return (100 * scores.reduce((sum, score) => sum + score, 0)) / scores.length;
}

/** Share of the dev rows that counting words gets right, × 100. */
function wordCounting(id: string): number {
  const model = countWords(sampleRows(id, "train"));
  expect(model.steepest).toBeLessThan(1e-4);
  const dev = sampleRows(id, "dev");
  return (100 * dev.filter(({ label, texts }) => model.classOf(texts) === label).length) / dev.length;
}

test("the scores are of the weights and tables that ship; else npm run sample-scores", () => {
  expect(recorded.sums).toEqual(shippedSums());
  expect(Object.keys(recorded.tasks)).toEqual(sampleTasks.map(({ id }) => id));
});

describe("the encoder that ships learns what counting words does not", () => {
  test.each([
    ["sentiment", 80],
    ["topic", 85],
    ["paraphrase", 72],
  ])("%s: %i points, and eight above word counting", (id, wanted) => {
    const [counted, learnt] = [wordCounting(id), encoder(id)];
    console.log(`${id}: encoder ${learnt.toFixed(1)}, words and word pairs ${counted.toFixed(1)}`);
    expect(recorded.tasks[id]?.metric).toBe("accuracy");
    expect(learnt).toBeGreaterThanOrEqual(wanted);
    expect(learnt - counted).toBeGreaterThanOrEqual(8);
  });

  test("similarity: 75 of Spearman", () => {
    expect(recorded.tasks["similarity"]?.metric).toBe("spearman");
    expect(encoder("similarity")).toBeGreaterThanOrEqual(75);
  });
});

test("counting words learns what words tell", () => {
  const rows = ["red", "blue"].flatMap((label) =>
    [1, 2, 3].map((index) => ({ label, texts: [`${label} thing ${index}`] })),
  );
  expect(countWords(rows).classOf(["a blue thing"])).toBe("blue");
  expect(countWords(rows).classOf(["a red thing"])).toBe("red");
});
