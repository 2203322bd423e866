import { expect, test } from "vitest";
import type { RunRecord } from "../../src/contract/run.ts";
import { summarise } from "../../src/experiment/summary.ts";

function run(
  method: string,
  seed: number,
  scores: readonly (number | null)[],
  status: RunRecord["status"] = "completed",
) {
  return {
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status,
    error: null,
    values: {},
    stepCount: scores.length,
    steps: [],
    evaluations: scores.map((score, index) => ({ step: index + 1, epoch: index + 1, loss: 1, scores: { f1: score } })),
    selections: [],
    memoryBytes: {},
    elapsedMs: 1,
  } satisfies RunRecord;
}

test("last is the score after the last step, best the highest of all; std divides by n - 1", () => {
  const runs = [run("a", 1, [0.5, 0.9, 0.7]), run("a", 2, [0.2, 0.4, 0.5])];
  const [last, best] = summarise(runs, ["f1"]);
  expect(last).toMatchObject({ method: "a", score: "f1", epoch: "last", seeds: [1, 2] });
  expect(last?.mean).toBeCloseTo(0.6, 12);
  // Two values a distance d apart have the sample deviation d / sqrt(2).
  expect(last?.std).toBeCloseTo(0.2 / Math.SQRT2, 12);
  expect(best).toMatchObject({ epoch: "best" });
  expect(best?.mean).toBeCloseTo(0.7, 12);
});

test("counts completed runs with a defined score only, and each method by itself", () => {
  const runs = [
    run("a", 1, [0.5]),
    run("a", 2, [0.9], "failed"),
    run("a", 3, [0.9], "stopped"),
    run("a", 4, [0.8, null]),
    run("b", 1, [0.1]),
  ];
  const of = (method: string, epoch: string) =>
    summarise(runs, ["f1"]).find((row) => row.method === method && row.epoch === epoch);
  expect(of("a", "last")).toEqual({ method: "a", score: "f1", epoch: "last", mean: 0.5, std: null, seeds: [1] });
  expect(of("a", "best")?.seeds).toEqual([1, 4]);
  expect(of("b", "last")).toMatchObject({ mean: 0.1, std: null, seeds: [1] });
});

test("a method without a completed run has no figure", () => {
  expect(summarise([run("a", 1, [], "failed")], ["f1"])[0]).toMatchObject({ mean: null, std: null, seeds: [] });
});
