import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { gelu } from "../../../src/nn/ops/gelu.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { exactReference } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { gelu as reference } from "../../reference/gelu.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

// WGSL: exp(x) may be off by 3 + 2|x| ulp. Here its argument is -x²/2; what is left of it then is weighed by exp itself.
const expUlps = (x: number) => (3 + x * x) * 2 ** -23 * Math.exp((-x * x) / 2);

async function pass(x: Float64Array, dy: Float64Array): Promise<{ y: Float32Array; dx: Float32Array }> {
  let result = { y: new Float32Array(), dx: new Float32Array() };
  await onDevice(device, async (b) => {
    const shape = [x.length];
    const y = guarded(b, "y", shape);
    const dout = guarded(b, "dy", shape);
    const s = b.scope();
    const way = gelu(s, "y", b.tensor("x", shape, x));
    s.rec.copy(b.tensor("upstream", shape, dy), dout.tensor);
    expect(way.out.shape).toEqual(shape);
    expect(way.back(s, dout.tensor)).toBe(dout.tensor);
    result = { y: new Float32Array(await y.read()), dx: new Float32Array(await dout.read()) };
  });
  return result;
}

function derivative(x: Float64Array, dy: Float64Array): Reference {
  const value = gradient((at) => dot(dy, reference(at).value), x);
  return { value, magnitude: dy.map((weight, index) => Math.abs(weight) * (1 + Math.abs(x[index] ?? 0) * 0.4)) };
}

describe("gelu", () => {
  test.each([1, 63, 64, 65, 255, 256, 257, 1009])("of %i elements, there and back", async (count) => {
    const x = normals("x", count, 2);
    const dy = normals("dy", count);
    const { y, dx } = await pass(x, dy);
    expectClose(
      y,
      reference(x),
      x.map((at) => Math.abs(at) * expUlps(at)),
    );
    const room = x.map((at, index) => Math.abs(dy[index] ?? 0) * (1 + Math.abs(at)) * expUlps(at) + 1e-8);
    expectClose(dx, derivative(x, dy), room);
  });

  test("far from zero it is x or nothing, and never NaN", async () => {
    const x = Float64Array.of(30, 100, 1e4, -30, -100, -1e4, 0);
    const { y, dx } = await pass(x, new Float64Array(7).fill(1));
    // Only the tail of exp, cut at e^-80, is left of the negative ones.
    expectClose(y, exactReference([30, 100, 1e4, 0, 0, 0, 0]), 1e-30);
    expectClose(dx, { value: Float64Array.of(1, 1, 1, 0, 0, 0, 0.5), magnitude: new Float64Array(7).fill(1) });
  });

  test("control: the tanh form is not the erf form", async () => {
    const x = normals("x", 64, 2);
    const { y } = await pass(x, x);
    const value = x.map((at) => (at / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (at + 0.044715 * at ** 3))));
    const room = x.map((at) => Math.abs(at) * expUlps(at));
    expect(difference(y, { value, magnitude: reference(x).magnitude }, room)).not.toBeNull();
  });
});
