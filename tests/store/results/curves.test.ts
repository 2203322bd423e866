import { describe, expect, it } from "vitest";
import type { StepRecord } from "../../../src/contract/run.ts";
import type { GrowingRun } from "../../../src/store/results/archive.ts";
import { scoreCurves, stepCurves } from "../../../src/store/results/curves.ts";
import { initialView } from "../../../src/store/results/view.ts";

function run(method: string, seed: number, losses: readonly number[], stages: readonly (0 | 1 | 2)[] = []): GrowingRun {
  const steps = losses.map((loss, index): StepRecord => {
    return { step: index + 1, loss, gradNorm: loss * 2, learningRate: 1e-5, stage: stages[index] ?? 0, tokens: 1 };
  });
  const evaluations = losses.map((loss, index) => ({
    step: (index + 1) * 10,
    epoch: 1,
    loss,
    scores: { good: 1 - loss, odd: null },
  }));
  return {
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status: "completed",
    error: null,
    values: {},
    stepCount: losses.length,
    steps,
    evaluations,
    selections: [],
    times: [],
    memoryBytes: {},
    setting: {},
    openMs: 0,
    subnetwork: null,
    elapsedMs: 1,
  };
}

const raw = { ...initialView, smoothing: 0 };

describe("stepCurves", () => {
  it("gives mean and band by method, aligned by step, also where a run is shorter", () => {
    const data = stepCurves([run("a", 1, [1, 2, 3]), run("a", 2, [3, 4]), run("b", 1, [5])], "loss", raw);
    expect(data.lines.map((line) => [line.key, line.band, line.seedCount])).toEqual([
      ["a", "a~band", 2],
      ["b", null, 1],
    ]);
    const deviation = Math.SQRT2;
    expect(data.rows).toEqual([
      { step: 1, a: 2, "a~band": [2 - deviation, 2 + deviation], b: 5 },
      { step: 2, a: 3, "a~band": [3 - deviation, 3 + deviation] },
      { step: 3, a: 3 },
    ]);
  });

  it("gives a line a seed when asked, and leaves hidden methods out", () => {
    const runs = [run("a", 1, [1, 2]), run("a", 2, [3, 4]), run("b", 1, [5, 6])];
    const data = stepCurves(runs, "loss", { ...raw, seeds: "each", hidden: ["b"] });
    expect(data.lines.map((line) => line.key)).toEqual(["a~1", "a~2"]);
    expect(data.rows[1]).toEqual({ step: 2, "a~1": 2, "a~2": 4 });
  });

  it("never draws more than 300 points a line, and keeps a spike in the raw values", () => {
    const losses = Array.from({ length: 5000 }, (_, index) => (index === 2500 ? 99 : 1));
    const data = stepCurves([run("a", 1, losses)], "loss", initialView);
    expect(data.rows.length).toBeLessThanOrEqual(300);
    expect(data.raw[0]?.points.length).toBeLessThanOrEqual(600);
    expect(Math.max(...(data.raw[0]?.points.map((point) => point.value) ?? []))).toBe(99);
  });

  it("leaves out a broken step and goes on", () => {
    const data = stepCurves([run("a", 1, [1, Number.NaN, 3])], "loss", raw);
    expect(data.rows.map((row) => row.step)).toEqual([1, 3]);
  });

  it("shades stage II once where methods agree, else by method", () => {
    const agreeing = [run("a", 1, [1, 1, 1, 1], [1, 2, 2, 1]), run("b", 1, [1, 1, 1], [1, 2, 2])];
    expect(stepCurves(agreeing, "loss", raw).shades).toEqual([{ from: 2, to: 3, method: null }]);
    const differing = [run("a", 1, [1, 1, 1], [1, 2, 2]), run("b", 1, [1, 1, 1], [1, 1, 2])];
    expect(stepCurves(differing, "loss", raw).shades).toEqual([
      { from: 2, to: 3, method: "a" },
      { from: 3, to: 3, method: "b" },
    ]);
  });
});

describe("scoreCurves", () => {
  it("follows the evaluations and leaves undefined scores out", () => {
    const runs = [run("a", 1, [0.5, 0.25])];
    expect(scoreCurves(runs, "good", raw).rows).toEqual([
      { step: 10, a: 0.5 },
      { step: 20, a: 0.75 },
    ]);
    expect(scoreCurves(runs, "odd", raw).rows).toEqual([]);
  });
});
