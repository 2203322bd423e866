import { expect, test } from "vitest";
import { planTime, shortenedPlan } from "../../../src/analysis/time/plan-time.ts";
import type { ExperimentPlan } from "../../../src/contract/run.ts";

const plan: ExperimentPlan = {
  methods: [
    { id: "one", values: {} },
    { id: "two", values: {} },
  ],
  seeds: [1, 2, 3],
  training: { epochs: 2, batchSize: 10, evaluateEvery: 5, devLimit: 60, trainLimit: null },
  grid: [],
  order: "interleaved",
};
const paces = [
  { method: "one", stepMs: 100 },
  { method: "two", stepMs: 200 },
];
const rows = { train: 95, dev: 200 };

test("steps and scores of every run are counted, a score's batch as a third of a step", () => {
  // Ten steps an epoch, the last of five rows; four scores of six batches.
  expect(planTime(plan, paces, rows)).toBeCloseTo((100 + 200) * 3 * (20 + (4 * 6) / 3), 6);
  expect(planTime({ ...plan, seeds: [1] }, paces.slice(0, 1), rows)).toBeCloseTo(2 * 100 * 28, 6);
  // Two batches a step: five steps an epoch; scores are of single batches.
  const inParts = { ...plan, training: { ...plan.training, accumulate: 2 } };
  expect(planTime(inParts, paces, rows)).toBeCloseTo((100 + 200) * 3 * (10 + (2 * 6) / 3), 6);
});

test("rows are left out until the time suits, no more than that, and never below the fewest steps", () => {
  const single = { ...plan, training: { ...plan.training, epochs: 1 } };
  const whole = planTime(single, paces, rows);
  const limits = { targetMs: whole, fewestSteps: 3 };
  expect(shortenedPlan(single, paces, rows, limits)).toBe(single);
  const many = { train: 2000, dev: 60 };
  const targetMs = 60_000;
  const shortened = shortenedPlan(single, paces, many, { targetMs, fewestSteps: 3 });
  expect(planTime(shortened, paces, many)).toBeLessThanOrEqual(targetMs);
  const limit = Number(shortened.training["trainLimit"]);
  const onemore = { ...shortened, training: { ...shortened.training, trainLimit: limit + 10 } };
  expect(planTime(onemore, paces, many)).toBeGreaterThan(targetMs - 1);
  const fewest = shortenedPlan(single, paces, many, { targetMs: 1, fewestSteps: 24 });
  expect(fewest.training["trainLimit"]).toBe(240);
});
