import { describe, expect, test } from "vitest";
import { erf, erfc } from "./erf.ts";
import { partialDerivative } from "./finite-difference.ts";
import { gelu } from "./gelu.ts";
import { tanh } from "./tanh.ts";

function relative(got: number, want: number): number {
  return Math.abs(got - want) / Math.abs(want);
}

describe("erf", () => {
  // Values of Abramowitz and Stegun, table 7.1, and DLMF, to 16 digits.
  test.each([
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.9995930479825551],
    [3, 0.9999779095030014],
  ])("erf(%d)", (x, want) => {
    expect(relative(erf(x), want)).toBeLessThan(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  });

  test.each([
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2, 0.004677734981047266],
    [3, 2.209049699858544e-5],
    [5, 1.5374597944280349e-12],
    [10, 2.088487583762545e-45],
  ])("erfc(%d)", (x, want) => {
    expect(relative(erfc(x), want)).toBeLessThan(2e-15);
    expect(erfc(-x)).toBeCloseTo(2 - want, 15);
  });

  test("its derivative is 2/sqrt(pi) exp(-x²), across both seams of the formula", () => {
    for (const x of [-2.50004, -0.3, 0, 0.49998, 1.4, 2.49998]) {
      const slope = partialDerivative((point) => erf(point.at(0) ?? 0), Float64Array.of(x), 0);
      expect(slope).toBeCloseTo((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), 7);
    }
  });

  test("ends", () => {
    expect(erf(0)).toBe(0);
    expect(erf(30)).toBe(1);
    expect(erfc(-30)).toBe(2);
    expect(erf(Number.NaN)).toBeNaN();
  });
});

test("gelu: x times the normal distribution's share below x", () => {
  const { value, magnitude } = gelu(Float64Array.of(-30, -1, 0, 1, 3));
  expect(Math.abs(value.at(0) ?? 1)).toBeLessThan(1e-190);
  expect(value.at(1)).toBeCloseTo(-0.15865525393145707, 15);
  expect(value.at(2)).toBe(0);
  expect(value.at(3)).toBeCloseTo(0.8413447460685429, 15);
  expect(value.at(4)).toBeCloseTo(3 * 0.9986501019683699, 14);
  expect(magnitude.at(0)).toBeCloseTo(30, 12);
});

test("tanh", () => {
  const { value, magnitude } = tanh(Float64Array.of(-50, 0, 0.5));
  expect([...value]).toEqual([-1, 0, Math.tanh(0.5)]);
  expect(magnitude.at(0)).toBe(1);
});
