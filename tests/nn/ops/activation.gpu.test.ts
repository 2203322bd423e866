import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import type { Activation } from "../../../src/nn/kernels.ts";
import { activate } from "../../../src/nn/ops/activation.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { activationCases, geluTanh } from "../../reference/activations.ts";
import type { ActivationCase } from "../../reference/activations.ts";
import { exactReference } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { gelu } from "../../reference/gelu.ts";
import { relu } from "../../reference/relu.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface There {
  readonly y: Float32Array;
  readonly dx: Float32Array;
}

async function pass(activation: Activation, x: Float64Array, dy: Float64Array): Promise<There> {
  let result = { y: new Float32Array(), dx: new Float32Array() };
  await onDevice(device, async (b) => {
    const shape = [x.length];
    const y = guarded(b, "y", shape);
    const dout = guarded(b, "dy", shape);
    const s = b.scope();
    const way = activate(s, "y", b.tensor("x", shape, x), activation);
    s.rec.copy(b.tensor("upstream", shape, dy), dout.tensor);
    expect(way.out.shape).toEqual(shape);
    expect(way.back(s, dout.tensor)).toBe(dout.tensor);
    result = { y: new Float32Array(await y.read()), dx: new Float32Array(await dout.read()) };
  });
  return result;
}

/** The slope of a share of x has a term with x before it, whose own factor is at most 0.4 or, by tanh, 0.6. */
function derivative({ reference }: ActivationCase, x: Float64Array, dy: Float64Array): Reference {
  const value = gradient((at) => dot(dy, reference(at).value), x);
  return { value, magnitude: dy.map((weight, index) => Math.abs(weight) * (1 + Math.abs(x[index] ?? 0) * 0.6)) };
}

describe.each(activationCases)("$activation", (one) => {
  test.each([1, 63, 64, 65, 255, 256, 257, 1009])("of %i elements, there and back", async (count) => {
    const x = normals("x", count, 2);
    const dy = normals("dy", count);
    const { y, dx } = await pass(one.activation, x, dy);
    expectClose(
      y,
      one.reference(x),
      x.map((at) => Math.abs(at) * one.room(at)),
    );
    const room = x.map((at, index) => Math.abs(dy[index] ?? 0) * (1 + 2 * Math.abs(at)) * one.room(at) + 1e-8);
    expectClose(dx, derivative(one, x, dy), room);
  });

  test("far from zero it is x or nothing, and never NaN", async () => {
    const x = Float64Array.of(30, 100, 1e4, -30, -100, -1e4, 0);
    const { y, dx } = await pass(one.activation, x, new Float64Array(7).fill(1));
    const wanted = x.map((at) => (at < 0 ? one.reference(Float64Array.of(at)).value[0] : at) ?? Number.NaN);
    // Only the tail of an exponential is left of the negative ones; exp is cut where it would overflow.
    expectClose(
      y,
      exactReference(wanted),
      x.map((at) => Math.abs(at) * one.room(at) + 1e-20),
    );
    const atZero = one.activation === "relu" ? 0 : 0.5;
    const slopes = { value: Float64Array.of(1, 1, 1, 0, 0, 0, atZero), magnitude: new Float64Array(7).fill(1) };
    expectClose(dx, slopes, 3e-12);
  });

  test("what is no number is handed on", async () => {
    const { y } = await pass(one.activation, Float64Array.of(Number.NaN, 1), Float64Array.of(1, 1));
    expect(y[0]).toBeNaN();
  });
});

test("nothing is rounded by relu", async () => {
  const x = normals("x", 257, 2);
  expect([...(await pass("relu", x, x)).y]).toEqual([...relu(x).value]);
});

test("control: the tanh form is not the erf form", async () => {
  const x = normals("x", 64, 2);
  for (const [activation, wrong] of [
    ["gelu", geluTanh],
    ["gelu_tanh", gelu],
  ] as const) {
    const { y } = await pass(activation, x, x);
    const room = Math.max(...activationCases.map((one) => Math.max(...x.map((at) => Math.abs(at) * one.room(at)))));
    expect(difference(y, wrong(x), room)).not.toBeNull();
  }
});
