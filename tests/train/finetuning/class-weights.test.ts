import { expect, test } from "vitest";
import { balancedPosWeights, balancedWeights } from "../../../src/train/finetuning/class-weights.ts";

test("balanced weights are rows / (classes · count), over the classes that occur, and sum to the rows", () => {
  // sklearn.utils.class_weight.compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 1, 1, 2])
  expect([...balancedWeights([0, 0, 0, 0, 1, 1, 1, 2], 3)]).toEqual([8 / 12, 8 / 9, 8 / 3].map(Math.fround));
  expect([...balancedWeights([0, 2, 2, 2], 3)]).toEqual([2, 0, 2 / 3].map(Math.fround));
});

test("a label weighs rows without it / rows with it; 1 where all rows are alike", () => {
  const labels = [[1, 0, 1], [1, 1, 0], [1, 0, 0], [1, 0, 0], [1, 0, 1]]; // prettier-ignore
  expect([...balancedPosWeights(labels.flat(), 3)]).toEqual([1, 4, 1.5]);
  expect([...balancedPosWeights([0, 1, 0, 1], 2)]).toEqual([1, 1]);
});
