import { describe, expect, it } from "vitest";
import type { StepRecord } from "../../../src/contract/run.ts";
import type { GrowingRun } from "../../../src/store/results/archive.ts";
import { aboveZero, rowNear } from "../../../src/store/results/curve-rows.ts";
import { scoreCurves, stepCurves, wholeAxis } from "../../../src/store/results/curves.ts";
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
      { x: 1, a: 2, "a~band": [2 - deviation, 2 + deviation], b: 5 },
      { x: 2, a: 3, "a~band": [3 - deviation, 3 + deviation] },
      { x: 3, a: 3 },
    ]);
  });

  it("gives a line a seed when asked, and leaves hidden methods out", () => {
    const runs = [run("a", 1, [1, 2]), run("a", 2, [3, 4]), run("b", 1, [5, 6])];
    const data = stepCurves(runs, "loss", { ...raw, seeds: "each", hidden: ["b"] });
    expect(data.lines.map((line) => line.key)).toEqual(["a~1", "a~2"]);
    expect(data.rows[1]).toEqual({ x: 2, "a~1": 2, "a~2": 4 });
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
    expect(data.rows.map((row) => row.x)).toEqual([1, 3]);
  });

  it("shades stage II once where methods agree, else by method", () => {
    const agreeing = [run("a", 1, [1, 1, 1, 1], [1, 2, 2, 1]), run("b", 1, [1, 1, 1], [1, 2, 2])];
    expect(stepCurves(agreeing, "loss", raw).shades).toEqual([{ from: 1.5, to: 3.5, method: null }]);
    const differing = [run("a", 1, [1, 1, 1], [1, 2, 2]), run("b", 1, [1, 1, 1], [1, 1, 2])];
    expect(stepCurves(differing, "loss", raw).shades).toEqual([
      { from: 1.5, to: 3, method: "a" },
      { from: 2.5, to: 3, method: "b" },
    ]);
  });
});

describe("scoreCurves", () => {
  it("follows the evaluations and leaves undefined scores out", () => {
    const runs = [run("a", 1, [0.5, 0.25])];
    expect(scoreCurves(runs, "good", raw).rows).toEqual([
      { x: 10, a: 0.5 },
      { x: 20, a: 0.75 },
    ]);
    expect(scoreCurves(runs, "odd", raw).rows).toEqual([]);
  });
});

describe("over epochs", () => {
  it("places steps by the share of an epoch that an evaluation tells", () => {
    // Evaluated at step 10, 20, ...: one epoch there.
    const data = stepCurves([run("a", 1, [5, 6])], "loss", { ...raw, x: "epoch" });
    expect(data.unit).toBe("epoch");
    expect(data.rows.map((row) => row.x)).toEqual([1 / 20, 2 / 20]);
    expect(data.ends[1]).toBeCloseTo(0.1);
  });

  it("keeps to steps until the first evaluation", () => {
    const young = { ...run("a", 1, [5, 6]), evaluations: [] };
    expect(stepCurves([young], "loss", { ...raw, x: "epoch" })).toMatchObject({ unit: "step", ends: [0, 2] });
  });
});

describe("over seconds of the device", () => {
  /** A run of four steps of so many ms each, whose loss is its step, opened in a second. */
  function timed(method: string, seed: number, stepMs: number): GrowingRun {
    const times = [1, 2, 3, 4].map((step) => ({ step, elapsedMs: 1000 + step * stepMs }));
    return { ...run(method, seed, [1, 2, 3, 4]), times, openMs: 1000, elapsedMs: 1000 + 4 * stepMs };
  }

  const bySecond = { ...raw, x: "second" as const };

  it("compares methods at the same seconds: who takes half as long is twice as far", () => {
    const data = stepCurves([timed("a", 1, 1000), timed("b", 1, 2000)], "loss", bySecond);
    expect(data).toMatchObject({ unit: "second", ends: [0, 8], spreadEvenly: false, shades: [] });
    for (const row of data.rows.filter(({ x }) => x >= 2 && x <= 4)) {
      expect(row["a"]).toBeCloseTo(row.x, 9);
      expect(row["b"]).toBeCloseTo(row.x / 2, 9);
    }
    // One that is done keeps what it ended with.
    expect(data.rows.at(-1)).toMatchObject({ x: 8, a: 4, b: 4 });
  });

  it("bands seeds at the same seconds, from where all of them have begun", () => {
    const data = stepCurves([timed("a", 1, 1000), timed("a", 2, 2000)], "loss", bySecond);
    expect(data.rows[0]?.x).toBeGreaterThanOrEqual(2);
    for (const row of data.rows.filter(({ x }) => x <= 4)) {
      expect(row["a"]).toBeCloseTo((row.x + row.x / 2) / 2, 9);
      const deviation = row.x / 2 / Math.SQRT2;
      const [low, high] = row["a~band"] as readonly [number, number];
      expect(high - low).toBeCloseTo(2 * deviation, 9);
    }
  });

  it("lets a run that goes on end where it is, and the axis where it will be", () => {
    const going: GrowingRun = { ...timed("a", 1, 1000), status: "running", stepCount: 8 };
    const data = stepCurves([going, timed("b", 1, 2000)], "loss", bySecond);
    expect(data.rows.filter(({ x }) => x > 4).every((row) => row["a"] === undefined)).toBe(true);
    expect(wholeAxis([going], "second").ends).toEqual([0, 8]);
  });

  it("spreads a run without times evenly, and says so", () => {
    const untimed = { ...timed("a", 1, 1000), times: [] };
    const data = stepCurves([untimed], "loss", bySecond);
    expect(data.spreadEvenly).toBe(true);
    for (const row of data.rows) expect(row["a"]).toBeCloseTo(row.x, 9);
  });
});

describe("a part of the axis", () => {
  it("is drawn to its edges, with all the points that it has room for", () => {
    const losses = Array.from({ length: 5000 }, (_, index) => index);
    const data = stepCurves([run("a", 1, losses)], "loss", { ...raw, zoom: [1000, 1100] });
    expect(data.ends).toEqual([1000, 1100]);
    expect(data.rows.map((row) => row.x)).toEqual(Array.from({ length: 103 }, (_, index) => 999 + index));
    const smoothed = stepCurves([run("a", 1, losses)], "loss", { ...raw, smoothing: 0.5, zoom: [1000, 1100] });
    expect(smoothed.raw[0]?.points.every(({ x }) => x >= 1000 && x <= 1100)).toBe(true);
  });
});

describe("aboveZero", () => {
  it("leaves out what has no logarithm, and cuts bands at the lowest value drawn", () => {
    const runs = [run("a", 1, [0.5, 4, 0]), run("a", 2, [0.5, 0, 0])];
    const { rows, lines } = stepCurves(runs, "loss", raw);
    expect(aboveZero(rows, lines)).toEqual([
      { x: 1, a: 0.5, "a~band": [0.5, 0.5] },
      { x: 2, a: 2, "a~band": [0.5, 2 + Math.sqrt(8)] },
    ]);
  });
});

describe("rowNear", () => {
  it("finds the row that hovering means, also between rows and beyond them", () => {
    const rows = [{ x: 10 }, { x: 20 }, { x: 40 }];
    expect([0, 14, 16, 29, 31, 99].map((x) => rowNear(rows, x)?.x)).toEqual([10, 10, 20, 20, 40, 40]);
    expect(rowNear([], 1)).toBeUndefined();
  });
});
