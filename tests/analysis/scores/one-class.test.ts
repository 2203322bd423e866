import { describe, expect, test } from "vitest";
import {
  majorityScore,
  oneClassText,
  withLabelCounts,
  withPredictedClasses,
} from "../../../src/analysis/scores/one-class.ts";
import { findingsOf } from "../../../src/analysis/scores/summary.ts";
import type { DevAnswers } from "../../../src/contract/answers.ts";
import type { ConfigRecord, RunRecord } from "../../../src/contract/run.ts";
import { toBase64 } from "../../../src/core/base64.ts";
import { model } from "../../store/fake-records.ts";

function run(seed: number, score: number, predictedClasses: number | null): RunRecord {
  const classes = predictedClasses === null ? {} : { predictedClasses };
  return {
    id: `a-seed${seed}`,
    method: "a",
    label: "A",
    seed,
    status: "completed",
    error: null,
    values: {},
    setting: {},
    stepCount: 1,
    steps: [],
    evaluations: [{ step: 1, epoch: 1, loss: 1, scores: { accuracy: score }, ...classes }],
    selections: [],
    memoryBytes: {},
    elapsedMs: 1,
    openMs: 0,
    times: [],
    subnetwork: null,
  };
}

const summaryOf = (runs: readonly RunRecord[]) => {
  const [last] = findingsOf(runs, ["accuracy"]).summary;
  if (last === undefined) throw new Error("there is no summary");
  return last;
};

describe("runs that predict one class only", () => {
  test("count in the mean, and apart from it", () => {
    const last = summaryOf([run(1, 0.7, 2), run(2, 0.72, 2), run(3, 0.5, 1)]);
    expect(last.mean).toBeCloseTo(0.64, 12);
    expect(last.oneClass).toEqual([3]);
    expect(last.withoutThem?.mean).toBeCloseTo(0.71, 12);
    expect(oneClassText(last)).toBe("71.00 ± 1.41 over 2 of 3 seeds; 1 predicts one class only");
  });

  test("are said where there are no others, and not where there are none", () => {
    expect(oneClassText(summaryOf([run(1, 0.5, 1), run(2, 0.5, 1)]))).toBe("all 2 seeds predict one class only");
    expect(oneClassText(summaryOf([run(1, 0.5, 1)]))).toBe("the only seed predicts one class only");
    expect(oneClassText(summaryOf([run(1, 0.5, 2), run(2, 0.5, null)]))).toBe("");
  });

  test("are found in the answers of a result that does not say", () => {
    const answers: DevAnswers = {
      kind: "classes",
      rowCount: 4,
      targets: toBase64(Uint8Array.of(0, 1, 1, 1)),
      probabilities: {},
      predictions: { "a-seed1": toBase64(Uint8Array.of(1, 1, 1, 1)), "a-seed2": toBase64(Uint8Array.of(0, 1, 1, 0)) },
    };
    const read = withPredictedClasses([run(1, 0.75, null), run(2, 0.75, null), run(3, 0.5, null)], answers);
    expect(read.map(({ evaluations }) => evaluations.at(-1)?.predictedClasses)).toEqual([1, 2, undefined]);
    const config: ConfigRecord = {
      model,
      rows: null,
      task: "pairs",
      labels: ["no", "yes"],
      trainCount: 1,
      devCount: 4,
      transfers: [],
      plan: { methods: [], seeds: [], training: {}, grid: [], order: "sequential" },
    };
    expect(withLabelCounts(config, answers).devLabelCounts).toEqual([1, 3]);
    expect(withLabelCounts(config, null)).toBe(config);
  });
});

describe("what the most frequent class scores", () => {
  test.each([
    ["accuracy", [30, 70], 0.7],
    ["accuracy", [20, 30, 10], 0.5],
    // All 68 positives are found, and 32 others: 2 · 68 / (2 · 68 + 32).
    ["f1", [32, 68], 136 / 168],
    ["f1", [68, 32], 0],
    // As frequent as the other: calling all rows positive, 2 · 50 / (2 · 50 + 50).
    ["f1", [50, 50], 2 / 3],
    ["matthews", [30, 70], 0],
    ["pearson", [], 0],
    ["spearman", [], 0],
  ])("in %s with %j rows a label: %d", (metric, counts, score) => {
    expect(majorityScore(metric, counts)).toBeCloseTo(score, 12);
  });
});
