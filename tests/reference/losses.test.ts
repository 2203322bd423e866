import { describe, expect, test } from "vitest";
import { crossEntropy } from "./cross-entropy.ts";
import { partialDerivatives } from "./finite-difference.ts";
import { globalNorm } from "./global-norm.ts";
import { meanSquaredError } from "./mean-squared-error.ts";

describe("cross-entropy", () => {
  test("equal logits cost the log of the number of labels", () => {
    expect(crossEntropy(Float64Array.of(5, 5, 5), [1]).value.at(0)).toBeCloseTo(Math.log(3), 15);
  });
  test("by hand, two rows", () => {
    const want = (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(3))) / 2;
    expect(crossEntropy(Float64Array.of(2, 1, 3, 0), [0, 1]).value.at(0)).toBeCloseTo(want, 14);
  });
  test("large logits do not overflow", () => {
    expect(crossEntropy(Float64Array.of(1000, 0), [1]).value.at(0)).toBe(1000);
  });
  test("its gradient is (softmax - one hot) / batch", () => {
    const logits = Float64Array.of(0.3, -1, 2, 0.1, 0.2, -0.4);
    const gradient = partialDerivatives((x) => crossEntropy(x, [2, 0]).value.at(0) ?? 0, logits, [0, 2, 3]);
    const first = Math.exp(0.3) + Math.exp(-1) + Math.exp(2);
    const second = Math.exp(0.1) + Math.exp(0.2) + Math.exp(-0.4);
    expect(gradient.at(0)).toBeCloseTo(Math.exp(0.3) / first / 2, 8);
    expect(gradient.at(1)).toBeCloseTo((Math.exp(2) / first - 1) / 2, 8);
    expect(gradient.at(2)).toBeCloseTo((Math.exp(0.1) / second - 1) / 2, 8);
  });
  test("an unknown label is refused", () => {
    expect(() => crossEntropy(Float64Array.of(1, 2), [2])).toThrow(RangeError);
  });
});

test("mean squared error", () => {
  const { value, magnitude } = meanSquaredError(Float64Array.of(1, -2), [3, 1]);
  expect(value.at(0)).toBe((4 + 9) / 2);
  expect(magnitude.at(0)).toBe((2 * 4 + 3 * 3) / 2);
});

test("global norm runs over all tensors", () => {
  expect(globalNorm([Float64Array.of(2, -4), Float64Array.of(4)]).value.at(0)).toBe(6);
});
