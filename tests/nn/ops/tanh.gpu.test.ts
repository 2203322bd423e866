import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { tanhActivation } from "../../../src/nn/ops/tanh.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { tanh as reference } from "../../reference/tanh.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

// WGSL: exp(z) may be off by 3 + 2|z| ulp, a division by 2.5. tanh turns a relative error e of exp(2x) into e (1 - y²)/2.
const room = (x: number) => ((3 + 4 * Math.abs(x)) / 2) * 2 ** -23 * (1 - Math.tanh(x) ** 2) + 2.5 * 2 ** -23;

async function pass(x: Float64Array, dy: Float64Array): Promise<{ y: Float32Array; dx: Float32Array }> {
  let result = { y: new Float32Array(), dx: new Float32Array() };
  await onDevice(device, async (b) => {
    const shape = [x.length];
    const y = guarded(b, "y", shape);
    const dout = guarded(b, "dy", shape);
    const s = b.scope();
    const way = tanhActivation(s, "y", b.tensor("x", shape, x));
    s.rec.copy(b.tensor("upstream", shape, dy), dout.tensor);
    expect(way.back(s, dout.tensor)).toBe(dout.tensor);
    result = { y: new Float32Array(await y.read()), dx: new Float32Array(await dout.read()) };
  });
  return result;
}

function derivative(x: Float64Array, dy: Float64Array): Reference {
  return { value: gradient((at) => dot(dy, reference(at).value), x), magnitude: dy.map(Math.abs) };
}

describe("tanh", () => {
  test.each([1, 63, 64, 65, 255, 256, 257, 1009])("of %i elements, there and back", async (count) => {
    const x = normals("x", count, 1.5);
    const dy = normals("dy", count);
    const { y, dx } = await pass(x, dy);
    expectClose(y, reference(x), x.map(room));
    // 1 - y² loses y's own error twice.
    expectClose(
      dx,
      derivative(x, dy),
      x.map((at, index) => 2 * room(at) * Math.abs(dy[index] ?? 0) + 1e-8),
    );
  });

  test("far from zero it is one, near zero it is x, and never NaN", async () => {
    const x = Float64Array.of(20, 100, 1e30, -20, -100, -1e30, 0, 2 ** -20, -(2 ** -20));
    const { y } = await pass(x, x);
    expect([...y]).toEqual([1, 1, 1, -1, -1, -1, 0, 2 ** -20, -(2 ** -20)]);
  });

  test("what is not finite stays so, and its neighbours are as ever", async () => {
    const x = Float64Array.of(NaN, 0.5, Infinity, 20, -Infinity);
    const { y } = await pass(x, x);
    expect([...y].map((value) => Number.isFinite(value))).toEqual([false, true, false, true, false]);
    expect([y[1], y[3]]).toEqual([Math.fround(Math.tanh(0.5)), 1]);
  });

  test("control: a slope one percent off is seen", async () => {
    const x = normals("x", 64);
    const { y } = await pass(x, x);
    expect(difference(y, reference(x.map((at) => at * 1.01)), x.map(room))).not.toBeNull();
  });
});
