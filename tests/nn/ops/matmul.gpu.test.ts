import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawUniform } from "../../../src/core/rng.ts";
import type { Device } from "../../../src/gpu/device.ts";
import type { MatmulVariant } from "../../../src/nn/kernels.ts";
import { matmulNN, matmulNT, matmulTN, matmulVariants } from "../../../src/nn/ops/matmul.ts";
import { lanesOf } from "../../../src/nn/tuning/candidates.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import type { Tensor } from "../../../src/gpu/tensor.ts";
import type { Scope } from "../../../src/nn/scope.ts";
import { onDevice, openTestDevice, type Bench } from "../../gpu/device.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { activationCases } from "../../reference/activations.ts";
import { at } from "../../reference/array.ts";
import { columnSum } from "../../reference/column-sum.ts";
import { differenceStep } from "../../reference/finite-difference.ts";
import { matmul } from "../../reference/matmul.ts";
import type { MatmulLayout } from "../../reference/matmul.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice();
});
afterAll(() => device.destroy());

type Product = (s: Scope, bench: Bench, a: Tensor, b: Tensor, c: Tensor, accumulate: 0 | 1) => void;
const ops: Readonly<Record<MatmulLayout, Product>> = {
  nn: (s, _, a, b, c, accumulate) => matmulNN(s, a, b, c, { accumulate }),
  nt: (s, _, a, b, c, accumulate) => matmulNT(s, a, b, c, { accumulate }),
  tn: (s, bench, a, b, c, accumulate) => {
    const into = bench.tensor("sums", [c.shape[0] ?? 0], new Float32Array(c.shape[0] ?? 0));
    matmulTN(s, a, b, c, { into, accumulate: 0 }, accumulate);
  },
};
const layouts = ["nn", "nt", "tn"] as const;
const shapes = [
  { M: 1, N: 1, K: 1 },
  { M: 16, N: 32, K: 8 },
  { M: 17, N: 33, K: 9 },
  { M: 15, N: 31, K: 7 },
  { M: 64, N: 64, K: 16 },
  { M: 65, N: 63, K: 17 },
  { M: 3, N: 130, K: 257 },
  { M: 131, N: 2, K: 64 },
];

function draws(label: string, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => drawUniform(7, label, 0, index) * 2 - 1);
}

function operands(layout: MatmulLayout, { M, N, K }: (typeof shapes)[number]) {
  const aShape = layout === "tn" ? [K, M] : [M, K];
  const bShape = layout === "nt" ? [N, K] : [K, N];
  return { a: draws("a", M * K), b: draws("b", K * N), bias: draws("bias", N), aShape, bShape };
}

/** Variants that this device can run: those for fewer lanes than it has run as well. */
function variants(): readonly MatmulVariant[] {
  return [...matmulVariants.values()].filter(({ lanes = 0 }) => lanes <= lanesOf(device));
}

describe.each(layouts)("matmul %s", (layout) => {
  test.each(shapes)("$M x $N x $K equals the float64 product", async (sizes) => {
    const { a, b, bias, aShape, bShape } = operands(layout, sizes);
    const factors = [Float64Array.from(a), Float64Array.from(b)] as const;
    const plain = matmul(layout, ...factors, sizes);
    const biased = matmul(layout, ...factors, sizes, Float64Array.from(bias));
    for (const variant of variants()) {
      await onDevice(device, async (bench) => {
        const s = { ...bench.scope(), kernels: { ...portableKernels, matmul: () => variant } };
        const c = bench.tensor("c", [sizes.M, sizes.N], new Float32Array(sizes.M * sizes.N).fill(9));
        const [left, right] = [bench.tensor("a", aShape, a), bench.tensor("b", bShape, b)];
        ops[layout](s, bench, left, right, c, 0);
        expectClose(await bench.read(c), plain);
        if (layout !== "nt") return;
        matmulNT(s, left, right, c, { bias: bench.tensor("bias", [sizes.N], bias) });
        expectClose(await bench.read(c), biased);
      });
    }
  });

  test("adds to what stands there when asked", async () => {
    const sizes = { M: 19, N: 21, K: 35 };
    const { a, b, aShape, bShape } = operands(layout, sizes);
    const want = matmul(layout, Float64Array.from(a), Float64Array.from(b), sizes);
    for (const variant of variants()) {
      await onDevice(device, async (bench) => {
        const s = { ...bench.scope(), kernels: { ...portableKernels, matmul: () => variant } };
        const c = bench.tensor("c", [sizes.M, sizes.N], new Float32Array(sizes.M * sizes.N).fill(2));
        const [left, right] = [bench.tensor("a", aShape, a), bench.tensor("b", bShape, b)];
        ops[layout](s, bench, left, right, c, 1);
        const sum = {
          value: want.value.map((value) => value + 2),
          magnitude: want.magnitude.map((value) => value + 2),
        };
        expectClose(await bench.read(c), sum);
      });
    }
  });
});

/** What central differences of a slope are off by: h² / 6 of the third derivative, at most 2 / sqrt(2 pi). */
const truncation = (differenceStep ** 2 / 6) * 0.8;
const activated = activationCases.flatMap((one) =>
  shapes.filter(({ M }) => one.activation === "gelu" || M === 1 || M === 17).map((sizes) => ({ ...one, ...sizes })),
);

test.each(activated)(
  "$M x $N x $K: $activation is a part of the product before it, and of the gradient behind it",
  async ({ activation, reference, room: ofShare, ...sizes }) => {
    const { M, N } = sizes;
    // lib/normal.wgsl's own 7.4e-8, and what the exponential leaves of the slope.
    const roomAt = (x: number) => 7.4e-8 + (1 + 2 * Math.abs(x)) * ofShare(x);
    const { a, b, bias, aShape, bShape } = operands("nt", sizes);
    const factors = [Float64Array.from(a), Float64Array.from(b)] as const;
    const before = matmul("nt", ...factors, sizes, Float64Array.from(bias));
    const after = reference(before.value);
    const loose = before.value.map((x) => Math.abs(x) * roomAt(x));
    const wanted = { value: after.value, magnitude: before.magnitude.map((terms) => 1.13 * terms) };
    const x = draws("before", M * N).map((value) => 3 * value);
    const backward = operands("nn", sizes);
    const dout = matmul("nn", Float64Array.from(backward.a), Float64Array.from(backward.b), sizes);
    const shifted = (by: number) => reference(Float64Array.from(x, (value) => value + by)).value;
    const [above, below] = [shifted(differenceStep), shifted(-differenceStep)];
    const slopes = above.map((value, index) => (value - at(below, index)) / (2 * differenceStep));
    const led = {
      value: dout.value.map((value, index) => value * at(slopes, index)),
      magnitude: dout.magnitude.map((terms) => 2 * terms),
    };
    for (const variant of variants()) {
      await onDevice(device, async (bench) => {
        const s = { ...bench.scope(), kernels: { ...portableKernels, matmul: () => variant } };
        const c = bench.tensor("c", [M, N], new Float32Array(M * N).fill(9));
        const beside = bench.tensor("beside", [M, N], new Float32Array(M * N).fill(9));
        const vector = bench.tensor("bias", [N], bias);
        matmulNT(s, bench.tensor("a", aShape, a), bench.tensor("b", bShape, b), c, {
          bias: vector,
          through: { activation, before: beside },
        });
        expectClose(await bench.read(beside), before);
        expectClose(await bench.read(c), wanted, loose);
        const factorsBack = [
          bench.tensor("da", backward.aShape, backward.a),
          bench.tensor("db", backward.bShape, backward.b),
        ] as const;
        matmulNN(s, ...factorsBack, c, { through: { activation, before: bench.tensor("x", [M, N], x) } });
        const room = dout.value.map((value, index) => Math.abs(value) * (roomAt(at(x, index)) + truncation));
        expectClose(await bench.read(c), led, room);
      });
    }
  },
);

test.each(shapes)("$M x $N x $K: the sums of a's columns come beside the product, written or added", async (sizes) => {
  const { a, b, aShape, bShape } = operands("tn", sizes);
  const want = matmul("tn", Float64Array.from(a), Float64Array.from(b), sizes);
  const sums = columnSum(Float64Array.from(a), sizes.M);
  for (const variant of variants()) {
    await onDevice(device, async (bench) => {
      const s = { ...bench.scope(), kernels: { ...portableKernels, matmul: () => variant } };
      const [left, right] = [bench.tensor("a", aShape, a), bench.tensor("b", bShape, b)];
      const c = bench.tensor("c", [sizes.M, sizes.N], new Float32Array(sizes.M * sizes.N).fill(9));
      const into = bench.tensor("sums", [sizes.M], new Float32Array(sizes.M).fill(9));
      matmulTN(s, left, right, c, { into, accumulate: 0 });
      expectClose(await bench.read(into), sums);
      matmulTN(s, left, right, c, { into, accumulate: 1 });
      expectClose(await bench.read(c), want);
      const twice = { value: sums.value.map((v) => 2 * v), magnitude: sums.magnitude.map((m) => 2 * m) };
      expectClose(await bench.read(into), twice);
    });
  }
});

test("control: a flipped sign in the reference is found", async () => {
  const sizes = { M: 4, N: 5, K: 6 };
  const { a, b } = operands("nn", sizes);
  const want = matmul("nn", Float64Array.from(a), Float64Array.from(b), sizes);
  want.value[7] = -(want.value[7] ?? 0);
  await onDevice(device, async (bench) => {
    const c = bench.tensor("c", [4, 5], new Float32Array(20).fill(9));
    matmulNN(bench.scope(), bench.tensor("a", [4, 6], a), bench.tensor("b", [6, 5], b), c);
    expect(difference(await bench.read(c), want)).not.toBeNull();
  });
});

test("shapes that do not fit are refused", async () => {
  await onDevice(device, async (bench) => {
    const [a, c] = [bench.tensor("a", [2, 3], new Float32Array(6)), bench.tensor("c", [2, 3], new Float32Array(6))];
    await Promise.resolve();
    expect(() => matmulNN(bench.scope(), a, a, c)).toThrow(/cannot multiply/);
  });
});
