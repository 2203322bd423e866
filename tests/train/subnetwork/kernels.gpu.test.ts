import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawBits, drawNormal, drawUniform } from "../../../src/core/rng.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { gridOf } from "../../../src/gpu/kernel.ts";
import { writeDrawnBits } from "../../../src/methods/child-tuning-f.ts";
import { writeColumnBits } from "../../../src/methods/mixing.ts";
import type { Param } from "../../../src/nn/params.ts";
import {
  driftSumsKernel,
  maskColumnsKernel,
  maskRowsKernel,
  maskTimesKernel,
  timesHistogramKernel,
} from "../../../src/train/subnetwork/recording.ts";
import type { Bench } from "../../gpu/device.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { folded } from "../../methods/folded.ts";
import { packed } from "../../methods/packed.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});
afterAll(() => device.destroy());

/** Odd sizes, vectors, a row of one weight, more rows than one invocation counts, and a shape of BERT-large. */
const shapes = [
  [1, 1],
  [37, 41],
  [3, 35],
  [64, 32],
  [192, 192],
  [2, 1000],
  [509, 33],
  [255, 31],
  [256, 64],
  [4096, 1],
  [1024, 4096],
] as const;

const guard = 0x09090909;

function maskOf(count: number, share = 0.7, seed = 1): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (drawUniform(seed, "mask", 1, index) < share ? 1 : 0));
}

/** A tensor of words between words that nobody may touch. */
function between(b: Bench, label: string, count: number, start = 0) {
  const words = new Uint32Array(count + 8).fill(guard);
  words.fill(start, 4, 4 + count);
  const tensor = b.tensor(label, [count + 8], words);
  const read = async (): Promise<number[]> => {
    const all = Array.from(await b.readWords(tensor));
    expect([...all.slice(0, 4), ...all.slice(4 + count)], `around ${label}`).toEqual(
      Array.from({ length: 8 }, () => guard),
    );
    return all.slice(4, 4 + count);
  };
  return { tensor, at: 4, read };
}

describe.each(shapes)("a mask of %i × %i", (rows, cols) => {
  const bits = maskOf(rows * cols);
  const sumWhere = (of: (index: number) => number, count: number): number[] => {
    const sums = Array.from({ length: count }, () => 0);
    bits.forEach((bit, index) => (sums[of(index)] = (sums[of(index)] ?? 0) + bit));
    return sums;
  };

  test("has its bits counted by row", async () => {
    await onDevice(device, async (b) => {
      const mask = b.tensor("mask", [Math.ceil(bits.length / 32)], packed(bits));
      const { tensor: counts, at, read } = between(b, "counts", rows);
      b.rec.run(maskRowsKernel, { mask, counts }, { rows, cols, at }, gridOf(Math.ceil(rows / 64)));
      expect(await read()).toEqual(sumWhere((index) => Math.floor(index / cols), rows));
    });
  });

  test("has its bits counted by column, added to what was counted", async () => {
    await onDevice(device, async (b) => {
      const mask = b.tensor("mask", [Math.ceil(bits.length / 32)], packed(bits));
      const { tensor: counts, at, read } = between(b, "counts", cols, 5);
      const grid = [Math.ceil(cols / 1024), Math.ceil(rows / 255), 1] as const;
      b.rec.run(maskColumnsKernel, { mask, counts }, { rows, cols, at }, grid);
      expect(await read()).toEqual(sumWhere((index) => index % cols, cols).map((count) => count + 5));
    });
  });

  test("adds to the times selected, and is compared with the mask before", async () => {
    const count = bits.length;
    const earlier = maskOf(count, 0.4, 2);
    const start = Uint8Array.from({ length: Math.ceil(count / 4) * 4 }, (_, index) =>
      index < count ? drawBits(3, "times", 1, index) % 255 : 0,
    );
    await onDevice(device, async (b) => {
      const words = Math.ceil(count / 32);
      const mask = b.tensor("mask", [words], packed(bits));
      const held = new Uint32Array(words + 3).fill(0xffffffff);
      held.set(packed(earlier), 3);
      const before = b.tensor("before", [words + 3], held);
      const times = b.tensor("times", [start.length / 4], new Uint32Array(start.buffer));
      const { tensor: counts, at, read } = between(b, "counts", 2, 1);
      const uniforms = { count, before_at: 3, at };
      folded(b.scope()).rec.run(
        maskTimesKernel,
        { mask, before, times, counts },
        uniforms,
        gridOf(Math.ceil(words / 64)),
      );
      const after = new Uint8Array((await b.readWords(times)).buffer);
      expect(
        Buffer.compare(
          after,
          start.map((old, index) => old + (bits[index] ?? 0)),
        ),
      ).toBe(0);
      const kept = bits.reduce((sum, bit) => sum + bit, 0);
      const both = bits.reduce((sum, bit, index) => sum + (bit & (earlier[index] ?? 0)), 0);
      expect(await read()).toEqual([kept + 1, both + 1]);
    });
  });

  test("has its times selected counted", async () => {
    const count = bits.length;
    const values = Uint8Array.from(
      { length: Math.ceil(count / 4) * 4 },
      (_, index) => drawBits(4, "t", 1, index) % 256,
    );
    await onDevice(device, async (b) => {
      const times = b.tensor("times", [values.length / 4], new Uint32Array(values.buffer));
      const { tensor: counts, at, read } = between(b, "counts", 256, 2);
      const grid = gridOf(Math.ceil(count / 16_384));
      folded(b.scope()).rec.run(timesHistogramKernel, { times, counts }, { count, at }, grid);
      const want = Array.from({ length: 256 }, () => 2);
      for (const value of values.subarray(0, count)) want[value] = (want[value] ?? 0) + 1;
      expect(await read()).toEqual(want);
    });
  });

  test.each([0, 1])("has its drift summed, all = %i", async (all) => {
    const count = bits.length;
    const start = Float32Array.from({ length: count }, (_, index) => 0.02 * drawNormal(5, "W0", 0, index % 4099));
    const moved = start.map((value, index) => value + 1e-3 * drawNormal(6, "dW", 0, index % 2053));
    await onDevice(device, async (b) => {
      const mask = b.tensor("mask", [Math.ceil(count / 32)], packed(bits));
      const tensors = { weight: b.tensor("W", [count], moved), start: b.tensor("W0", [count], start), mask };
      const { tensor: sums, at, read } = between(b, "sums", 256);
      b.rec.run(driftSumsKernel, { ...tensors, sums }, { count, at, all }, [64, 1, 1]);
      const got = [0, 0, 0, 0];
      const parts = new Float32Array(Uint32Array.from(await read()).buffer);
      parts.forEach((part, index) => (got[index % 4] = (got[index % 4] ?? 0) + part));
      const want = [0, 0, 0, 0];
      for (let index = 0; index < count; index++) {
        const from = all === 1 || bits[index] === 1 ? 0 : 2;
        const [now, then] = [moved[index] ?? 0, start[index] ?? 0];
        want[from] = (want[from] ?? 0) + (now - then) ** 2;
        want[from + 1] = (want[from + 1] ?? 0) + then ** 2;
      }
      // An invocation adds up to count/4096 squares one after another, each sum and square rounded once.
      const bound = (4 + count / 4096 + 6) * 2 ** -24;
      got.forEach((sum, index) =>
        expect(Math.abs(sum - (want[index] ?? 0))).toBeLessThanOrEqual(bound * (want[index] ?? 0)),
      );
    });
  });

  test("as the columns that Mixout draws", async () => {
    const kept = maskOf(cols, 0.3, 7);
    await onDevice(device, async (b) => {
      const words = Math.ceil((rows * cols) / 32);
      const mask = b.tensor("mask", [words], new Uint32Array(words).fill(guard));
      writeColumnBits(b.scope(), param([rows, cols]), b.tensor("kept", [cols], Float32Array.from(kept)), mask);
      const want = Uint8Array.from({ length: rows * cols }, (_, index) => kept[index % cols] ?? 0);
      expect(Array.from(await b.readWords(mask))).toEqual(Array.from(packed(want)));
    });
  });

  test("as Child-Tuning F draws it", async () => {
    await onDevice(device, async (b) => {
      const count = rows * cols;
      const words = Math.ceil(count / 32);
      const mask = b.tensor("mask", [words], new Uint32Array(words).fill(guard));
      writeDrawnBits(b.scope({ seed: 3, step: 9 }), param([rows, cols]), 0.3, mask);
      const got = await b.readWords(mask);
      for (let index = 0; index < Math.min(count, 20_000); index++) {
        const want = drawUniform(3, "child/weight", 9, index) < Math.fround(0.3) ? 1 : 0;
        if ((((got[index >> 5] ?? 0) >>> (index & 31)) & 1) !== want) throw new Error(`bit ${index} is not ${want}`);
      }
      const behind = words * 32 - count;
      expect((got.at(-1) ?? 0) >>> (32 - behind) === 0 || behind === 0).toBe(true);
    });
  });
});

function param(shape: readonly number[]): Param {
  const nothing = {
    label: "",
    shape,
    dtype: "f32",
    allocation: { offset: 0, bytes: 0, memory: { buffer: null } },
  } as const;
  const spec = { name: "weight", shape, group: "encoder", depth: 1, decay: true, selectable: true } as const;
  return { spec: { ...spec, part: null, init: "normal", trained: true }, value: nothing, grad: nothing };
}
