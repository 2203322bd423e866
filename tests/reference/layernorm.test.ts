import { describe, expect, test } from "vitest";
import { exactReference } from "./array.ts";
import { difference, expectClose } from "./compare.ts";
import { embeddings } from "./embeddings.ts";
import { layernorm } from "./layernorm.ts";
import { residualLayernorm } from "./residual-layernorm.ts";

const unit = { gamma: Float64Array.of(1, 1, 1, 1), beta: new Float64Array(4), eps: 0 };

describe("layernorm", () => {
  test("by hand: 1, 3, 5, 7 has mean 4 and variance 5", () => {
    const params = { gamma: Float64Array.of(1, 2, 3, 4), beta: Float64Array.of(0, 0, 1, -1), eps: 0.5 };
    const { value, mean, rstd } = layernorm(Float64Array.of(1, 3, 5, 7), params);
    const scale = 1 / Math.sqrt(5.5);
    expectClose(value, exactReference([-3 * scale, -2 * scale, 3 * scale + 1, 12 * scale - 1]), 1e-14);
    expect(mean.value.at(0)).toBe(4);
    expect(rstd.value.at(0)).toBeCloseTo(scale, 15);
  });

  test("rows are on their own, and do not change under x -> 3x + 5", () => {
    const x = Float64Array.of(1, 3, 5, 7, 0.1, -2, 4, 4);
    const { value } = layernorm(x, unit);
    expectClose(layernorm(x.slice(4), unit).value, exactReference(value.slice(4)));
    expectClose(
      layernorm(
        x.map((y) => 3 * y + 5),
        unit,
      ).value,
      exactReference(value),
      1e-13,
    );
  });

  test("the bound holds for an f32 computation, also far from zero, and is not loose by more than that", () => {
    for (const shift of [0, 30, 3000]) {
      const x = Float64Array.from([1, 3.3, 5.1, 7.7], (y) => Math.fround(y + shift));
      const got = layernormInFloat32(Float32Array.from(x));
      expect(difference(got, layernorm(x, unit))).toBeNull();
      const wrong = got.map((y) => y + (shift + 20) * 1e-5);
      expect(difference(wrong, layernorm(x, unit))).not.toBeNull();
    }
  });
});

function layernormInFloat32(x: Float32Array): Float32Array {
  const round = Math.fround;
  const mean = round(x.reduce((sum, y) => round(sum + y), 0) / x.length);
  const squares = x.reduce((sum, y) => round(sum + round(round(y - mean) ** 2)), 0);
  const rstd = round(1 / round(Math.sqrt(round(squares / x.length))));
  return x.map((y) => round(round(y - mean) * rstd));
}

test("residual layernorm adds the residual to what dropout left", () => {
  const x = Float64Array.of(1, 2, 3, 4);
  const residual = Float64Array.of(10, -20, 30, 5);
  const { value, sum } = residualLayernorm(x, residual, [1, 0, 1, 0], 0.5, unit);
  expect([...sum.value]).toEqual([12, -20, 36, 5]);
  expect([...sum.magnitude]).toEqual([12, 20, 36, 5]);
  expectClose(value, exactReference(layernorm(sum.value, unit).value));
  expect([...residualLayernorm(x, residual, null, 1, unit).sum.value]).toEqual([11, -18, 33, 9]);
});

test("embeddings gather three rows, normalise, then drop", () => {
  const table = Float64Array.from({ length: 12 }, (_, index) => index * index);
  const input = {
    word: table,
    position: Float64Array.of(0, 0, 0, 0, 1, 0, -1, 0),
    type: Float64Array.of(5, 5, 5, 5, 0, 0, 0, 7),
    ids: [2, 0],
    positions: [0, 1],
    types: [1, 0],
    norm: unit,
    mask: null,
    keepShare: 1,
  };
  const rows = Float64Array.of(64, 81, 100, 128, 6, 6, 8, 14);
  expect([...embeddings(input).sum.value]).toEqual([...rows]);
  const plain = embeddings(input).value;
  expectClose(plain, exactReference(layernorm(rows, unit).value));
  const dropped = embeddings({ ...input, mask: [1, 0, 1, 1, 1, 1, 1, 0], keepShare: 0.8 }).value;
  expectClose(dropped, exactReference(plain.map((y, index) => (index === 1 || index === 7 ? 0 : y / 0.8))), 1e-15);
  expect(() => embeddings({ ...input, ids: [3, 0] })).toThrow(RangeError);
});
