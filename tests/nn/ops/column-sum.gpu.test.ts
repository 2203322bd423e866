import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { columnSum } from "../../../src/nn/ops/column-sum.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { columnSum as reference } from "../../reference/column-sum.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

async function sum(rows: number, cols: number, accumulate: 0 | 1): Promise<{ got: Float32Array; x: Float64Array }> {
  const x = normals("x", rows * cols);
  let got = new Float32Array();
  await onDevice(device, async (b) => {
    const out = guarded(b, "out", [cols]);
    guarded(b, "temporary column sum partials", [Math.ceil(rows / 32), cols]);
    columnSum(b.scope(), b.tensor("x", [rows, cols], x), out.tensor, accumulate);
    got = new Float32Array(await out.read());
  });
  return { got, x };
}

describe("columnSum", () => {
  test.each([1, 31, 32, 33, 97])("of %i rows and any number of columns", async (rows) => {
    for (const cols of [1, 63, 64, 65, 131]) {
      const { got, x } = await sum(rows, cols, 0);
      expectClose(got, reference(x, cols));
    }
  });

  test("adds to what is there", async () => {
    const { got, x } = await sum(40, 5, 1);
    const { value, magnitude } = reference(x, 5);
    expectClose(got, { value: value.map((v) => v + 9), magnitude: magnitude.map((m) => m + 9) });
  });

  test("of more rows than a dispatch has workgroups in one dimension", async () => {
    const rows = 32 * 65_536 + 1;
    await onDevice(device, async (b) => {
      const x = b.tensor("x", [rows, 1], new Float32Array(rows).fill(1));
      const out = guarded(b, "out", [1]);
      columnSum(b.scope(), x, out.tensor, 0);
      expect([...(await out.read())]).toEqual([rows]);
    });
  });

  test("refuses shapes that do not fit", async () => {
    await onDevice(device, async (b) => {
      const x = b.tensor("x", [2, 3], [1, 2, 3, 4, 5, 6]);
      expect(() => columnSum(b.scope(), x, b.tensor("out", [2], [0, 0]), 0)).toThrow("columnSum cannot sum");
      await b.read(x);
    });
  });

  test("control: one row too few is seen", async () => {
    const { got, x } = await sum(33, 4, 0);
    expect(difference(got, reference(x.slice(0, 32 * 4), 4))).not.toBeNull();
  });
});
