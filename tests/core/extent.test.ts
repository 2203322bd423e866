import { expect, test } from "vitest";
import { extentOf } from "../../src/core/extent.ts";

test("the least and the greatest of values, however many, and of none", () => {
  expect(extentOf([3, -1, 2])).toEqual([-1, 3]);
  expect(extentOf(Float32Array.of(0.5))).toEqual([0.5, 0.5]);
  expect(extentOf([])).toEqual([Infinity, -Infinity]);
  const many = Array.from({ length: 300_000 }, (_, index) => index);
  expect(extentOf(many)).toEqual([0, 299_999]);
});
