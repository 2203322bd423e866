import { expect, test } from "vitest";
import { paperRun } from "./paper-run.ts";
import { ratioTable, shareTable } from "./step-tables.ts";
import { byStage, meanOf } from "./steps.ts";
import type { Figures } from "./steps.ts";

test("the paper's run on RTE has 468 steps in stages of 23, ten of them with a selection before", () => {
  expect(paperRun).toEqual({ epochs: 3, stepsPerEpoch: 156, steps: 468, stageSteps: 23, selections: 10 });
});

test("a short cycle is weighed as one of the paper's: one opening step a stage, all others as usual", () => {
  const at = (place: number, stage: number, opens: boolean, ms: number) => ({ place, stage, opens, ms });
  const cycle = (more: number) => [
    at(0, 1, true, 12 + more),
    at(1, 1, false, 10),
    at(2, 2, true, 53),
    at(3, 2, false, 8 + more),
  ];
  const stages = byStage([...cycle(0), ...cycle(90)]);
  expect(stages).toEqual({ 1: { usual: 10, opening: 12 }, 2: { usual: 8, opening: 53 } });
  expect(meanOf(stages)).toBeCloseTo((12 + 22 * 10 + 53 + 22 * 8) / 46, 9);
});

test("an unstaged method is the mean of the fastest of each place", () => {
  const at = (place: number, ms: number) => ({ place, stage: 0, opens: false, ms });
  const stages = byStage([at(0, 5), at(1, 7), at(0, 9), at(1, 8)]);
  expect(stages).toEqual({ 0: { usual: 6, opening: null } });
  expect(meanOf(stages)).toBe(6);
});

test("tables have a row a method, and a column a method", () => {
  const figures = (id: string, more: Partial<Figures>): Figures => ({
    id,
    stepMs: 10,
    preparationMs: 0,
    stages: { 0: { usual: 10, opening: null } },
    bytes: { weights: 100, gradients: 100, moments: 200, activations: 999 },
    familyShare: { matmul: 0.75, adamw: 0.2499, rare: 0.0001 },
    ...more,
  });
  const dense = {
    stepMs: 10.625,
    stages: { 1: { usual: 10, opening: 11 }, 2: { usual: 9, opening: 12 } },
    bytes: { weights: 100, gradients: 100, moments: 200, method: 40 },
  };
  const rows = [figures("vanilla", {}), figures("dps-dense", dense)];
  expect(ratioTable(rows)).toEqual([
    "method     ms a step  x time     ms by stage, opening step  x model state",
    "vanilla         10.0   1.000                                        1.000",
    "dps-dense       10.6   1.063  I: 10.0, 11.0  II: 9.0, 12.0          1.100",
  ]);
  expect(shareTable(rows)).toEqual([
    "% of device time  vanilla  dps-dense",
    "matmul               75.0       75.0",
    "adamw                25.0       25.0",
  ]);
  expect(shareTable([figures("vanilla", { familyShare: {} })])).toEqual([
    "This device has no timestamps: there are no shares of device time.",
  ]);
});
