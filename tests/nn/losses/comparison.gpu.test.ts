import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import type { Comparison } from "../../../src/nn/losses/comparison.ts";
import { squaredDifference } from "../../../src/nn/losses/squared-difference.ts";
import { symmetricBernoulliKl } from "../../../src/nn/losses/symmetric-bernoulli-kl.ts";
import { symmetricKl } from "../../../src/nn/losses/symmetric-kl.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import {
  squaredDifference as squaredReference,
  symmetricBernoulliKl as bernoulliReference,
  symmetricKl as klReference,
} from "../../reference/comparison.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const [task, other] = [0.75, 2.5];
const shares = [0.5, 0.25] as const;

/** Loss and both gradients after joining; before it the gradients hold `slopes`. */
async function join(compare: Comparison, first: Float64Array, second: Float64Array, cols: number, weight: number) {
  const shape = [first.length / cols, cols];
  const slopes = [normals("slope 1", first.length), normals("slope 2", first.length)];
  let got: Float32Array[] = [];
  await onDevice(device, async (b) => {
    const held = slopes.map((values, index) => {
      const place = guarded(b, `slope ${index}`, shape);
      b.rec.copy(b.tensor(`values ${index}`, shape, values), place.tensor);
      return place;
    });
    const [dfirst, dsecond] = held;
    if (dfirst === undefined || dsecond === undefined) return;
    const results = b.tensor("results", [2, 8], new Float32Array(16).fill(9), "results");
    b.rec.copy(b.tensor("task", [1], [task]), results, { from: 0, to: 8, count: 1 });
    const passes = {
      first: b.tensor("first", shape, first),
      second: b.tensor("second", shape, second),
      dfirst: dfirst.tensor,
      dsecond: dsecond.tensor,
      other: b.tensor("other", [1, 8], [other]),
    };
    compare(b.scope(), passes, { results, slot: 1, shares, weight });
    const all = await b.read(results);
    expect(all.filter((value, index) => index !== 8 && value !== 9)).toHaveLength(0);
    got = [all.subarray(8, 9), await dfirst.read(), await dsecond.read()];
  });
  return { got, slopes };
}

/** Holds a joined pair against the float64 divergence and its finite differences. */
async function check(
  compare: Comparison,
  reference: (a: Float64Array, b: Float64Array) => number,
  { rows, cols, weight, reach }: { rows: number; cols: number; weight: number; reach: number },
): Promise<string | null> {
  const [first, second] = [normals("first", rows * cols), normals("second", rows * cols)];
  const { got, slopes } = await join(compare, first, second, cols, weight);
  const [loss = [], dfirst = [], dsecond = []] = got;
  const value = shares[0] * task + shares[1] * other + weight * reference(first, second);
  // WGSL: exp(x) 3 + 2|x| ulp, log 3 ulp or 2^-21, division 2.5 ulp, on terms no larger than `reach`.
  const room = (12 + 4 * reach) * 2 ** -23 * reach * weight + 2 ** -21 * reach * weight;
  const want = { value: Float64Array.of(value), magnitude: Float64Array.of(value) };
  const slopeOf = (
    own: Float64Array | undefined,
    share: number,
    by: (point: Float64Array) => number,
    x: Float64Array,
  ) => {
    const slope = gradient((point) => weight * by(point), x);
    const sum = slope.map((part, index) => part + share * at(own ?? [], index));
    return { value: sum, magnitude: sum.map((part, index) => Math.abs(part) + Math.abs(at(own ?? [], index))) };
  };
  return (
    difference(loss, want, room) ??
    difference(
      dfirst,
      slopeOf(slopes[0], shares[0], (x) => reference(x, second), first),
      room / rows + 1e-7,
    ) ??
    difference(
      dsecond,
      slopeOf(slopes[1], shares[1], (x) => reference(first, x), second),
      room / rows + 1e-7,
    )
  );
}

const sizes = [1, 2, 16, 63, 64, 65, 131].flatMap((rows) => [2, 3, 7].map((cols) => ({ rows, cols })));

describe("symmetricKl", () => {
  test.each(sizes)("of $rows x $cols", async ({ rows, cols }) => {
    const reference = (a: Float64Array, b: Float64Array) => klReference(a, b, cols);
    expect(await check(symmetricKl, reference, { rows, cols, weight: 0.5, reach: 8 })).toBeNull();
  });

  test("control: one direction alone is told apart", async () => {
    const reference = (a: Float64Array, b: Float64Array) => klReference(a, b, 3) / 2;
    expect(await check(symmetricKl, reference, { rows: 16, cols: 3, weight: 0.5, reach: 8 })).not.toBeNull();
  });

  test("equal passes add nothing, and neither does a weight of 0", async () => {
    const [first, second] = [normals("first", 12), normals("second", 12)];
    for (const { got, slopes } of [
      await join(symmetricKl, first, first, 3, 1),
      await join(symmetricKl, first, second, 3, 0),
    ]) {
      expect(Array.from(got[0] ?? [])).toEqual([shares[0] * task + shares[1] * other]);
      shares.forEach((share, index) => {
        expect(Array.from(got[index + 1] ?? [])).toEqual(Array.from(slopes[index] ?? [], (slope) => share * slope));
      });
    }
  });

  test("stays finite where a naive softmax overflows", async () => {
    const { got } = await join(symmetricKl, Float64Array.of(3e4, -3e4), Float64Array.of(-3e4, 3e4), 2, 1);
    expect(got.every((values) => values.every(Number.isFinite))).toBe(true);
    expectClose(got[0] ?? [], { value: Float64Array.of(1.2e5 + 1), magnitude: Float64Array.of(1.2e5) });
  });
});

describe("symmetricBernoulliKl", () => {
  test.each([...sizes, { rows: 5, cols: 1 }])("of $rows x $cols", async ({ rows, cols }) => {
    expect(await check(symmetricBernoulliKl, bernoulliReference, { rows, cols, weight: 0.5, reach: 8 })).toBeNull();
  });

  test("control: one direction alone is told apart", async () => {
    const reference = (a: Float64Array, b: Float64Array) => bernoulliReference(a, b) / 2;
    expect(await check(symmetricBernoulliKl, reference, { rows: 16, cols: 3, weight: 0.5, reach: 8 })).not.toBeNull();
  });

  test("equal passes add nothing, and large logits stay finite", async () => {
    const first = normals("first", 12);
    const { got, slopes } = await join(symmetricBernoulliKl, first, first, 3, 1);
    expect(Array.from(got[0] ?? [])).toEqual([shares[0] * task + shares[1] * other]);
    shares.forEach((share, index) => {
      expect(Array.from(got[index + 1] ?? [])).toEqual(Array.from(slopes[index] ?? [], (slope) => share * slope));
    });
    const far = await join(symmetricBernoulliKl, Float64Array.of(3e4, -3e4), Float64Array.of(-3e4, 3e4), 2, 1);
    expect(far.got.every((values) => values.every(Number.isFinite))).toBe(true);
    expectClose(far.got[0] ?? [], { value: Float64Array.of(6e4 + 1), magnitude: Float64Array.of(6e4) });
  });
});

describe("squaredDifference", () => {
  test.each([1, 16, 63, 64, 65, 131])("of %i rows", async (rows) => {
    expect(await check(squaredDifference, squaredReference, { rows, cols: 1, weight: 0.5, reach: 8 })).toBeNull();
  });

  test("control: a square counted once is told apart", async () => {
    const reference = (a: Float64Array, b: Float64Array) => squaredReference(a, b) / 2;
    expect(await check(squaredDifference, reference, { rows: 16, cols: 1, weight: 0.5, reach: 8 })).not.toBeNull();
  });
});
