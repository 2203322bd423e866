import { describe, expect, it } from "vitest";
import type { RunEvent, StepRecord } from "../../src/contract/run.ts";
import { Archive } from "../../src/store/archive.ts";
import type { RunHead } from "../../src/store/archive.ts";
import { progressOf } from "../../src/store/progress.ts";
import { device, labels, model } from "./fake-records.ts";

const config = {
  model,
  task: "pairs",
  labels,
  rows: null,
  trainCount: 100,
  devCount: 10,
  transfers: [],
  plan: { methods: [{ id: "a", values: {} }, { id: "b", values: {} }], seeds: [1, 2], training: {}, grid: [], order: "sequential" as const }, // prettier-ignore
};

function started(method: string, seed: number): RunEvent {
  const run = {
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status: "running" as const,
    error: null,
    values: {},
    stepCount: 100,
    steps: [],
    evaluations: [],
    selections: [],
    memoryBytes: { weights: 10 },
    setting: {},
    openMs: 0,
    elapsedMs: 0,
  };
  return { kind: "started", run };
}

function steps(run: string, from: number, to: number, elapsedMs: number): RunEvent {
  const records = Array.from({ length: to - from + 1 }, (_, index): StepRecord => {
    return { step: from + index, loss: 1, gradNorm: 1, learningRate: 0, stage: 0, tokens: 50 };
  });
  return { kind: "steps", run, steps: records, elapsedMs };
}

function ended(run: string, elapsedMs: number): RunEvent {
  return { kind: "ended", run, status: "completed", error: null, elapsedMs };
}

describe("Archive", () => {
  it("appends batches in place and hands out small copies", () => {
    const archive = new Archive();
    archive.append([{ kind: "experiment", device, config }, started("a", 1)]);
    archive.append([steps("a-seed1", 1, 10, 100)]);
    const before = archive.heads();
    archive.append([steps("a-seed1", 11, 30, 300), ended("a-seed1", 310)]);
    expect(before[0]?.stepsDone).toBe(10);
    expect(archive.heads()[0]).toMatchObject({ stepsDone: 30, status: "completed", elapsedMs: 310 });
    expect("steps" in (archive.heads()[0] ?? {})).toBe(false);
    expect(archive.runs[0]?.steps).toHaveLength(30);
  });

  it("leaves out events of a run that it does not know", () => {
    const archive = new Archive();
    archive.append([steps("ghost", 1, 2, 5), ended("ghost", 6)]);
    expect(archive.runs).toEqual([]);
  });

  it("measures tokens per second over the latest seconds of the run in hand", () => {
    const archive = new Archive();
    archive.append([started("a", 1), steps("a-seed1", 1, 10, 1000)]);
    expect(archive.tokensPerSecond()).toBeNull();
    archive.append([steps("a-seed1", 11, 30, 2000)]);
    expect(archive.tokensPerSecond()).toBe(1000);
    // Long after, at a tenth of that pace: the fast start must be forgotten.
    for (let second = 3; second <= 20; second++) {
      archive.append([steps("a-seed1", 29 + second * 2, 30 + second * 2, second * 1000)]);
    }
    expect(archive.tokensPerSecond()).toBe(100);
  });

  it("has no result before the experiment said what it is", () => {
    const archive = new Archive();
    expect(archive.result()).toBeNull();
    archive.append([{ kind: "experiment", device, config }]);
    expect(archive.result()).toEqual({
      device,
      config,
      runs: [],
      summary: [],
      comparisons: [],
      answers: null,
      cases: [],
    });
  });
});

describe("progressOf", () => {
  function heads(events: readonly RunEvent[]): RunHead[] {
    const archive = new Archive();
    archive.append(events);
    return archive.heads();
  }

  it("knows nothing before the first run", () => {
    expect(progressOf([], null)).toEqual({ share: 0, runsPlanned: 0, runsEnded: 0, current: null, remainingMs: null });
    expect(progressOf([], config)).toMatchObject({ share: 0, runsPlanned: 4, remainingMs: null });
  });

  it("counts steps over all runs, and uses each method's own pace for the time left", () => {
    const runs = heads([
      started("a", 1),
      steps("a-seed1", 1, 100, 1000),
      ended("a-seed1", 1000),
      started("b", 1),
      steps("b-seed1", 1, 50, 2000),
    ]);
    const progress = progressOf(runs, config);
    expect(progress).toMatchObject({ share: 150 / 400, runsPlanned: 4, runsEnded: 1 });
    expect(progress.current?.id).toBe("b-seed1");
    // 100 steps of a at 10 ms; 50 and 100 of b at 40 ms.
    expect(progress.remainingMs).toBe(100 * 10 + 150 * 40);
  });

  it("takes a run that ended early as done", () => {
    const runs = heads([started("a", 1), steps("a-seed1", 1, 20, 200), ended("a-seed1", 200)]);
    expect(progressOf(runs, config).share).toBe(100 / 400);
  });
});
