import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import type { LayerNormVariant } from "../../../src/nn/kernels.ts";
import { layerNormVariants, portableLayerNorm, residualLayerNorm } from "../../../src/nn/ops/layernorm.ts";
import { lanesOf } from "../../../src/nn/tuning/candidates.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { differenceStep, gradient } from "../../reference/finite-difference.ts";
import { residualLayernorm as reference } from "../../reference/residual-layernorm.ts";
import { dot, maskOf, normals, paramOf } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface Case {
  readonly rows: number;
  readonly cols: number;
  readonly rate: number;
  readonly plain?: boolean;
}

const epsilon = 1e-5;

function inputsOf({ rows, cols, rate, plain = false }: Case) {
  const count = rows * cols;
  return {
    x: normals("x", count),
    residual: plain ? new Float64Array(count) : normals("residual", count).map((value) => value + 0.5),
    gamma: normals("gamma", cols).map((value) => Math.fround(1 + 0.3 * value)),
    beta: normals("beta", cols),
    dy: normals("dy", count),
    mask: rate === 0 ? null : maskOf("norm", count, rate),
    keep: Math.fround(1 - rate),
  };
}

type Inputs = ReturnType<typeof inputsOf>;

function forward({ x, residual, gamma, beta, mask, keep }: Inputs) {
  return reference(x, residual, mask, keep, { gamma, beta, eps: epsilon });
}

/** Variants that this device can run: those for fewer lanes than it has run as well. */
function variants(): readonly LayerNormVariant[] {
  return [...layerNormVariants.values()].filter(({ lanes = 0 }) => lanes <= lanesOf(device));
}

async function pass(shape: Case, variant = portableLayerNorm) {
  const { x, residual, gamma, beta, dy } = inputsOf(shape);
  const { rows, cols, rate, plain = false } = shape;
  const got: Record<string, Float32Array> = {};
  await onDevice(device, async (b) => {
    const s = { ...b.scope(), kernels: { ...portableKernels, layernorm: () => variant } };
    const [y, dx, dsum] = ["norm", "temporary dropout dx", "dy"].map((label) => guarded(b, label, [rows, cols]));
    const g = paramOf(b, "gamma", [cols], gamma);
    const o = paramOf(b, "beta", [cols], beta);
    if (y === undefined || dx === undefined || dsum === undefined) return;
    const partials = ["dgamma", "dbeta"].map((name) =>
      guarded(b, `temporary layernorm ${name} partials`, [Math.ceil(rows / 32), cols]),
    );
    const skip = plain ? null : b.tensor("residual", [rows, cols], residual);
    const options = { epsilon, dropout: rate };
    const norm = residualLayerNorm(s, "norm", b.tensor("x", [rows, cols], x), skip, g.param, o.param, options);
    expect(norm.out.shape).toEqual([rows, cols]);
    s.rec.copy(b.tensor("upstream", [rows, cols], dy), dsum.tensor);
    const way = norm.back(s, dsum.tensor);
    expect(way.dresidual).toBe(dsum.tensor);
    got["y"] = await y.read();
    got["dresidual"] = await dsum.read();
    got["dx"] = rate === 0 ? await b.read(way.dx) : await dx.read();
    for (const partial of partials) await partial.read();
    got["dgamma"] = await g.grad.read();
    got["dbeta"] = await o.grad.read();
  });
  return got;
}

/**
 * The gradient by one of the inputs, with the terms behind it. Central differences are off by h²/6 of the third
 * derivative, about rstd³ times the sum of |gamma dy|: that is the allowance.
 */
function derivative(inputs: Inputs, name: "x" | "residual" | "gamma" | "beta"): Reference & { allowance: number } {
  const { dy, gamma, mask, keep } = inputs;
  const value = gradient((point) => dot(dy, forward({ ...inputs, [name]: point }).value), inputs[name]);
  const cols = gamma.length;
  const { sum, mean, rstd } = forward(inputs);
  const terms = Float64Array.from(dy, (upstream, index) => {
    const row = Math.floor(index / cols);
    // rstd's magnitude over its value counts the roundings that z and rstd carry from the sums behind them.
    const lost = 1 + at(rstd.magnitude, row) / at(rstd.value, row);
    const z = (at(sum.value, index) - at(mean.value, row)) * at(rstd.value, row);
    const spread = (at(sum.magnitude, index) + at(mean.magnitude, row)) * at(rstd.value, row);
    if (name === "beta") return Math.abs(upstream);
    if (name === "gamma") return Math.abs(upstream) * (spread + Math.abs(z) * lost);
    let [plain, scaled] = [0, 0];
    for (let col = 0; col < cols; col++) {
      const place = row * cols + col;
      const d = Math.abs(at(gamma, col) * at(dy, place));
      plain += d / cols;
      scaled += (d / cols) * (at(sum.magnitude, place) + at(mean.magnitude, row)) * at(rstd.value, row);
    }
    const own = Math.abs(at(gamma, index % cols) * upstream);
    const share = name === "x" && mask !== null ? at(mask, index) / keep : 1;
    return share * at(rstd.value, row) * lost * (own + plain + (spread + Math.abs(z)) * scaled);
  });
  const steepest = rstd.value.reduce((most, each) => Math.max(most, each), 0) ** 3;
  const allowance = name === "x" || name === "residual" ? (differenceStep ** 2 / 6) * 15 * steepest * cols : 1e-8;
  if (name === "x" || name === "residual") return { value, magnitude: terms, allowance };
  const magnitude = new Float64Array(cols);
  terms.forEach((term, index) => (magnitude[index % cols] = at(magnitude, index % cols) + term));
  return { value, magnitude, allowance };
}

const cases: readonly Case[] = [
  { rows: 1, cols: 31, rate: 0 },
  { rows: 3, cols: 32, rate: 0.1 },
  { rows: 5, cols: 33, rate: 0.25 },
  { rows: 7, cols: 9, rate: 0 },
  { rows: 8, cols: 8, rate: 0.5 },
  { rows: 9, cols: 7, rate: 0.1 },
  { rows: 33, cols: 7, rate: 0 },
  { rows: 2, cols: 131, rate: 0.1 },
  { rows: 31, cols: 8, rate: 0.1, plain: true },
];

describe("residualLayerNorm", () => {
  test.each(cases)("$rows x $cols, dropout $rate, there and back", async (shape) => {
    const inputs = inputsOf(shape);
    const names = [
      ["dx", "x"],
      ["dresidual", "residual"],
      ["dgamma", "gamma"],
      ["dbeta", "beta"],
    ] as const;
    const wanted = names.map(([output, name]) => ({ output, want: derivative(inputs, name) }));
    for (const variant of variants()) {
      const got = await pass(shape, variant);
      expectClose(got["y"] ?? [], forward(inputs));
      for (const { output, want } of wanted) expectClose(got[output] ?? [], want, want.allowance);
    }
  });

  test("one column is all mean: beta comes out", async () => {
    const got = await pass({ rows: 2, cols: 1, rate: 0 });
    expectClose(got["y"] ?? [], forward(inputsOf({ rows: 2, cols: 1, rate: 0 })));
    expect([...(got["dx"] ?? [])].map(Math.abs)).toEqual([0, 0]);
  });

  test("1,024 columns", async () => {
    const shape = { rows: 3, cols: 1024, rate: 0.1 };
    const got = await pass(shape);
    const inputs = inputsOf(shape);
    expectClose(got["y"] ?? [], forward(inputs));
    const way = normals("way", 3 * 1024);
    const along = (t: number) => forward({ ...inputs, x: inputs.x.map((x, i) => x + t * at(way, i)) }).value;
    const slope =
      (dot(inputs.dy, along(differenceStep)) - dot(inputs.dy, along(-differenceStep))) / (2 * differenceStep);
    const dx = Float64Array.from(got["dx"] ?? []);
    const magnitude = Float64Array.of(dot(way.map(Math.abs), dx.map(Math.abs)));
    expectClose([dot(way, dx)], { value: Float64Array.of(slope), magnitude }, 1e-6);
  });

  test("more rows than a dispatch has workgroups in one dimension", async () => {
    const rows = 65_535 * 8 + 1;
    await onDevice(device, async (b) => {
      const s = b.scope();
      const y = guarded(b, "norm", [rows, 2]);
      const values = Float32Array.from({ length: rows * 2 }, (_, index) => (index % 2 === 0 ? 3 : -1));
      const gamma = paramOf(b, "gamma", [2], [1, 2]);
      const beta = paramOf(b, "beta", [2], [0, 1]);
      const x = b.tensor("x", [rows, 2], values);
      residualLayerNorm(s, "norm", x, null, gamma.param, beta.param, { epsilon: 0, dropout: 0 });
      const got = await y.read();
      expect(got.findIndex((value, index) => value !== (index % 2 === 0 ? 1 : -1))).toBe(-1);
    });
  });

  test("control: a gradient without its mean term is seen", async () => {
    const shape = { rows: 3, cols: 32, rate: 0 };
    const got = await pass(shape);
    const inputs = inputsOf(shape);
    const want = derivative(inputs, "x");
    const value = want.value.map((each, index) => each + at(inputs.dy, index) / 32);
    expect(difference(got["dx"] ?? [], { ...want, value }, want.allowance)).not.toBeNull();
  });
});
