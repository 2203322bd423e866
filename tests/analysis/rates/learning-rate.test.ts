import { expect, it } from "vitest";
import { betterRate, suitedLearningRate } from "../../../src/analysis/rates/learning-rate.ts";

it("a learning rate falls as models grow, and is the one that was found good where one was", () => {
  const found: readonly (readonly [number, number])[] = [
    [32, 1e-3],
    [128, 6e-4],
    [192, 3e-4],
    [256, 2e-4],
    [384, 1e-4],
    [512, 6e-5],
    [768, 3e-5],
    [1024, 2e-5],
  ];
  for (const [hiddenSize, rate] of found)
    expect([hiddenSize, suitedLearningRate(hiddenSize)]).toEqual([hiddenSize, rate]);
});

it("a rate is called far from the advice at three times or a third of it, and only where one was set", () => {
  expect(betterRate(2e-5, 192)).toBe(3e-4);
  expect(betterRate(9e-4, 192)).toBe(3e-4);
  expect(betterRate(2e-4, 192)).toBeNull();
  expect(betterRate(null, 192)).toBeNull();
  expect(betterRate(0, 192)).toBeNull();
});
