import { expect, test } from "vitest";
import { rateAt, scheduleFactor, warmupSteps } from "../../src/optim/schedule.ts";

test("rises from 0 over the warm-up and falls towards 0", () => {
  const factors = Array.from({ length: 12 }, (_, index) => scheduleFactor(index + 1, 10, 2));
  const want = [0, 1 / 2, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0, 0];
  expect(factors).toEqual(want);
});

test("starts in full without a warm-up, and a run of nothing but warm-up never divides by zero", () => {
  expect(scheduleFactor(1, 4, 0)).toBe(1);
  expect([1, 2, 3, 4].map((step) => scheduleFactor(step, 3, 3))).toEqual([0, 1 / 3, 2 / 3, 0]);
});

test("the warm-up is the share of all steps, rounded up", () => {
  expect([10, 11, 100, 0].map((steps) => warmupSteps(0.1, steps))).toEqual([1, 2, 10, 0]);
});

test("a warm-up of so many steps goes before its share", () => {
  const rate = (warmup: number | null) => rateAt({ learningRate: 8, warmupRatio: 0.5, warmupSteps: warmup }, 2, 10);
  expect([rate(null), rate(4), rate(0)]).toEqual([8 / 5, 8 / 4, (8 * 9) / 10]);
});
