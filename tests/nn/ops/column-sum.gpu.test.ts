import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { sumBlocks } from "../../../src/nn/ops/column-sum.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { columnSum as reference } from "../../reference/column-sum.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

async function sum(blocks: number, cols: number, accumulate: 0 | 1): Promise<{ got: Float32Array; x: Float64Array }> {
  const x = normals("x", blocks * cols);
  let got = new Float32Array();
  await onDevice(device, async (b) => {
    const out = guarded(b, "out", [cols]);
    sumBlocks(b.scope(), b.tensor("x", [blocks, cols], x), out.tensor, accumulate);
    got = new Float32Array(await out.read());
  });
  return { got, x };
}

describe("sumBlocks", () => {
  test.each([1, 2, 33])("of %i blocks and any number of columns", async (blocks) => {
    for (const cols of [1, 63, 64, 65, 131]) {
      const { got, x } = await sum(blocks, cols, 0);
      expectClose(got, reference(x, cols));
    }
  });

  test("adds to what is there", async () => {
    const { got, x } = await sum(40, 5, 1);
    const { value, magnitude } = reference(x, 5);
    expectClose(got, { value: value.map((v) => v + 9), magnitude: magnitude.map((m) => m + 9) });
  });

  test("of more columns than a dispatch has workgroups in one dimension", async () => {
    const cols = 64 * 65_536 + 1;
    await onDevice(device, async (b) => {
      const x = b.tensor("x", [1, cols], new Float32Array(cols).fill(1));
      const out = guarded(b, "out", [cols]);
      sumBlocks(b.scope(), x, out.tensor, 0);
      expect((await out.read()).every((value) => value === 1)).toBe(true);
    });
  });

  test("control: one block too few is seen", async () => {
    const { got, x } = await sum(33, 4, 0);
    expect(difference(got, reference(x.slice(0, 32 * 4), 4))).not.toBeNull();
  });
});
