import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { firstTokens } from "../../../src/nn/ops/first-tokens.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { batchOf, inputsOf } from "../batch.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

describe("firstTokens", () => {
  test.each([
    { lengths: [1], cols: 1 },
    { lengths: [3, 1, 4], cols: 31 },
    { lengths: [2, 2], cols: 32 },
    { lengths: [5, 1, 1, 7], cols: 33 },
  ])("of $lengths tokens, $cols columns, there and back", async ({ lengths, cols }) => {
    const batch = batchOf(lengths, () => 0);
    const tokens = batch.tokenCount;
    const hidden = normals("hidden", tokens * cols);
    const dout = normals("dout", lengths.length * cols);
    await onDevice(device, async (b) => {
      const s = b.scope();
      const y = guarded(b, "first", [lengths.length, cols]);
      const dx = guarded(b, "temporary dhidden", [tokens, cols]);
      const way = firstTokens(s, "first", b.tensor("hidden", [tokens, cols], hidden), inputsOf(b, batch));
      way.back(s, b.tensor("dout", [lengths.length, cols], dout));
      const starts = [...batch.offsets].slice(0, -1);
      const rows = starts.flatMap((start) => [...hidden.subarray(start * cols, (start + 1) * cols)]);
      expect([...(await y.read())]).toEqual(rows);
      const spread = Array.from({ length: tokens * cols }, (_, index) => {
        const sequence = starts.indexOf(Math.floor(index / cols));
        return sequence < 0 ? 0 : dout[sequence * cols + (index % cols)];
      });
      const got = await dx.read();
      expect([...got]).toEqual(spread);
      // Control: the same comparison fails for the tokens that come second.
      expect([...got]).not.toEqual(spread.map((_, index) => spread[index - cols] ?? 1));
    });
  });
});
