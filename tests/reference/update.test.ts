import { describe, expect, test } from "vitest";
import { adamw } from "./adamw.ts";
import { at, exactReference } from "./array.ts";
import { expectClose } from "./compare.ts";
import { mixout, perColumn } from "./mixout.ts";
import { mixScore } from "./score.ts";
import { selectTopShare, sortedAscending } from "./selection.ts";

const settings = {
  learningRate: 0.1,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  step: 1,
  clipScale: 1,
};
const undecayed = { ...settings, weightDecay: 0 };
const zeros = new Float64Array(2);

describe("adamw", () => {
  test("the first step moves by the learning rate against the sign of the gradient, after decay", () => {
    const { weight, first, second } = adamw(Float64Array.of(1, -2), Float64Array.of(0.5, -3), zeros, zeros, settings);
    expectClose(weight.value, exactReference([0.999 - 0.1, -1.998 + 0.1]), 1e-8);
    expectClose(first.value, exactReference([0.05, -0.3]), 1e-15);
    expectClose(second.value, exactReference([0.00025, 0.009]), 1e-15);
  });

  test("a constant gradient keeps the corrected moments constant", () => {
    const start = [1, 0, 0].map((value) => Float64Array.of(value));
    let [weight = zeros, first = zeros, second = zeros]: Float64Array[] = start;
    for (let step = 1; step <= 5; step++) {
      const next = adamw(weight, Float64Array.of(2), first, second, {
        ...settings,
        weightDecay: 0,
        step,
      });
      [weight, first, second] = [next.weight.value, next.first.value, next.second.value];
    }
    expect(weight.at(0)).toBeCloseTo(1 - 5 * 0.1, 7);
  });

  test("as published, epsilon is added before the bias correction", () => {
    // m = 0.05, v = 0.00025: the root is 0.5 when corrected and sqrt(0.00025) when not.
    const move = (published: boolean): number =>
      1 -
      at(
        adamw(Float64Array.of(1), Float64Array.of(0.5), zeros, zeros, { ...undecayed, eps: 0.1, published }).weight
          .value,
        0,
      );
    expect(move(false)).toBeCloseTo((0.1 * 0.5) / (0.5 + 0.1), 12);
    expect(move(true)).toBeCloseTo((0.1 * Math.sqrt(0.001) * 0.5) / (Math.sqrt(0.00025) + 0.1), 12);
  });

  test("a gradient of zero only decays, and clipping scales the gradient", () => {
    const still = adamw(Float64Array.of(1, 2), zeros, zeros, zeros, settings);
    expect([...still.weight.value]).toEqual([1 - 0.001, 2 - 0.002]);
    const clipped = adamw(zeros, Float64Array.of(2, 4), zeros, zeros, { ...settings, clipScale: 0.25 });
    expectClose(clipped.first.value, exactReference([0.05, 0.1]), 1e-15);
  });
});

describe("mixout", () => {
  const weight = Float64Array.of(1, 2, 3, 4);
  const target = Float64Array.of(10, 20, 30, 40);
  test("nothing dropped is the weight itself", () => {
    expect([...mixout(weight, target, [1, 1, 1, 1], 0).value]).toEqual([...weight]);
  });
  test("its mean over the draw is the weight", () => {
    const kept = mixout(weight, target, [1, 1, 1, 1], 0.25).value;
    const swapped = mixout(weight, target, [0, 0, 0, 0], 0.25).value;
    expectClose(
      kept.map((value, index) => 0.75 * value + 0.25 * (swapped.at(index) ?? 0)),
      exactReference(weight),
      1e-14,
    );
    expectClose(swapped, exactReference(target), 1e-14);
  });
  test("columns are shared by the rows", () => {
    expect([...perColumn([1, 0], 2)]).toEqual([1, 0, 1, 0]);
  });
});

describe("DPS Mix score", () => {
  test("divides by how often a column was there, at least once", () => {
    const { value } = mixScore(Float64Array.of(6, 6, 6, 9, 9, 9), Float64Array.of(0, 1, 3), 49);
    expect([...value]).toEqual([6, 6, 2, 9, 9, 3]);
  });
  test("from 50 update steps on weighs by exp(-FAM/us)", () => {
    const { value } = mixScore(Float64Array.of(6, 6), Float64Array.of(0, 25), 50);
    expectClose(value, exactReference([6 * Math.exp(-1 / 50), (6 / 25) * Math.exp(-0.5)]), 1e-15);
  });
});

describe("selection", () => {
  test("keeps ceil(N(1-p)) of distinct scores", () => {
    const { rank, threshold, mask } = selectTopShare(Float32Array.of(5, 1, 4, 2, 3), 0.3);
    expect(rank).toBe(4);
    expect(threshold).toBe(2);
    expect([...mask]).toEqual([1, 0, 1, 1, 1]);
  });
  test("ties keep more, all zeros keep all", () => {
    expect(selectTopShare(Float32Array.of(3, 1, 1, 1), 0.5).kept).toBe(4);
    expect(selectTopShare(new Float32Array(7), 0.9).kept).toBe(7);
  });
  test("p = 0 keeps all, one element is kept always", () => {
    expect(selectTopShare(Float32Array.of(0, 1, 2), 0).kept).toBe(3);
    expect(selectTopShare(Float32Array.of(7), 0.99).kept).toBe(1);
  });
  test("neighbouring floats and subnormals are told apart", () => {
    const one = 1 + 2 ** -23;
    expect([...selectTopShare(Float32Array.of(1, one), 0.5).mask]).toEqual([0, 1]);
    expect([...selectTopShare(Float32Array.of(2 ** -149, 0), 0.5).mask]).toEqual([1, 0]);
  });
  test("scores that are not finite or negative are refused", () => {
    expect(() => selectTopShare(Float32Array.of(Number.NaN), 0.5)).toThrow(RangeError);
    expect(() => selectTopShare(Float32Array.of(-1), 0.5)).toThrow(RangeError);
  });
  test("sorting puts the negative zero first", () => {
    expect([...sortedAscending(Float32Array.of(0, -0, 3, 2 ** -149))].map((x) => Object.is(x, -0))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
