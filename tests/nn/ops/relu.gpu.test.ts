import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { relu } from "../../../src/nn/ops/relu.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { relu as reference } from "../../reference/relu.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

async function pass(x: Float64Array, dy: Float64Array): Promise<{ y: number[]; dx: number[] }> {
  let result: { y: number[]; dx: number[] } = { y: [], dx: [] };
  await onDevice(device, async (b) => {
    const shape = [x.length];
    const y = guarded(b, "y", shape);
    const dout = guarded(b, "dy", shape);
    const s = b.scope();
    const way = relu(s, "y", b.tensor("x", shape, x));
    s.rec.copy(b.tensor("upstream", shape, dy), dout.tensor);
    expect(way.back(s, dout.tensor)).toBe(dout.tensor);
    result = { y: [...(await y.read())], dx: [...(await dout.read())] };
  });
  return result;
}

describe("ReLU", () => {
  test.each([1, 63, 64, 65, 255, 256, 257, 1009])(
    "of %i elements, there and back: nothing is rounded",
    async (count) => {
      const x = normals("x", count, 1.5);
      const dy = normals("dy", count);
      const { y, dx } = await pass(x, dy);
      expect(y).toEqual([...reference(x).value]);
      // The difference quotient of a straight line is exact but for float64's rounding.
      const slope = gradient((at) => dot(dy, reference(at).value), x);
      dx.forEach((value, index) => expect(Math.abs(value - (slope[index] ?? Number.NaN))).toBeLessThan(1e-9));
    },
  );

  test("0 has no slope, and what is no number is handed on", async () => {
    const { y, dx } = await pass(Float64Array.of(0, -0, NaN, Infinity, -Infinity), Float64Array.of(3, 3, 3, 3, 3));
    expect(y.map((value) => value + 0)).toEqual([0, 0, NaN, Infinity, 0]);
    expect([dx[0], dx[1], dx[3], dx[4]]).toEqual([0, 0, 3, 0]);
  });

  test("control: another slope is seen", async () => {
    const x = normals("x", 64);
    const { dx } = await pass(x, x);
    expect(dx).not.toEqual([...x]);
  });
});
