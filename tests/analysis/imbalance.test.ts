import { expect, test } from "vitest";
import { imbalanceText } from "../../src/analysis/imbalance.ts";

test("classes of which one has three times the rows of another are told of, with both counts", () => {
  expect(imbalanceText(["no", "yes"], [299, 100])).toBeNull();
  expect(imbalanceText(["no", "yes"], [300, 100])).toMatch(/300 are "no" and 100 "yes", 3 times fewer/);
  expect(imbalanceText(["a", "b", "c"], [20, 7_250, 100])).toMatch(/7,250 are "b" and 20 "a", 360 times fewer/);
});

test("a class without a row, a single one, and a score have none", () => {
  expect(imbalanceText(["a", "b", "c"], [10, 0, 9])).toBeNull();
  expect(imbalanceText(["a", "b"], [10, 0])).toBeNull();
  expect(imbalanceText([], [])).toBeNull();
});
