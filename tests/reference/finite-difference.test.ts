import { expect, test } from "vitest";
import { directionalDerivative, gradient, partialDerivative } from "./finite-difference.ts";

// f(x, y) = x³ y + sin y
const f = (point: Float64Array) => (point.at(0) ?? 0) ** 3 * (point.at(1) ?? 0) + Math.sin(point.at(1) ?? 0);
const point = Float64Array.of(1.5, -0.7);

test("partial derivatives of a known function", () => {
  expect(partialDerivative(f, point, 0)).toBeCloseTo(3 * 2.25 * -0.7, 7);
  expect(gradient(f, point).at(1)).toBeCloseTo(1.5 ** 3 + Math.cos(-0.7), 7);
});

test("a directional derivative is the gradient times the direction", () => {
  const slope = directionalDerivative(f, point, Float64Array.of(2, -1));
  // The third derivative along it is about -141, so the difference itself is off by h²/6 · 141 = 2.4e-7.
  expect(slope).toBeCloseTo(2 * 3 * 2.25 * -0.7 - (1.5 ** 3 + Math.cos(-0.7)), 6);
});

test("a direction of another length is refused, and the point is left as it was", () => {
  expect(() => directionalDerivative(f, point, Float64Array.of(1))).toThrow(RangeError);
  expect([...point]).toEqual([1.5, -0.7]);
});
