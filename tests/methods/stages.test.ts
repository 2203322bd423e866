import { describe, expect, test } from "vitest";
import { planStages } from "../../src/methods/stages.ts";

const values = { updateRatio: 0.05, scheduleHorizon: "run" };

describe("us of the published scripts", () => {
  test.each([
    ["MRPC", 690, 34],
    ["RTE", 468, 23],
    ["STS-B", 1080, 54],
    ["CoLA", 1605, 80],
  ])("%s: %i steps", (_, maxSteps, us) => {
    expect(planStages({ maxSteps, stepsPerEpoch: maxSteps / 3 }, values).updateSteps).toBe(us);
  });

  test("truncates the float64 product as Python's int() does", () => {
    // 100 * 0.29 is 28.999999999999996, and 1000 * 0.035 is 35.00000000000001.
    expect(planStages({ maxSteps: 100, stepsPerEpoch: 100 }, { ...values, updateRatio: 0.29 }).updateSteps).toBe(28);
    expect(planStages({ maxSteps: 1000, stepsPerEpoch: 100 }, { ...values, updateRatio: 0.035 }).updateSteps).toBe(35);
  });
});

describe("ten steps with us = 2", () => {
  const stages = planStages({ maxSteps: 10, stepsPerEpoch: 10 }, { ...values, updateRatio: 0.2 });
  const steps = Array.from({ length: 10 }, (_, index) => index + 1);

  test("stages alternate and go on after the last whole cycle", () => {
    expect(steps.map((step) => stages.stage(step))).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 1, 1]);
    expect(steps.filter((step) => stages.opens(step))).toEqual([1, 3, 5, 7, 9]);
    expect(steps.map((step) => stages.cycle(step))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
  });

  test("a cycle selects at the first step of its stage II; one cut short does not count", () => {
    expect(stages.cycleCount).toBe(2);
    expect([0, 1].map((cycle) => stages.selectionStep(cycle))).toEqual([3, 7]);
  });
});

test.each([2, 3, 7, 34, 100, 690])("%i steps: as many selections as stages II that begin", (maxSteps) => {
  for (const updateRatio of [0.05, 0.1, 0.33, 0.5]) {
    if (Math.floor(maxSteps * updateRatio) === 0) continue;
    const stages = planStages({ maxSteps, stepsPerEpoch: maxSteps }, { ...values, updateRatio });
    const opened = Array.from({ length: maxSteps }, (_, index) => index + 1).filter(
      (step) => stages.opens(step) && stages.stage(step) === 2,
    );
    expect(Array.from({ length: stages.cycleCount }, (_, cycle) => stages.selectionStep(cycle))).toEqual(opened);
    expect(opened.map((step) => stages.cycle(step))).toEqual(opened.map((_, cycle) => cycle));
  }
});

describe("horizon", () => {
  const perEpoch = { ...values, scheduleHorizon: "epoch" };
  test("an epoch gives the stages of the low-resource script: 500 and 1,000 rows at batch 16", () => {
    expect(planStages({ maxSteps: 96, stepsPerEpoch: 32 }, perEpoch).updateSteps).toBe(1);
    expect(planStages({ maxSteps: 189, stepsPerEpoch: 63 }, perEpoch).updateSteps).toBe(3);
  });
  test("a run shorter than an epoch is its own horizon", () => {
    expect(planStages({ maxSteps: 40, stepsPerEpoch: 1000 }, perEpoch).updateSteps).toBe(2);
  });
});

describe("stages without a step", () => {
  test("name the steps and the ratio that would do", () => {
    expect(() => planStages({ maxSteps: 19, stepsPerEpoch: 19 }, values)).toThrow(
      "DPS needs at least 20 steps in a run (or an update ratio of 0.0527 or more): it has 19 and the update ratio is " +
        "0.05, so that a stage would have none.",
    );
    expect(planStages({ maxSteps: 20, stepsPerEpoch: 20 }, values).updateSteps).toBe(1);
    expect(planStages({ maxSteps: 19, stepsPerEpoch: 19 }, { ...values, updateRatio: 0.0527 }).updateSteps).toBe(1);
  });
  test("offer no ratio where none would do", () => {
    expect(() => planStages({ maxSteps: 1, stepsPerEpoch: 1 }, values)).toThrow(/20 steps in a run: /);
  });
  test("speak of the epoch where that is the horizon", () => {
    expect(() => planStages({ maxSteps: 30, stepsPerEpoch: 10 }, { ...values, scheduleHorizon: "epoch" })).toThrow(
      "steps in an epoch (or an update ratio of 0.1 or more): it has 10",
    );
  });
  test("are bad settings", () => {
    expect(() => planStages({ maxSteps: 3, stepsPerEpoch: 3 }, values)).toThrow(
      expect.objectContaining({ code: "bad-settings" }),
    );
  });
});
