import { beforeAll, describe, expect, test } from "vitest";
import { drawUniform } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import {
  accumulateColumns,
  accumulateSquares,
  dpsScoreKernel,
  maskGradient,
  scoreInPlace,
} from "../../src/methods/accumulation.ts";
import type { Param } from "../../src/nn/params.ts";
import type { Bench } from "../gpu/device.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { at } from "../reference/array.ts";
import type { Reference } from "../reference/array.ts";
import { difference, expectClose } from "../reference/compare.ts";
import { mixScore } from "../reference/score.ts";
import { readScores } from "../golden/read.ts";
import { folded } from "./folded.ts";
import { packed } from "./packed.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

/** One element and tile, just inside and beyond both, primes. */
const shapes = [
  [1, 1],
  [1, 63],
  [3, 64],
  [15, 65],
  [16, 31],
  [17, 128],
  [2, 1023],
  [37, 101],
] as const;

function gaussianLike(label: string, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => (drawUniform(1, label, 1, index) - 0.5) * 4);
}

function bits(label: string, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (drawUniform(1, label, 2, index) < 0.6 ? 1 : 0));
}

/** A tensor with a vector of guard values behind its padding, and the check that they still stand. */
function guarded(b: Bench, label: string, shape: readonly number[], values: ArrayLike<number>) {
  const room = Math.ceil(values.length / 4) * 4;
  const whole = b.tensor(
    label,
    [room + 4],
    [...Array.from(values), ...Array.from({ length: room + 4 - values.length }, () => 9)],
  );
  const tensor: Tensor = { ...whole, shape };
  const read = async (): Promise<Float32Array> => {
    const got = await b.read(whole);
    expect(Array.from(got.slice(room))).toEqual([9, 9, 9, 9]);
    return got.slice(0, values.length);
  };
  return { tensor, read };
}

function paramOf(b: Bench, shape: readonly number[], grad: Tensor): Param {
  const spec = {
    name: "w",
    shape,
    group: "encoder",
    depth: 1,
    decay: true,
    selectable: true,
    part: null,
    init: "normal",
    trained: true,
  } as const;
  return { spec, value: b.tensor("w", shape, []), grad };
}

/** GAM + scale²·g² for kept elements, in float64 over the f32 values. */
function sumOfSquares(gam: ArrayLike<number> | null, grad: ArrayLike<number>): Reference {
  const value = Float64Array.from(grad, (g, index) => (gam === null ? 0 : at(gam, index)) + g * g);
  return { value, magnitude: value };
}

describe.each(shapes)("[%i, %i]", (rows, cols) => {
  const count = rows * cols;
  const [first, second] = [gaussianLike("g1", count), gaussianLike("g2", count)];

  test("GAM: the first step overwrites, later ones add; the gradient stays", async () => {
    await onDevice(device, async (b) => {
      const grad = b.tensor("grad", [rows, cols], first);
      const gam = guarded(b, "gam", [rows, cols], new Float32Array(count).fill(9));
      accumulateSquares(b.scope(), paramOf(b, [rows, cols], grad), gam.tensor, true);
      const start = await gam.read();
      expectClose(start, sumOfSquares(null, first));
      const next = b.tensor("next", [rows, cols], second);
      accumulateSquares(b.scope(), paramOf(b, [rows, cols], next), gam.tensor, false);
      expectClose(await gam.read(), sumOfSquares(start, second));
      expect(await b.read(next)).toEqual(second);
    });
  });

  test.each([1, 1 / 0.7])("columns: gradient, GAM and FAM with scale %f", async (scale) => {
    const [draw, other] = [bits("n1", cols), bits("n2", cols)];
    const kept = (n: Uint8Array, g: Float32Array) =>
      Float32Array.from(g, (value, index) => (at(n, index % cols) === 1 ? Math.fround(scale) * value : 0));
    await onDevice(device, async (b) => {
      const grad = guarded(b, "grad", [rows, cols], first);
      const gam = guarded(b, "gam", [rows, cols], new Float32Array(count).fill(9));
      const fam = guarded(b, "fam", [cols], new Float32Array(cols).fill(9));
      const step = (n: Uint8Array, label: string, isFirst: boolean, g: Tensor) => {
        const tensors = { kept: b.tensor(label, [cols], Float32Array.from(n)), gam: gam.tensor, fam: fam.tensor };
        accumulateColumns(b.scope(), paramOf(b, [rows, cols], g), tensors, { first: isFirst, scale });
      };
      step(draw, "n1", true, grad.tensor);
      const masked = await grad.read();
      expect(masked).toEqual(kept(draw, first));
      const start = await gam.read();
      expectClose(start, sumOfSquares(null, masked));
      expect(Array.from(await fam.read())).toEqual(Array.from(draw));
      step(other, "n2", false, b.tensor("next", [rows, cols], second));
      expectClose(await gam.read(), sumOfSquares(start, kept(other, second)));
      expect(Array.from(await fam.read())).toEqual(Array.from(draw, (bit, index) => bit + at(other, index)));
    });
  });

  test.each([1, 1 / 0.7])("mask: kept gradients times %f, the rest 0", async (scale) => {
    const mask = bits("m", count);
    await onDevice(device, async (b) => {
      const grad = guarded(b, "grad", [rows, cols], first);
      maskGradient(
        b.scope(),
        paramOf(b, [rows, cols], grad.tensor),
        b.tensor("mask", [Math.ceil(count / 32)], packed(mask)),
        scale,
      );
      const want = first.map((value, index) => (at(mask, index) === 1 ? Math.fround(scale) * value : 0));
      expect(await grad.read()).toEqual(want);
    });
  });

  test.each([49, 50, 80])("score with us = %i", async (us) => {
    const gam = gaussianLike("gam", count).map((value) => value * value);
    const fam = Float32Array.from({ length: cols }, (_, index) => Math.floor(drawUniform(1, "fam", 1, index) * us));
    await onDevice(device, async (b) => {
      const tensor = guarded(b, "gam", [rows, cols], gam);
      const param = paramOf(b, [rows, cols], b.tensor("grad", [1], [0]));
      scoreInPlace(b.scope(), param, tensor.tensor, b.tensor("fam", [cols], fam), us);
      const want = mixScore(Float64Array.from(gam), Float64Array.from(fam), us);
      expectClose(await tensor.read(), want, scoreAllowance(want, fam, us));
    });
  });
});

/**
 * What WGSL allows beyond one rounding an operation: 2.5 ulp for each of two divisions, 3 + 2|x| ulp for exp(x); an ulp
 * is at most 2^-23 of its value.
 */
function scoreAllowance({ value }: Reference, fam: ArrayLike<number>, us: number): Float64Array {
  return value.map((score, index) => {
    const x = us >= 50 ? Math.max(at(fam, index % fam.length), 1) / us : 0;
    return score * (2.5 + 2.5 * x + 3 + 2 * x) * 2 ** -23;
  });
}

test.each(readScores().map((one) => [`us ${one.us}, p ${one.frozenShare}`, one] as const))(
  "PyTorch's scores: %s",
  async (_, { gam, fam, us }) => {
    await onDevice(device, async (b) => {
      const tensor = guarded(b, "gam", gam.shape, gam.data);
      const param = paramOf(b, gam.shape, b.tensor("grad", [1], [0]));
      scoreInPlace(b.scope(), param, tensor.tensor, b.tensor("fam", fam.shape, fam.data), us);
      const want = mixScore(Float64Array.from(gam.data), Float64Array.from(fam.data), us);
      expectClose(await tensor.read(), want, scoreAllowance(want, fam.data, us));
    });
  },
);

test("workgroups folded into rows", async () => {
  const count = 5000;
  const values = gaussianLike("folded", count);
  const mask = bits("folded", count);
  await onDevice(device, async (b) => {
    const grad = guarded(b, "grad", [count], values);
    const gam = guarded(b, "gam", [count], new Float32Array(count).fill(9));
    const param = paramOf(b, [count], grad.tensor);
    accumulateSquares(folded(b.scope()), param, gam.tensor, true);
    maskGradient(folded(b.scope()), param, b.tensor("mask", [Math.ceil(count / 32)], packed(mask)));
    expectClose(await gam.read(), sumOfSquares(null, values));
    expect(await grad.read()).toEqual(values.map((value, index) => (at(mask, index) === 1 ? value : 0)));
  });
});

test("control: a score without its factor is told apart", async () => {
  await onDevice(device, async (b) => {
    const gam = Float32Array.of(6, 5, 4);
    const tensor = b.tensor("gam", [1, 3], gam);
    const fam = b.tensor("fam", [3], [1, 2, 3]);
    b.rec.run(dpsScoreKernel, { fam, gam: tensor }, { rows: 1, cols: 3, weighed: 0, us: 60 }, [1, 1, 1]);
    const want = mixScore(Float64Array.from(gam), Float64Array.of(1, 2, 3), 60);
    expect(difference(await b.read(tensor), want, scoreAllowance(want, [1, 2, 3], 60))).toMatch(/3 of 3/);
  });
});
