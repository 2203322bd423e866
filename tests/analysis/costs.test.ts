import { describe, expect, test } from "vitest";
import { costsOf, costsOfCompleted } from "../../src/analysis/costs.ts";
import type { RunRecord } from "../../src/contract/run.ts";

type Taken = Parameters<typeof costsOfCompleted>[0][number];

function run(method: string, elapsedMs: number, patch: Partial<Taken> = {}): Taken {
  const memoryBytes = { weights: 50, gradients: 30, method: 20, activations: 100 };
  const status: RunRecord["status"] = "completed";
  return { method, setting: {}, values: {}, status, stepCount: 10, memoryBytes, elapsedMs, openMs: 0, ...patch };
}

describe("costs", () => {
  test("are means over the completed runs, without the time that opening took", () => {
    const [cost, ...others] = costsOfCompleted([
      run("a", 500, { openMs: 400 }),
      run("a", 300),
      run("a", 9000, { status: "failed" }),
      run("a", 9000, { status: "running" }),
      run("b", 9000, { status: "stopped" }),
    ]);
    expect(cost).toMatchObject({ method: "a", msPerRun: 200, msPerStep: 20, timeRatio: 1, bytes: 200, memoryRatio: 1 });
    expect(others).toEqual([]);
  });

  test("are ratios to the reference at the same place of the grid, the paper's beside them", () => {
    const at = (rate: number, share?: number): Partial<Taken> =>
      share === undefined ? { setting: { rate } } : { setting: { rate, share }, values: { share } };
    const costs = costsOfCompleted([
      run("dps-mix", 300, at(1, 0.3)),
      run("vanilla", 100, at(1)),
      run("vanilla", 400, at(2)),
      run("dps-mix", 500, at(2, 0.3)),
      run("dps-mix", 500, at(3, 0.3)),
    ]);
    expect(costs.map(({ timeRatio }) => timeRatio)).toEqual([3, 1, 1, 1.25, null]);
    expect(costs[0]?.paper).toEqual({ time: 1.3, memory: 21.1 / 10.6 });
    expect(costs[4]?.paper).toEqual({ time: null, memory: null });
  });

  test("tell the model's own state from all of the memory", () => {
    const memoryBytes = { weights: 50, gradients: 30, moments: 100, method: 70, activations: 150 };
    const [, other] = costsOfCompleted([run("vanilla", 1), run("own", 1, { memoryBytes })]);
    expect(other).toMatchObject({ memoryRatio: 2, stateRatio: 2.5, paper: { time: null, memory: null } });
  });

  test("count by steps what runs still take, and leave out what has not begun", () => {
    const begun = { method: "a", setting: {}, values: {}, memoryBytes: { weights: 100, inputs: 20 } };
    const [cost] = costsOf([
      { ...begun, spentMs: 30, stepCount: 2 },
      { ...begun, memoryBytes: { weights: 140 }, spentMs: 90, stepCount: 4 },
      { ...begun, memoryBytes: {}, spentMs: 77, stepCount: 0 },
    ]);
    expect(cost).toMatchObject({ msPerStep: 20, msPerRun: 60, bytes: 130, byPurpose: { weights: 120, inputs: 10 } });
    const [, waiting] = costsOf([
      { ...begun, spentMs: 30, stepCount: 2 },
      { ...begun, method: "b", memoryBytes: {}, spentMs: 0, stepCount: 0 },
    ]);
    expect(waiting).toMatchObject({ msPerStep: null, msPerRun: null, timeRatio: null, bytes: 0, memoryRatio: null });
  });
});
