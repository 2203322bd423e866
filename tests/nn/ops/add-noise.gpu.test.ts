import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawNormal, drawUniform } from "../../../src/core/rng.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { addNoise } from "../../../src/nn/ops/add-noise.ts";
import type { Scope } from "../../../src/nn/scope.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { expectClose } from "../../reference/compare.ts";
import { folded } from "../../methods/folded.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const scale = 0.25;

/** x with noise added at seed 5, step 2. */
async function noised(kind: "normal" | "uniform", x: Float64Array, change = (s: Scope): Scope => s) {
  let got = new Float32Array();
  await onDevice(device, async (b) => {
    const place = guarded(b, "x", [x.length]);
    b.rec.copy(b.tensor("values", [x.length], x), place.tensor);
    addNoise(change(b.scope({ seed: 5, step: 2 })), "noise", place.tensor, { kind, scale });
    got = new Float32Array(await place.read());
  });
  return got;
}

const uniform = (index: number) => 2 * drawUniform(5, "noise", 2, index) - 1;
const normal = (index: number) => drawNormal(5, "noise", 2, index);

/** What WGSL allows of a normal draw: cos is 2^-11 off, log 3 ulp or 2^-21, sqrt by way of division; radius below 6.8. */
const normalRoom = scale * 6.8 * (2 ** -11 + 2 ** -20);

describe.each([1, 3, 63, 64, 65, 1009])("%i elements", (count) => {
  const x = normals("x", count);
  const want = (noise: (index: number) => number) => {
    const value = x.map((own, index) => own + scale * noise(index));
    return { value, magnitude: x.map((own, index) => Math.abs(own) + scale * Math.abs(noise(index))) };
  };

  test("uniform", async () => {
    expectClose(await noised("uniform", x), want(uniform));
  });

  test("normal", async () => {
    expectClose(await noised("normal", x), want(normal), normalRoom);
  });
});

test("noise has the spread it should, and none is alike", async () => {
  const count = 20_000;
  const variances = { normal: scale ** 2, uniform: scale ** 2 / 3 };
  for (const kind of ["normal", "uniform"] as const) {
    const noise = await noised(kind, new Float64Array(count));
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / count;
    // The variance of a normal's square is twice its own squared, a uniform's less.
    expect(Math.abs(variance / variances[kind] - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(new Set(noise).size).toBeGreaterThan(count / 2);
  }
});

test("workgroups folded into rows", async () => {
  const x = normals("x", 3000);
  expect(await noised("uniform", x, folded)).toEqual(await noised("uniform", x));
});
