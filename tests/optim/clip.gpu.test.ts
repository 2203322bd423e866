import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { ParamSet } from "../../src/nn/params.ts";
import { clipByGlobalNorm } from "../../src/optim/clip.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { guarded } from "../gpu/guarded.ts";
import { normals, paramOf } from "../nn/material.ts";
import { at, exactReference } from "../reference/array.ts";
import { difference, expectClose } from "../reference/compare.ts";
import { globalNorm as reference } from "../reference/global-norm.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

/** Norm and scale for gradients of the given lengths, whose padding is poisoned. */
async function clip(lengths: readonly number[], maxNorm: number, scale = 1) {
  const grads = lengths.map((length, index) => normals(`grad ${index}`, length, scale));
  let got: Record<"norm" | "scale", Float32Array> = { norm: new Float32Array(), scale: new Float32Array() };
  await onDevice(device, async (b) => {
    const s = b.scope();
    const params = lengths.map((length, index) => {
      const { param } = paramOf(b, `param ${index}`, [length], new Float32Array(length));
      s.rec.copy(b.tensor(`values ${index}`, [length], grads[index] ?? []), param.grad);
      return param;
    });
    const results = b.tensor("results", [2, 8], new Float32Array(16).fill(9), "results");
    const control = guarded(b, "temporary update control", [4]);
    clipByGlobalNorm(s, new ParamSet(params), maxNorm, { results, slot: 1 });
    const all = await b.read(results);
    expect(all.filter((value, index) => index !== 9 && value !== 9)).toHaveLength(0);
    const [scale = Number.NaN, ...others] = await control.read();
    // An update whose number the CPU knows, and that is made.
    expect(others).toEqual([1, 1, 1]);
    got = { norm: all.subarray(9, 10), scale: Float32Array.of(scale) };
  });
  return { ...got, want: reference(grads) };
}

// WGSL: sqrt is as accurate as 1 / inverseSqrt: 2 and 2.5 ulp.
const room = (norm: number) => norm * 4.5 * 2 ** -23;

describe("clipByGlobalNorm", () => {
  test.each([[[1]], [[3, 8191, 1]], [[8192, 8193]], [[5, 20_011, 63, 64, 65]]])("of %j", async (lengths) => {
    const { norm, scale, want } = await clip(lengths, 0.5, 3);
    const length = at(want.value, 0);
    expectClose(norm, want, room(length));
    const factor = Math.min(1, 0.5 / (length + 1e-6));
    expectClose(scale, { value: Float64Array.of(factor), magnitude: Float64Array.of(factor) }, 7 * 2 ** -23 * factor);
  });

  test("leaves a short gradient alone", async () => {
    const { scale } = await clip([100, 3], 1, 1e-3);
    expectClose(scale, exactReference([1]));
  });

  test("a gradient of zeros has norm 0 and scale 1", async () => {
    const { norm, scale } = await clip([100], 1, 0);
    expect([norm.at(0), scale.at(0)]).toEqual([0, 1]);
  });

  test("control: one tensor left out is seen", async () => {
    const { norm } = await clip([50, 50], 1);
    expect(difference(norm, reference([normals("grad 0", 50)]), room(7))).not.toBeNull();
  });
});
