import { expect, test } from "vitest";
import type { RunRecord } from "../../../src/contract/run.ts";
import { findingsOf, metricsIn } from "../../../src/analysis/scores/summary.ts";

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
    times: [],
    memoryBytes: {},
    setting: {},
    openMs: 0,
    subnetwork: null,
    elapsedMs: 1,
  } satisfies RunRecord;
}

test("last is the score after the last step, best the highest of all; std divides by n - 1", () => {
  const runs = [run("a", 1, [0.5, 0.9, 0.7]), run("a", 2, [0.2, 0.4, 0.5])];
  const [last, best] = findingsOf(runs, ["f1"]).summary;
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
    findingsOf(runs, ["f1"]).summary.find((row) => row.method === method && row.epoch === epoch);
  expect(of("a", "last")).toEqual({
    method: "a",
    setting: {},
    score: "f1",
    epoch: "last",
    mean: 0.5,
    std: null,
    standardError: null,
    interval: null,
    range: [0.5, 0.5],
    rank: 1,
    seeds: [1],
    oneClass: [],
    withoutThem: null,
  });
  expect(of("a", "best")?.seeds).toEqual([1, 4]);
  expect(of("b", "last")).toMatchObject({ mean: 0.1, std: null, seeds: [1] });
});

test("a method without a completed run has no figure", () => {
  expect(findingsOf([run("a", 1, [], "failed")], ["f1"]).summary[0]).toMatchObject({
    mean: null,
    std: null,
    seeds: [],
  });
});

test("spread of the mean, worst and best seed, and the average rank over seeds that every method completed", () => {
  const runs = [
    run("a", 1, [0.5]),
    run("a", 2, [0.7]),
    run("b", 1, [0.6]),
    run("b", 2, [0.7]),
    run("a", 3, [0.9]),
    run("b", 3, [0.1], "failed"),
  ];
  const [a, , b] = findingsOf(runs, ["f1"]).summary;
  expect(a).toMatchObject({ range: [0.5, 0.9], rank: 1.75 });
  expect(b).toMatchObject({ range: [0.6, 0.7], rank: 1.25 });
  expect(a?.standardError).toBeCloseTo((a?.std ?? 0) / Math.sqrt(3), 12);
  expect(a?.interval?.[0]).toBeGreaterThanOrEqual(0.5);
});

test("holds every method against vanilla where it was run, or else against the first", () => {
  const pair = [run("b", 1, [0.6]), run("vanilla", 1, [0.5]), run("a", 1, [0.4])];
  const named = (runs: typeof pair) =>
    findingsOf(runs, ["f1"]).comparisons.map(({ method, reference }) => `${method} against ${reference}`);
  expect(named(pair)).toEqual(["b against vanilla", "a against vanilla"]);
  expect(named(pair.filter(({ method }) => method !== "vanilla"))).toEqual(["a against b"]);
  expect(named(pair.slice(0, 1))).toEqual([]);
});

test("a score that is no number, as a file from elsewhere may hold, counts for nothing", () => {
  const [last] = findingsOf([run("a", 1, [Number.POSITIVE_INFINITY]), run("a", 2, [0.5])], ["f1"]).summary;
  expect(last).toMatchObject({ mean: 0.5, seeds: [2] });
});

test("knows which scores runs have", () => {
  expect(metricsIn([run("a", 1, []), run("a", 2, [0.5, null])])).toEqual(["f1"]);
});

test("a method that never completed has no rank, and leaves the others theirs", () => {
  const runs = [run("a", 1, [0.5]), run("b", 1, [], "failed"), run("c", 1, [0.7])];
  const ranks = findingsOf(runs, ["f1"]).summary.filter(({ epoch }) => epoch === "last");
  expect(ranks.map(({ method, rank }) => [method, rank])).toEqual([
    ["a", 2],
    ["b", null],
    ["c", 1],
  ]);
});
