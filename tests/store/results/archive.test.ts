import { describe, expect, it } from "vitest";
import type { RunEvent, RunRecord, StepRecord } from "../../../src/contract/run.ts";
import { Archive } from "../../../src/store/results/archive.ts";
import type { RunHead } from "../../../src/store/results/archive.ts";
import { progressOf } from "../../../src/store/results/progress.ts";
import { choice, device, labels, model } from "../fake-records.ts";

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

function runOf(method: string, seed: number, patch: Partial<RunRecord> = {}): RunRecord {
  return {
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status: "waiting",
    error: null,
    values: {},
    stepCount: 100,
    steps: [],
    evaluations: [],
    selections: [],
    times: [],
    memoryBytes: { weights: 10 },
    setting: {},
    openMs: 0,
    subnetwork: null,
    elapsedMs: 0,
    ...patch,
  };
}

function started(method: string, seed: number, patch: Partial<RunRecord> = {}): RunEvent {
  return { kind: "started", run: runOf(method, seed, { status: "running", ...patch }) };
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
    archive.append([{ kind: "experiment", device, kernels: choice, config }, started("a", 1)]);
    archive.append([steps("a-seed1", 1, 10, 100)]);
    const before = archive.heads();
    archive.append([steps("a-seed1", 11, 30, 300), ended("a-seed1", 310)]);
    expect(before[0]?.stepsDone).toBe(10);
    expect(archive.heads()[0]).toMatchObject({ stepsDone: 30, status: "completed", elapsedMs: 310 });
    expect("steps" in (archive.heads()[0] ?? {})).toBe(false);
    expect(archive.runs[0]?.steps).toHaveLength(30);
  });

  it("has the sleep and the skipped steps of a run that was told of some, and nothing of it in others", () => {
    const archive = new Archive();
    archive.append([started("a", 1), started("b", 1)]);
    const told = { sleptMs: 720_000, skippedSteps: 2 };
    archive.append([{ ...ended("a-seed1", 310), ...told }, ended("b-seed1", 310)]);
    const [slept, other] = archive.heads();
    expect(slept).toMatchObject(told);
    expect(other).not.toHaveProperty("sleptMs");
    expect(other).not.toHaveProperty("skippedSteps");
  });

  it("notes when steps were done, by the run's own time, and forgets it when the run begins anew", () => {
    const archive = new Archive();
    archive.append([started("a", 1), started("b", 1), steps("a-seed1", 1, 10, 100), steps("b-seed1", 1, 10, 90)]);
    archive.append([steps("a-seed1", 11, 30, 300)]);
    expect(archive.runs.map(({ times }) => times)).toEqual([
      [
        { step: 10, elapsedMs: 100 },
        { step: 30, elapsedMs: 300 },
      ],
      [{ step: 10, elapsedMs: 90 }],
    ]);
    expect("times" in (archive.heads()[0] ?? {})).toBe(false);
    archive.append([{ kind: "queued", runs: [runOf("b", 1)] }]);
    expect(archive.runs.at(-1)?.times).toEqual([]);
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

  it("measures runs that go side by side together, each by its own time", () => {
    const archive = new Archive();
    archive.append([started("a", 1), started("b", 1), steps("a-seed1", 1, 10, 1000), steps("b-seed1", 1, 10, 2000)]);
    archive.append([steps("a-seed1", 11, 20, 1500)]);
    expect(archive.tokensPerSecond()).toBe(1000);
    archive.append([steps("b-seed1", 11, 20, 3500)]);
    // 500 tokens each, in half a second and in one and a half.
    expect(archive.tokensPerSecond()).toBe(500);
    archive.append([ended("b-seed1", 3500), started("b", 2)]);
    expect(archive.tokensPerSecond()).toBe(1000);
  });

  it("keeps a queue: a run that waits becomes the one that started, and waits again when it is retried", () => {
    const archive = new Archive();
    archive.append([{ kind: "queued", runs: [runOf("a", 1), runOf("b", 1)] }]);
    archive.append([started("b", 1), steps("b-seed1", 1, 10, 100), ended("b-seed1", 100)]);
    expect(archive.heads().map(({ id, status }) => [id, status])).toEqual([
      ["a-seed1", "waiting"],
      ["b-seed1", "completed"],
    ]);
    archive.append([{ kind: "queued", runs: [runOf("b", 1), runOf("c", 1)] }, started("a", 1)]);
    expect(archive.heads()[1]).toMatchObject({ status: "waiting", stepsDone: 0 });
    archive.append([ended("a-seed1", 10), { kind: "queued", runs: [runOf("a", 1)] }]);
    expect(archive.heads().map(({ id }) => id)).toEqual(["b-seed1", "c-seed1", "a-seed1"]);
    archive.append([started("b", 1), { kind: "queued", runs: [runOf("b", 1)] }]);
    expect(archive.heads()[0]).toMatchObject({ id: "b-seed1", status: "waiting" });
  });

  it("gives up what an engine that died had in hand, and what waited for it", () => {
    const archive = new Archive();
    archive.append([{ kind: "queued", runs: [runOf("a", 1), runOf("b", 1)] }, started("a", 1)]);
    archive.abandon();
    expect(archive.heads().map(({ id, status }) => [id, status])).toEqual([
      ["a-seed1", "failed"],
      ["b-seed1", "stopped"],
    ]);
  });

  it("takes the masks of runs that ended from an earlier state, as no event tells them", () => {
    const watched = {
      headCount: 1,
      drawn: { unit: "weight", share: 0.7 },
      matrices: [],
      snapshots: [],
      masks: [],
    } as const;
    const [one, other] = [
      { matrix: "value", masks: ["AA=="] },
      { matrix: "value", masks: ["AQ=="] },
    ];
    const archive = new Archive();
    for (const method of ["a", "b", "c"]) archive.append([started(method, 1, { subnetwork: watched })]);
    archive.append([ended("a-seed1", 1), ended("c-seed1", 1)]);
    archive.abandon();
    const before = (method: string, status: RunRecord["status"], masks = [one]) =>
      runOf(method, 1, { status, subnetwork: { ...watched, masks } });
    archive.recall({ answers: null, cases: [], runs: [before("a", "completed"), before("b", "stopped")] });
    const masks = () => archive.runs.map(({ subnetwork }) => subnetwork?.masks);
    expect(masks()).toEqual([[one], [], []]);
    // What a run has is its own.
    archive.recall({ answers: null, cases: [], runs: [before("a", "completed", [other]), before("d", "completed")] });
    expect(masks()).toEqual([[one], [], []]);
  });

  it("has no result before the experiment said what it is", () => {
    const archive = new Archive();
    expect(archive.result()).toBeNull();
    archive.append([{ kind: "experiment", device, kernels: choice, config }]);
    expect(archive.result()).toEqual({
      device,
      kernels: choice,
      config,
      runs: [],
      summary: [],
      comparisons: [],
      answers: null,
      overlaps: null,
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

  /** All four runs in the queue. */
  const queue: RunEvent = {
    kind: "queued",
    runs: [runOf("a", 1), runOf("b", 1), runOf("a", 2), runOf("b", 2)],
  };

  it("knows nothing before runs are queued, and no time before the first step", () => {
    expect(progressOf([])).toEqual({ share: 0, runsPlanned: 0, runsEnded: 0, running: [], remainingMs: null });
    expect(progressOf(heads([queue]))).toMatchObject({ share: 0, runsPlanned: 4, runsEnded: 0, remainingMs: null });
  });

  it("counts steps over all runs, and uses each method's own pace for the time left", () => {
    const runs = heads([
      queue,
      started("a", 1),
      steps("a-seed1", 1, 100, 1000),
      ended("a-seed1", 1000),
      started("b", 1),
      steps("b-seed1", 1, 50, 2000),
    ]);
    const progress = progressOf(runs);
    expect(progress).toMatchObject({ share: 150 / 400, runsPlanned: 4, runsEnded: 1 });
    expect(progress.running.map(({ id }) => id)).toEqual(["b-seed1"]);
    // 100 steps of a at 10 ms; 50 and 100 of b at 40 ms.
    expect(progress.remainingMs).toBe(100 * 10 + 150 * 40);
  });

  it("counts what several runs at once have left, and the opening of those that wait", () => {
    const runs = heads([
      queue,
      started("a", 1, { openMs: 100 }),
      started("b", 1, { openMs: 300 }),
      steps("a-seed1", 1, 50, 100 + 500),
      steps("b-seed1", 1, 20, 300 + 400),
    ]);
    const progress = progressOf(runs);
    expect(progress.running).toHaveLength(2);
    expect(progress.remainingMs).toBe(50 * 10 + 80 * 20 + 100 * 10 + 100 * 20 + 2 * 200);
  });

  it("knows the pace of a setting before that of its method", () => {
    const slow = { setting: { share: 1 } };
    const runs = heads([
      { kind: "queued", runs: [runOf("a", 1), runOf("a", 2), runOf("b", 1, slow), runOf("b", 2, slow), runOf("b", 3)] },
      started("b", 1, slow),
      steps("b-seed1", 1, 100, 4000),
      ended("b-seed1", 4000),
    ]);
    const quick = heads([
      { kind: "queued", runs: [runOf("b", 1, slow), runOf("b", 2, slow), runOf("b", 3, { setting: { share: 0 } })] },
      started("b", 1, slow),
      steps("b-seed1", 1, 100, 4000),
      ended("b-seed1", 4000),
      started("b", 3, { setting: { share: 0 } }),
      steps("b-seed3", 1, 100, 1000),
      ended("b-seed3", 1000),
    ]);
    expect(progressOf(runs).remainingMs).toBe(400 * 40);
    expect(progressOf(quick).remainingMs).toBe(100 * 40);
  });

  it("takes a run that ended early as done, and one that was queued again as not begun", () => {
    const early = [queue, started("a", 1), steps("a-seed1", 1, 20, 200), ended("a-seed1", 200)];
    expect(progressOf(heads(early))).toMatchObject({ share: 100 / 400, runsEnded: 1 });
    const again = progressOf(heads([...early, { kind: "queued", runs: [runOf("a", 1)] }]));
    expect(again).toMatchObject({ share: 0, runsPlanned: 4, runsEnded: 0 });
  });
});
