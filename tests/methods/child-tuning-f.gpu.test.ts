import { beforeAll, describe, expect, test } from "vitest";
import { drawUniform } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import { drawGradient } from "../../src/methods/child-tuning-f.ts";
import type { Param } from "../../src/nn/params.ts";
import type { Scope } from "../../src/nn/scope.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { guarded } from "../gpu/guarded.ts";
import { normals } from "../nn/material.ts";
import { folded } from "./folded.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

/** A gradient with a stretch of zeros, drawn from on the device at step 3. */
async function drawn(count: number, share: number, change = (s: Scope): Scope => s) {
  const before = Float32Array.from(normals("gradient", count), (value, index) => (index % 16 < 8 ? value : 0));
  let after = new Float32Array();
  await onDevice(device, async (b) => {
    const grad = guarded(b, "grad", [count], "gradients");
    b.rec.copy(b.tensor("values", [count], before), grad.tensor);
    const spec = { name: "w", shape: [count], group: "encoder", depth: 1 } as const;
    const param: Param = {
      spec: { ...spec, decay: true, selectable: true, part: null, init: "normal", trained: true },
      value: b.tensor("value", [1], [0]),
      grad: grad.tensor,
    };
    drawGradient(change(b.scope({ seed: 7, step: 3 })), param, share);
    after = new Float32Array(await grad.read());
  });
  return { before, after };
}

function wanted(before: Float32Array, share: number): Float32Array {
  return before.map((value, index) =>
    drawUniform(7, "child/w", 3, index) < Math.fround(share) ? Math.fround(1 / share) * value : 0,
  );
}

describe.each([1, 3, 4, 255, 256, 257, 1009])("%i gradients", (count) => {
  test.each([0.3, 0.9])("are drawn with %f and scaled up", async (share) => {
    const { before, after } = await drawn(count, share);
    expect(after).toEqual(wanted(before, share));
  });

  test("keep their bits at 1", async () => {
    const { before, after } = await drawn(count, 1);
    expect(after).toEqual(before);
  });
});

test("workgroups folded into rows", async () => {
  const { before, after } = await drawn(5000, 0.3, folded);
  expect(after).toEqual(wanted(before, 0.3));
  expect(after).not.toEqual(before);
});
