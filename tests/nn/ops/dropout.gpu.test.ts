import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { dropout } from "../../../src/nn/ops/dropout.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { dropout as reference } from "../../reference/dropout.ts";
import { maskOf, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const rate = 0.1;
const dropped = (x: Float64Array, label = "y") =>
  reference({ value: x, magnitude: x.map(Math.abs) }, maskOf(label, x.length, rate), 1 - rate);

describe("dropout", () => {
  test.each([1, 63, 65, 255, 256, 257, 1009])("of %i elements keeps the same in both directions", async (count) => {
    const x = normals("x", count);
    const upstream = normals("dy", count);
    await onDevice(device, async (b) => {
      const y = guarded(b, "y", [count]);
      const dy = guarded(b, "dy", [count]);
      const s = b.scope();
      const way = dropout(s, "y", b.tensor("x", [count], x), rate);
      s.rec.copy(b.tensor("upstream", [count], upstream), dy.tensor);
      expect(way.back(s, dy.tensor)).toBe(dy.tensor);
      expectClose(await y.read(), dropped(x));
      expectClose(await dy.read(), dropped(upstream));
    });
  });

  test("at rate 0 hands its input through", async () => {
    await onDevice(device, async (b) => {
      const x = b.tensor("x", [4], [1, 2, 3, 4]);
      const way = dropout(b.scope(), "y", x, 0);
      expect(way.out).toBe(x);
      expect(way.back(b.scope(), x)).toBe(x);
      expect([...(await b.read(x))]).toEqual([1, 2, 3, 4]);
    });
  });

  test("keeps its share within five sigma, and draws anew each step and seed", async () => {
    const count = 20_000;
    const ones = new Float64Array(count).fill(1);
    const masks: string[] = [];
    await onDevice(device, async (b) => {
      const x = b.tensor("x", [count], ones);
      for (const key of [{ step: 1 }, { step: 2 }, { step: 1, seed: 2 }]) {
        const kept = (await b.read(dropout(b.scope(key), "y", x, rate).out)).map((value) => (value > 0 ? 1 : 0));
        const share = kept.reduce((sum, value) => sum + value, 0) / count;
        expect(Math.abs(share - (1 - rate)) <= 5 * Math.sqrt((rate * (1 - rate)) / count)).toBe(true);
        masks.push(kept.join(""));
      }
    });
    expect(new Set(masks).size).toBe(3);
  });

  test("reaches the end of more workgroups than one dimension has", async () => {
    const count = 256 * 65_536 + 1;
    await onDevice(device, async (b) => {
      const s = b.scope();
      const dy = b.tensor("dy", [count], new Float32Array(count).fill(1));
      dropout(s, "y", b.tensor("x", [1], [1]), rate).back(s, dy);
      const tail = b.tensor("tail", [100], new Float32Array(100).fill(9));
      s.rec.copy(dy, tail, { from: count - 100, to: 0, count: 100 });
      const mask = maskOf("y", count, rate).subarray(count - 100);
      expectClose(await b.read(tail), reference({ value: mask, magnitude: mask }, mask, 1 - rate));
    });
  });

  test("control: another label is another mask", async () => {
    const x = normals("x", 256);
    await onDevice(device, async (b) => {
      const { out } = dropout(b.scope(), "y", b.tensor("x", [256], x), rate);
      expect(difference(await b.read(out), dropped(x, "z"))).not.toBeNull();
    });
  });
});
