import { afterAll, beforeAll, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { addPart, shareGradient } from "../../../src/nn/losses/part.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

test.each([1, 63, 64, 65, 255, 256, 257, 1009])(
  "the gradient of a part, of %i elements, is its share",
  async (count) => {
    const [x, share] = [normals("x", count), 3 / 7];
    await onDevice(device, async (b) => {
      const dlogits = guarded(b, "dlogits", [count]);
      const s = b.scope();
      s.rec.copy(b.tensor("upstream", [count], x), dlogits.tensor);
      shareGradient(s, dlogits.tensor, share);
      // A product of two numbers is rounded once; of two of f32, f64 has all digits.
      const want = Float32Array.from(x, (value) => Math.fround(value) * Math.fround(share));
      expect([...(await dlogits.read())]).toEqual([...want]);
    });
  },
);

test("a part's loss is added by its share, that of the first in the place of what was there", async () => {
  await onDevice(device, async (b) => {
    const results = b.tensor("results", [3, 8], new Float32Array(24).fill(9), "results");
    const s = b.scope();
    const losses = [4, 3, 16];
    for (const [index, loss] of losses.entries()) {
      const part = b.tensor(`part ${index}`, [1, 8], Float32Array.of(loss, 7, 7, 7, 7, 7, 7, 7));
      addPart(s, part, { results, slot: 1, index, share: [0.5, 0.25, 0.25][index] ?? 0 });
    }
    const want = new Float32Array(24).fill(9);
    want[8] = 4 * 0.5 + 3 * 0.25 + 16 * 0.25;
    expect([...(await b.read(results))]).toEqual([...want]);
  });
});
