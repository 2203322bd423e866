import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { upload } from "../../src/gpu/readback.ts";
import { ParamSet } from "../../src/nn/params.ts";
import { AdamW } from "../../src/optim/adamw.ts";
import { clipByGlobalNorm } from "../../src/optim/clip.ts";
import { LossScale } from "../../src/optim/loss-scale.ts";
import { onDevice, openTestDevice, type Bench } from "../gpu/device.ts";
import { normals, paramOf } from "../nn/material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const betas = { beta1: 0.9, beta2: 0.999 };

function scaleOn(b: Bench, first = 4): LossScale {
  return new LossScale(b.scope().mem, (into, values) => upload(device, into, values), betas, first);
}

/** Skipped or not, and the scale, of steps whose gradient is finite or not. */
async function course(finite: readonly boolean[], first: number, doneBefore = 0) {
  const seen: { skipped: number; scale: number; gradient: number }[] = [];
  await onDevice(device, async (b) => {
    const s = b.scope();
    const lossScale = scaleOn(b, first);
    const state = s.mem.tensor("moments", "loss scale", [8]);
    if (doneBefore > 0) upload(device, state, Float32Array.of(first, doneBefore), 0);
    const { param } = paramOf(b, "w", [5], new Float32Array(5));
    const results = b.tensor("results", [1, 8], new Float32Array(8), "results");
    for (const good of finite) {
      upload(device, param.grad, Float32Array.of(8, 8, good ? 8 : Number.POSITIVE_INFINITY, 8, 8));
      lossScale.unscale(s, new ParamSet([param]), { results, slot: 0 });
      const [, , skipped = Number.NaN, scale = Number.NaN] = await b.read(results);
      const [gradient = Number.NaN, ...others] = await b.read(param.grad);
      expect(others).toEqual([gradient, gradient, gradient, gradient]);
      seen.push({ skipped, scale, gradient });
    }
  });
  return seen;
}

describe("the scale of the loss", () => {
  test("comes off the gradient, is halved by one that is not finite, and its step's gradient is 0", async () => {
    expect(await course([true, false, false, true], 16)).toEqual([
      { skipped: 0, scale: 16, gradient: 0.5 },
      { skipped: 1, scale: 16, gradient: 0 },
      { skipped: 1, scale: 8, gradient: 0 },
      { skipped: 0, scale: 4, gradient: 2 },
    ]);
  });

  test("doubles after 2,000 good steps in a row, counted anew after each change", async () => {
    const scales = (steps: readonly { readonly scale: number }[]) => steps.map(({ scale }) => scale);
    expect(scales(await course([true, true, true, true], 16, 1998))).toEqual([16, 16, 32, 32]);
    expect(scales(await course([true, false, true, true], 16, 1998))).toEqual([16, 16, 8, 8]);
  });

  test.each([Number.NaN, Number.NEGATIVE_INFINITY])("%s anywhere is found", async (value) => {
    await onDevice(device, async (b) => {
      const s = b.scope();
      const { param } = paramOf(b, "w", [20_000], new Float32Array(20_000));
      const values = Float32Array.from(normals("gradient", 20_000));
      values[19_999] = value;
      upload(device, param.grad, values);
      const results = b.tensor("results", [1, 8], new Float32Array(8), "results");
      scaleOn(b).unscale(s, new ParamSet([param]), { results, slot: 0 });
      expect((await b.read(results))[2]).toBe(1);
      expect((await b.read(param.grad)).every((element) => element === 0)).toBe(true);
    });
  });

  test("multiplies the gradient of the logits, and a part's share with it", async () => {
    await onDevice(device, async (b) => {
      const dlogits = b.tensor("dlogits", [2, 3], [1, -2, 3, -4, 5, -6]);
      scaleOn(b, 8).scaleGradient(b.scope(), dlogits, 0.25);
      expect([...(await b.read(dlogits))]).toEqual([2, -4, 6, -8, 10, -12]);
    });
  });

  test("holds what a method counts where the step is skipped, and nowhere else", async () => {
    await onDevice(device, async (b) => {
      const s = b.scope();
      const { param } = paramOf(b, "w", [3], new Float32Array(3));
      const results = b.tensor("results", [1, 8], new Float32Array(8), "results");
      const lossScale = scaleOn(b);
      for (const [gradient, want] of [
        [1, 1],
        [Number.POSITIVE_INFINITY, 0],
      ]) {
        const kept = b.tensor("kept", [5], [1, 1, 1, 1, 1]);
        upload(device, param.grad, Float32Array.of(1, gradient ?? 0, 1));
        lossScale.unscale(s, new ParamSet([param]), { results, slot: 0 });
        lossScale.hold(s, kept);
        expect([...(await b.read(kept))]).toEqual(Array.from({ length: 5 }, () => want));
      }
    });
  });
});

/** Weights after updates by gradients of which some are not finite; `counted`: on the device, else by the CPU. */
async function updated(gradients: readonly Float32Array[], counted: boolean, epsilonRule: "torch" | "published") {
  let weights: Float32Array = new Float32Array();
  await onDevice(device, async (b) => {
    const s = b.scope();
    const { param } = paramOf(b, "w", [7], normals("weights", 7));
    const params = new ParamSet([param]);
    const results = b.tensor("results", [1, 8], new Float32Array(8), "results");
    const optimizer = new AdamW(s.mem, params, { weightDecay: 0.01, epsilon: 0.1, epsilonRule, counted });
    const lossScale = counted ? scaleOn(b, 1) : null;
    for (const [index, gradient] of gradients.entries()) {
      upload(device, param.grad, gradient);
      lossScale?.unscale(s, params, { results, slot: 0 });
      const control = clipByGlobalNorm(s, params, 1e9, { results, slot: 0 });
      lossScale?.control(s, control);
      optimizer.step(s, params, { step: index + 1, learningRate: 0.01, control });
      s.free(control);
      b.rec.submit();
    }
    weights = await b.read(param.value);
  });
  return weights;
}

describe.each(["torch", "published"] as const)("AdamW with epsilon as %s", (rule) => {
  const gradients = Array.from({ length: 4 }, (_, index) => Float32Array.from(normals(`gradient ${index}`, 7)));

  test("makes the updates that the CPU would count, where the device counts them", async () => {
    const [own, want] = [await updated(gradients, true, rule), await updated(gradients, false, rule)];
    // 1 - beta^t of four products of f32, and a quotient and a root of it; the weight's own rounding beside that.
    own.forEach((value, index) => {
      const exact = want[index] ?? Number.NaN;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(2 ** -23 * (Math.abs(exact) + 16 * 4 * 0.01));
    });
  });

  test("a skipped step is none: what follows is as if it had not been, but for where the schedule stands", async () => {
    const infinite = Float32Array.from(normals("gradient", 7)).fill(Number.POSITIVE_INFINITY, 3, 4);
    const [first = infinite, ...rest] = gradients;
    const skipping = [infinite, first, infinite, ...rest];
    expect(await updated(skipping, true, rule)).not.toEqual(await updated(skipping.slice(0, 1), true, rule));
    expect(await updated([infinite], true, rule)).toEqual(Float32Array.from(normals("weights", 7)));
    // Scales of halves and of one give the same gradient: they are whole numbers of the same bits.
    const scales = [1, 0.5, 0.5, 0.25, 0.25, 0.25];
    const halved = skipping.map((gradient, index) => gradient.map((value) => value * (scales[index] ?? Number.NaN)));
    expect(await updated(halved, true, rule)).toEqual(await updated(gradients, true, rule));
  });
});
