import { expect, it } from "vitest";
import type { RunHead } from "../../../src/store/results/archive.ts";
import { leastSteps, methodCosts } from "../../../src/store/results/costs.ts";

function head(
  method: string,
  stepsDone: number,
  patch: Pick<RunHead, "status"> | Partial<Pick<RunHead, "id" | "elapsedMs">> = {},
): RunHead {
  return {
    id: method,
    method,
    label: method,
    seed: 1,
    status: "running",
    error: null,
    values: {},
    setting: {},
    stepCount: 100,
    stepsDone,
    selectionCount: 0,
    snapshotCount: 0,
    selects: false,
    evaluations: [],
    memoryBytes: { weights: 100 },
    openMs: 50,
    elapsedMs: 50 + 10 * stepsDone,
    ...patch,
  };
}

it("says what a step takes after ten of them: the first is no measure", () => {
  const msOf = (stepsDone: number) => methodCosts([head("vanilla", stepsDone)])[0]?.msPerStep;
  expect([1, leastSteps - 1, leastSteps].map(msOf)).toEqual([null, null, 10]);
  expect(methodCosts([head("vanilla", 1)])[0]?.bytes).toBe(100);
});

it("takes a run that ended after fewer for what it is", () => {
  expect(methodCosts([head("vanilla", 4, { status: "completed" })])[0]?.msPerStep).toBe(10);
});

it("leaves a run that has hardly begun out of its method's mean", () => {
  const runs = [head("vanilla", 20), head("vanilla", 2, { id: "2", elapsedMs: 5000 })];
  expect(methodCosts(runs)[0]?.msPerStep).toBe(10);
});
