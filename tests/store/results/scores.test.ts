import { describe, expect, it } from "vitest";
import type { ModelRecord } from "../../../src/contract/run.ts";
import type { RunHead } from "../../../src/store/results/archive.ts";
import { methodCosts } from "../../../src/store/results/costs.ts";
import { bestScore, lastScore, metricsOf, scoreGroups } from "../../../src/store/results/scores.ts";
import { fakeCatalog } from "../fake-catalog.ts";

function head(method: string, seed: number, scores: readonly (number | null)[], patch: Partial<RunHead> = {}): RunHead {
  return {
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status: "completed",
    error: null,
    values: {},
    stepCount: 10,
    stepsDone: 10,
    selectionCount: 0,
    evaluations: scores.map((score, index) => ({ step: index, epoch: 1, loss: 1, scores: { s: score } })),
    setting: {},
    openMs: 0,
    snapshotCount: 0,
    selects: false,
    memoryBytes: { weights: 60, moments: 40 },
    elapsedMs: 100,
    ...patch,
  };
}

describe("scores", () => {
  it("tell last from best, and undefined from low", () => {
    const { evaluations } = head("a", 1, [0.4, 0.9, 0.6]);
    expect([lastScore(evaluations, "s"), bestScore(evaluations, "s")]).toEqual([0.6, 0.9]);
    expect(lastScore(head("a", 1, [0.4, null]).evaluations, "s")).toBeNull();
    expect(bestScore([], "s")).toBeNull();
  });

  it("group by method in the order of the runs, without what is hidden or has no score", () => {
    const groups = scoreGroups([head("b", 1, [0.5]), head("a", 1, [0.2]), head("b", 2, [0.7]), head("c", 1, [])], "s", [
      "a",
    ]);
    expect(groups.map((group) => [group.method, group.scores.length, group.mean])).toEqual([["b", 2, 0.6]]);
    expect(groups[0]?.std).toBeCloseTo(0.1 * Math.SQRT2, 12);
  });

  it("list the task's primary score first and keep strangers", () => {
    const config = { task: "pairs" };
    const source = { kind: "file", name: "snli.tsv" } as const;
    const transfers = [{ name: "SNLI", source, rowCount: 1, labels: [], mapping: null }];
    const runs = [head("a", 1, [0.5])];
    const metrics = metricsOf(fakeCatalog, { ...config, model: fakeModel, rows: null, labels: [], trainCount: 1, devCount: 1, transfers, plan: { methods: [], seeds: [], training: {}, grid: [], order: "sequential" as const } }, runs); // prettier-ignore
    expect(metrics.map((metric) => metric.id)).toEqual(["accuracy", "f1", "accuracy@SNLI", "f1@SNLI", "s"]);
    expect(metrics[2]).toMatchObject({ label: "Accuracy on SNLI", set: "SNLI" });
    expect(metricsOf(null, null, runs)).toEqual([{ id: "s", label: "s", set: null }]);
  });
});

const fakeModel: ModelRecord = {
  name: "",
  source: { kind: "file" },
  family: "",
  parameterCount: 0,
  hiddenSize: 0,
  layerCount: 0,
  headCount: 0,
  vocabularySize: 0,
  maxPositions: 0,
  lowercase: true,
  skippedTensors: [],
  reading: [],
  notes: [],
  adaptations: [],
};

describe("methodCosts", () => {
  it("are ratios to vanilla where it was run", () => {
    const costs = methodCosts([head("a", 1, [], { elapsedMs: 300 }), head("vanilla", 1, [])]);
    expect(costs.map(({ timeRatio }) => timeRatio)).toEqual([3, 1]);
  });

  it("leave out what a run took before its first step", () => {
    const [first, second] = methodCosts([head("vanilla", 1, []), head("a", 1, [], { elapsedMs: 200, openMs: 100 })]);
    expect([first?.msPerStep, second?.timeRatio]).toEqual([10, 1]);
  });

  it("are ratios to the first method else, over all its runs that took a step", () => {
    const costs = methodCosts([
      head("a", 1, []),
      head("a", 2, [], { elapsedMs: 300 }),
      head("b", 1, [], { elapsedMs: 250, setting: {}, openMs: 0, memoryBytes: { weights: 150 } }),
      head("c", 1, [], { stepsDone: 0, elapsedMs: 99 }),
    ]);
    expect(costs.map((cost) => [cost.msPerStep, cost.timeRatio, cost.bytes, cost.memoryRatio])).toEqual([
      [20, 1, 100, 1],
      [25, 1.25, 150, 1.5],
      [null, null, 100, 1],
    ]);
  });
});
