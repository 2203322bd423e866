import { expect, test } from "vitest";
import { columnSum } from "./column-sum.ts";
import { matmul } from "./matmul.ts";

const sizes = { M: 2, N: 2, K: 3 };
// A = [1 -2 3; 4 5 6], B = [7 8; 9 10; -11 12]
const product = [7 - 18 - 33, 8 - 20 + 36, 28 + 45 - 66, 32 + 50 + 72];

test("A·B by hand, with its sum of absolute terms", () => {
  const { value, magnitude } = matmul(
    "nn",
    Float64Array.of(1, -2, 3, 4, 5, 6),
    Float64Array.of(7, 8, 9, 10, -11, 12),
    sizes,
  );
  expect([...value]).toEqual(product);
  expect([...magnitude]).toEqual([7 + 18 + 33, 8 + 20 + 36, 28 + 45 + 66, 32 + 50 + 72]);
});

test("the transposed layouts hold the same matrices, and the bias falls on every row", () => {
  const plain = Float64Array.of(1, -2, 3, 4, 5, 6);
  const turned = Float64Array.of(1, 4, -2, 5, 3, 6);
  const other = Float64Array.of(7, 8, 9, 10, -11, 12);
  const otherTurned = Float64Array.of(7, 9, -11, 8, 10, 12);
  expect([...matmul("nt", plain, otherTurned, sizes).value]).toEqual(product);
  expect([...matmul("tn", turned, other, sizes).value]).toEqual(product);
  const biased = matmul("nt", plain, otherTurned, sizes, Float64Array.of(100, -200));
  expect([...biased.value]).toEqual(product.map((value, index) => value + (index % 2 === 0 ? 100 : -200)));
  expect(biased.magnitude.at(1)).toBe(264);
});

test("sizes that do not fit are refused", () => {
  expect(() => matmul("nn", new Float64Array(5), new Float64Array(6), sizes)).toThrow(RangeError);
});

test("column sum", () => {
  const { value, magnitude } = columnSum(Float64Array.of(1, -2, 3, 4, 5, -6), 3);
  expect([...value]).toEqual([5, 3, -3]);
  expect([...magnitude]).toEqual([5, 7, 9]);
});
