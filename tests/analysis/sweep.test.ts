import { describe, expect, test } from "vitest";
import { boxOf, sweepOf } from "../../src/analysis/sweep.ts";
import type { SweptRun } from "../../src/analysis/sweep.ts";

function run(method: string, seed: number, score: number | null, values: SweptRun["values"]): SweptRun {
  const evaluations = [{ step: 1, epoch: 1, loss: 1, scores: { f1: score } }];
  return { method, label: method, seed, status: "completed", evaluations, setting: {}, values };
}

describe("boxOf", () => {
  test("quartiles as numpy.percentile, whiskers to the last value within reach", () => {
    // numpy.percentile([1, 2, 3, 4, 5, 20], [25, 50, 75]) is 2.25, 3.5, 4.75: nothing above 8.5 is within reach.
    expect(boxOf([20, 4, 1, 3, 5, 2])).toEqual({
      whiskers: [1, 5],
      quartiles: [2.25, 4.75],
      median: 3.5,
      outliers: [20],
    });
    expect(boxOf([0.5])).toEqual({ whiskers: [0.5, 0.5], quartiles: [0.5, 0.5], median: 0.5, outliers: [] });
    expect(boxOf([])).toBeNull();
  });
});

describe("sweepOf", () => {
  const runs = [
    run("dense", 1, 0.6, { p: 0.3, scale: 1 }),
    run("vanilla", 1, 0.5, { dropout: 0.1 }),
    run("dense", 1, 0.7, { p: 0.1, scale: 1 }),
    run("dense", 2, 0.9, { p: 0.1, scale: 1 }),
    run("vanilla", 1, 0.5, { dropout: 0.1 }),
    run("vanilla", 2, 0.7, { dropout: 0.1 }),
  ];

  test("groups by the setting that varies; a run that stands in two files counts once", () => {
    const sweep = sweepOf(runs, "f1");
    expect(sweep?.field).toBe("p");
    expect(sweep?.values).toEqual([0.1, 0.3]);
    expect(sweep?.groups.map(({ method, value, scores }) => [method, value, scores])).toEqual([
      ["dense", 0.1, [0.7, 0.9]],
      ["dense", 0.3, [0.6]],
    ]);
    expect(sweep?.references).toEqual([{ method: "vanilla", mean: 0.6, seedCount: 2 }]);
  });

  test("leaves out what did not complete or has no score", () => {
    const [first, ...others] = runs;
    if (first === undefined) throw new Error("no run");
    const failed = sweepOf([{ ...first, status: "failed" }, ...others], "f1");
    expect(failed?.values).toEqual([0.1]);
    expect(sweepOf([...runs, run("dense", 3, null, { p: 0.5 })], "f1")?.values).toEqual([0.1, 0.3]);
    expect(sweepOf(runs, "accuracy")?.groups).toEqual([]);
  });

  test("null where nothing varies", () => {
    expect(sweepOf([], "f1")).toBeNull();
    expect(sweepOf([run("a", 1, 0.5, { p: 0.3 }), run("b", 1, 0.5, { p: 0.1 })], "f1")).toBeNull();
  });
});
