import { describe, expect, test } from "vitest";
import { boxOf, sweepFields, sweepOf } from "../../../src/analysis/grids/sweep.ts";
import type { SweptRun } from "../../../src/analysis/grids/sweep.ts";

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

describe("a grid", () => {
  /** Seeds 1 and 2 of a method at a share, which is its own, and a rate and a sample, which all methods have. */
  const cell = (method: string, scores: readonly number[], setting: SweptRun["setting"]): SweptRun[] =>
    scores.map((score, index) => {
      const { share } = setting;
      return { ...run(method, index + 1, score, share === undefined ? { dropout: 0.1 } : { share }), setting };
    });
  const groups = (runs: readonly SweptRun[], field: string, at: SweptRun["setting"]) =>
    sweepOf(runs, "f1", { field, at })?.groups.map(({ method, value, scores }) => [method, value, scores]);
  const runs = [
    ...cell("vanilla", [0.5, 0.7], { rate: 1 }),
    ...cell("dense", [0.6, 0.8], { rate: 1, share: 0.1 }),
    ...cell("dense", [0.9], { rate: 1, share: 0.3 }),
    ...cell("vanilla", [0.1, 0.3], { rate: 2 }),
    ...cell("dense", [0.2], { rate: 2, share: 0.1 }),
    ...cell("dense", [0.4], { rate: 2, share: 0.3 }),
  ];

  test("a method's own setting, at one value of the other axis: boxes, and methods without it as lines", () => {
    expect(groups(runs, "share", { rate: 1 })).toEqual([
      ["dense", 0.1, [0.6, 0.8]],
      ["dense", 0.3, [0.9]],
    ]);
    expect(sweepOf(runs, "f1", { field: "share", at: { rate: 2 } })?.references).toEqual([
      { method: "vanilla", mean: 0.2, seedCount: 2 },
    ]);
  });

  test("a setting of all methods: a box for each of them, and no line", () => {
    expect(groups(runs, "rate", { share: 0.3, rate: 1 })).toEqual([
      ["vanilla", 1, [0.5, 0.7]],
      ["dense", 1, [0.9]],
      ["vanilla", 2, [0.1, 0.3]],
      ["dense", 2, [0.4]],
    ]);
    expect(sweepOf(runs, "f1", { field: "rate", at: {} })?.references).toEqual([]);
  });

  test("throws the other axes together where none is chosen, each run once", () => {
    expect(groups([...runs, ...runs], "share", {})).toEqual([
      ["dense", 0.1, [0.6, 0.8, 0.2]],
      ["dense", 0.3, [0.9, 0.4]],
    ]);
  });

  test("knows what it can be laid out by, axes first, and takes the first of them", () => {
    expect(sweepFields(runs)).toEqual(["rate", "share"]);
    expect(sweepOf(runs, "f1")?.field).toBe("rate");
    const files = [run("dense", 1, 0.5, { p: 0.1, q: 1 }), run("dense", 1, 0.5, { p: 0.3, q: 1 })];
    const both = [...files, { ...run("dense", 1, 0.5, { p: 0.1, q: 2 }), setting: { q: 2 } }];
    expect([sweepFields(files), sweepFields(both)]).toEqual([["p"], ["q", "p"]]);
  });

  test("what is no number among the values of an axis has no place, not even as a line", () => {
    const samples = [500, 1000, null].flatMap((sample) => cell("vanilla", [0.5, 0.6], { sample }));
    expect(groups(samples, "sample", {})).toEqual([
      ["vanilla", 500, [0.5, 0.6]],
      ["vanilla", 1000, [0.5, 0.6]],
    ]);
    expect(sweepOf(samples, "f1")?.references).toEqual([]);
  });
});
