import { beforeAll, describe, expect, test } from "vitest";
import { drawUniform } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import { drawColumns, maskColumns, mixColumns, mixMasked } from "../../src/methods/mixing.ts";
import type { Param } from "../../src/nn/params.ts";
import type { Bench } from "../gpu/device.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { guarded } from "../gpu/guarded.ts";
import { difference, expectClose } from "../reference/compare.ts";
import { mixout, perColumn } from "../reference/mixout.ts";
import { folded } from "./folded.ts";
import { packed } from "./packed.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

const shapes = [
  [1, 1],
  [1, 63],
  [3, 64],
  [15, 65],
  [16, 31],
  [17, 128],
  [2, 1025],
  [37, 101],
] as const;

function floats(label: string, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => drawUniform(1, label, 1, index) - 0.5);
}

function bits(label: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (drawUniform(1, label, 2, index) < 0.6 ? 1 : 0));
}

function wordsOf(values: Float32Array): number[] {
  return Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length));
}

function paramOf(b: Bench, shape: readonly number[], value: ArrayLike<number>): Param {
  const spec = {
    name: "w.weight",
    shape,
    group: "encoder",
    depth: 1,
    decay: true,
    selectable: true,
    part: null,
    init: "normal",
    trained: true,
  } as const;
  return { spec, value: b.tensor("w", shape, value), grad: b.tensor("no gradient", [1], [0]) };
}

/** W and T on the device, and a guarded place for W̃. */
function mixture(b: Bench, shape: readonly number[], weight: ArrayLike<number>, start: ArrayLike<number>) {
  const room = Math.ceil(weight.length / 4) * 4;
  const whole = b.tensor("mixed", [room + 4], new Float32Array(room + 4).fill(9));
  const mixed: Tensor = { ...whole, shape };
  const read = async (): Promise<Float32Array> => {
    const got = await b.read(whole);
    expect(Array.from(got.slice(room))).toEqual([9, 9, 9, 9]);
    return got.slice(0, weight.length);
  };
  return { param: paramOf(b, shape, weight), tensors: { start: b.tensor("start", shape, start), mixed }, read };
}

describe.each(shapes)("[%i, %i]", (rows, cols) => {
  const count = rows * cols;
  const [weight, start] = [floats("weight", count), floats("start", count)];
  // p/(1-p) is one f32 number here and a quotient of rounded terms in the reference: its rounding is in the bound.
  const want = (kept: ArrayLike<number>, share: number) =>
    mixout(Float64Array.from(weight), Float64Array.from(start), kept, share);

  test.each([0, 0.3, 0.9])("columns with p = %f", async (share) => {
    const kept = bits("kept", cols);
    await onDevice(device, async (b) => {
      const { param, tensors, read } = mixture(b, [rows, cols], weight, start);
      mixColumns(b.scope().rec, param, tensors, b.tensor("kept", [cols], Float32Array.from(kept)), share);
      expectClose(await read(), want(perColumn(kept, rows), share));
    });
  });

  test.each([0, 0.3, 0.9])("mask with p = %f", async (share) => {
    const mask = bits("mask", count);
    await onDevice(device, async (b) => {
      const { param, tensors, read } = mixture(b, [rows, cols], weight, start);
      mixMasked(b.scope().rec, param, tensors, b.tensor("mask", [Math.ceil(count / 32)], packed(mask)), share);
      expectClose(await read(), want(mask, share));
    });
  });
});

describe.each(shapes)("gradient of [%i, %i]", (rows, cols) => {
  test.each([1, 1 / 0.7])("kept columns times %f, the rest 0", async (scale) => {
    const grad = floats("gradient", rows * cols);
    const kept = bits("kept", cols);
    await onDevice(device, async (b) => {
      const held = guarded(b, "grad", [rows, cols], "gradients");
      b.rec.copy(b.tensor("values", [rows, cols], grad), held.tensor);
      const param = { ...paramOf(b, [rows, cols], []), grad: held.tensor };
      maskColumns(b.scope(), param, b.tensor("kept", [cols], Float32Array.from(kept)), scale);
      const want = grad.map((value, index) => (kept[index % cols] === 1 ? Math.fround(scale) * value : 0));
      expect(await held.read()).toEqual(want);
    });
  });
});

describe("neutral settings keep the weight's bits", () => {
  const weight = Float32Array.of(1, -1, 0, -0, 3e-39, -1e38, 0.1, -0, 7);
  const start = Float32Array.of(2, 3, -4, -5, 6, 1e38, -0.3, 5, -0);
  const shape = [3, 3];

  test("p = 0: every column is drawn, every bit set, and W̃ is W", async () => {
    await onDevice(device, async (b) => {
      const { param, tensors, read } = mixture(b, shape, weight, start);
      const kept = b.tensor("kept", [3], [9, 9, 9]);
      drawColumns(b.scope(), param, kept, 0);
      expect(Array.from(await b.read(kept))).toEqual([1, 1, 1]);
      mixColumns(b.scope().rec, param, tensors, kept, 0);
      expect(wordsOf(await read())).toEqual(wordsOf(weight));
    });
    await onDevice(device, async (b) => {
      const { param, tensors, read } = mixture(b, shape, weight, start);
      mixMasked(b.scope().rec, param, tensors, b.tensor("mask", [1], Uint32Array.of(0b111111111)), 0);
      expect(wordsOf(await read())).toEqual(wordsOf(weight));
    });
  });

  test("W = T: W̃ is W whatever is drawn", async () => {
    await onDevice(device, async (b) => {
      const { param, tensors, read } = mixture(b, shape, weight, weight);
      mixColumns(b.scope().rec, param, tensors, b.tensor("kept", [3], [1, 0, 1]), 0.3);
      expect(wordsOf(await read())).toEqual(wordsOf(weight));
      mixMasked(b.scope().rec, param, tensors, b.tensor("mask", [1], Uint32Array.of(0b010011010)), 0.3);
      expect(wordsOf(await read())).toEqual(wordsOf(weight));
    });
  });
});

describe("drawn columns", () => {
  test.each([
    [1, 7, 1],
    [63, 8, 2],
    [64, 9, 3],
    [65, 0xffffffff, 4],
    [3072, 11, 1_000_000],
  ])("%i columns with seed %i at step %i are those of core/rng.ts", async (cols, seed, step) => {
    await onDevice(device, async (b) => {
      const param = paramOf(b, [1, cols], new Float32Array(cols));
      const room = Math.ceil(cols / 4) * 4;
      const whole = b.tensor("kept", [room + 4], new Float32Array(room + 4).fill(9));
      drawColumns(b.scope({ seed, step }), param, { ...whole, shape: [cols] }, 0.3);
      const got = await b.read(whole);
      const want = Array.from({ length: cols }, (_, c) =>
        drawUniform(seed, "mixout/w.weight", step, c) < Math.fround(1 - 0.3) ? 1 : 0,
      );
      expect(Array.from(got.slice(0, cols))).toEqual(want);
      expect(Array.from(got.slice(cols))).toEqual(Array.from({ length: room + 4 - cols }, () => 9));
    });
  });

  test.each([0.1, 0.3, 0.8])("keep a share of 1 - %f within five sigma", async (share) => {
    const cols = 100_000;
    await onDevice(device, async (b) => {
      const param = paramOf(b, [1, cols], new Float32Array(cols));
      const kept = b.tensor("kept", [cols], new Float32Array(cols));
      drawColumns(b.scope(), param, kept, share);
      const sum = (await b.read(kept)).reduce((total, bit) => total + bit, 0);
      const sigma = Math.sqrt(cols * share * (1 - share));
      expect(Math.abs(sum - cols * (1 - share))).toBeLessThan(5 * sigma);
    });
  });

  test("differ from step to step", async () => {
    await onDevice(device, async (b) => {
      const param = paramOf(b, [1, 200], new Float32Array(200));
      const kept = ["one", "two"].map((label) => b.tensor(label, [200], new Float32Array(200)));
      const rows: string[] = [];
      for (const [index, tensor] of kept.entries()) {
        drawColumns(b.scope({ step: index + 1 }), param, tensor, 0.3);
        rows.push((await b.read(tensor)).join(""));
      }
      expect(rows[0]).not.toBe(rows[1]);
    });
  });

  test("are replayed where a scope has them recorded", async () => {
    await onDevice(device, async (b) => {
      const param = paramOf(b, [1, 5], new Float32Array(5));
      const recorded = new Map([["mixout/w.weight", b.tensor("recorded", [5], [0, 1, 1, 0, 1])]]);
      const kept = b.tensor("kept", [5], new Float32Array(5).fill(9));
      drawColumns(b.scope({ recorded }), param, kept, 0.3);
      expect(Array.from(await b.read(kept))).toEqual([0, 1, 1, 0, 1]);
    });
  });
});

test("workgroups folded into rows", async () => {
  const count = 5000;
  const [weight, start, mask] = [floats("weight", count), floats("start", count), bits("mask", count)];
  await onDevice(device, async (b) => {
    const { param, tensors, read } = mixture(b, [count], weight, start);
    mixMasked(folded(b.scope()).rec, param, tensors, b.tensor("mask", [Math.ceil(count / 32)], packed(mask)), 0.3);
    expectClose(await read(), mixout(Float64Array.from(weight), Float64Array.from(start), mask, 0.3));
  });
});

test("control: another share is told apart", async () => {
  const [weight, start] = [floats("weight", 12), floats("start", 12)];
  await onDevice(device, async (b) => {
    const { param, tensors, read } = mixture(b, [3, 4], weight, start);
    mixColumns(b.scope().rec, param, tensors, b.tensor("kept", [4], [1, 1, 1, 1]), 0.3);
    const other = mixout(Float64Array.from(weight), Float64Array.from(start), new Uint8Array(12).fill(1), 0.31);
    expect(difference(await read(), other)).toMatch(/elements differ/);
  });
});
