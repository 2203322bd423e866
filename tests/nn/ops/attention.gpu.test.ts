import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawUniform } from "../../../src/core/rng.ts";
import type { Device } from "../../../src/gpu/device.ts";
import type { Inputs } from "../../../src/nn/inputs.ts";
import type { AttentionVariant } from "../../../src/nn/kernels.ts";
import { attention, attentionVariants, portableAttention } from "../../../src/nn/ops/attention.ts";
import { lanesOf } from "../../../src/nn/tuning/candidates.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { attention as reference } from "../../reference/attention.ts";
import type { AttentionInput } from "../../reference/attention.ts";
import { gradientMagnitudes } from "../../reference/attention-magnitude.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { differenceStep, directionalDerivative, partialDerivatives } from "../../reference/finite-difference.ts";
import { batchOf, inputsOf } from "../batch.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface Case {
  readonly lengths: readonly number[];
  readonly heads: number;
  readonly size: number;
  readonly rate: number;
  readonly causal?: boolean;
}

const label = "context";
const operands = ["q", "k", "v"] as const;
const gradients = ["dq", "dk", "dv"] as const;

/** The same numbers for device and reference, and the mask that the device should draw. */
function material({ lengths, heads, size, rate, causal = false }: Case): AttentionInput & { dout: Float64Array } {
  const offsets = Array.from(batchOf(lengths, () => 0).offsets);
  const count = at(offsets, lengths.length) * heads * size;
  const keepShare = Math.fround(1 - rate);
  const drawn = (b: number, h: number, i: number, j: number) =>
    drawUniform(1, label, 1, ((at(offsets, b) + i) * heads + h) * 512 + j) < keepShare ? 1 : 0;
  const [q, k, v, dout] = [normals("q", count), normals("k", count), normals("v", count), normals("dout", count)];
  return { q, k, v, dout, offsets, heads, headSize: size, keep: rate === 0 ? null : drawn, keepShare, causal };
}

type Results = Readonly<Record<"out" | "statistics" | (typeof gradients)[number], Float32Array>>;

/** Variants that this device can run: those for fewer lanes than it has run as well. */
function variants(): readonly AttentionVariant[] {
  return [...attentionVariants.values()].filter(({ lanes = 0 }) => lanes <= lanesOf(device));
}

/** Attention there and back on the device, every output poisoned and guarded. */
async function pass(
  { lengths, heads, size, rate, causal = false }: Case,
  input: ReturnType<typeof material>,
  variant = portableAttention,
): Promise<Results> {
  const got: Results[] = [];
  await onDevice(device, async (b) => {
    const inputs = inputsOf(
      b,
      batchOf(lengths, () => 0),
    );
    const shape = [inputs.tokenCount, heads * size];
    const [out, dq, dk, dv] = [
      guarded(b, label, shape),
      guarded(b, "temporary dq", shape),
      guarded(b, "temporary dk", shape),
      guarded(b, "temporary dv", shape),
    ];
    const rows = variant !== portableAttention || size % 4 === 0 ? label : `${label} padded`;
    const statistics = guarded(b, `${rows} statistics`, [inputs.tokenCount, heads, 2]);
    const [q, k, v] = [b.tensor("q", shape, input.q), b.tensor("k", shape, input.k), b.tensor("v", shape, input.v)];
    const s = { ...b.scope(), kernels: { ...portableKernels, attention: () => variant } };
    const way = attention(s, label, { q, k, v }, inputs, { heads, dropout: rate, causal });
    expect(way.out.shape).toEqual(shape);
    const d = way.back(s, b.tensor("dout", shape, input.dout));
    expect([d.dq.shape, d.dk.shape, d.dv.shape]).toEqual([shape, shape, shape]);
    got.push({
      out: await out.read(),
      statistics: await statistics.read(),
      dq: await dq.read(),
      dk: await dk.read(),
      dv: await dv.read(),
    });
  });
  const [results] = got;
  if (results === undefined) throw new Error("The device gave nothing.");
  return results;
}

/** The scalar whose gradients the backward gives: sum of dout · out. */
function loss(input: AttentionInput, dout: Float64Array): number {
  return dot(dout, reference(input).out.value);
}

/** Highest Euclidean norm of one head's part of a row. */
function longestRow(values: Float64Array, size: number): number {
  let most = 0;
  for (let row = 0; row < values.length; row += size) {
    most = Math.max(most, Math.hypot(...values.subarray(row, row + size)));
  }
  return most;
}

/**
 * What central differences are off by: h² / 6 of the third derivative. A row of the loss is a mean of products under the
 * row's weights; its third derivative is a joint cumulant, at most four times (range of the products) · (range of a
 * score's slope)³. A change of q is in one row, a change of k in every row, where all weights of a column sum to less
 * than the rows. The float64 loss itself is off by 2^-52 of its terms, over h.
 */
function truncation(input: ReturnType<typeof material>): number {
  const { q, k, v, dout, headSize, keepShare } = input;
  const most = (values: Float64Array) => values.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
  const spread = (2 * longestRow(dout, headSize) * longestRow(v, headSize)) / keepShare;
  const slope = (2 * Math.max(most(q), most(k))) / Math.sqrt(headSize);
  const rounding = (2 ** -52 * dot(dout.map(Math.abs), reference(input).out.magnitude)) / differenceStep;
  return (differenceStep ** 2 / 6) * 4 * spread * slope ** 3 + rounding;
}

/** A few elements that reach every part of a tensor: its ends and places between them. */
function chosen(count: number, wanted: number): readonly number[] {
  if (count <= wanted) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: wanted }, (_, index) => Math.floor((index * (count - 1)) / (wanted - 1)));
}

/** Single partial derivatives, and each whole gradient along one direction, to compare the device's with. */
function wantedGradients(input: ReturnType<typeof material>, wanted: number): (got: Results) => void {
  const terms = gradientMagnitudes(input, input.dout);
  const allowance = truncation(input);
  const picked = chosen(input.q.length, wanted);
  const way = normals("way", input.q.length).map((value) => value / Math.sqrt(input.q.length));
  const expected = operands.map((name, place) => {
    const gradient = gradients[place] ?? "dq";
    const f = (point: Float64Array) => loss({ ...input, [name]: point }, input.dout);
    const single: Reference = {
      value: partialDerivatives(f, input[name], picked),
      magnitude: Float64Array.from(picked, (index) => at(terms[gradient], index)),
    };
    const along: Reference = {
      value: Float64Array.of(directionalDerivative(f, input[name], way)),
      magnitude: Float64Array.of(dot(way.map(Math.abs), terms[gradient])),
    };
    return { gradient, single, along };
  });
  return (got) => {
    for (const { gradient, single, along } of expected) {
      const found = picked.map((index) => at(got[gradient], index));
      expectClose(found, single, allowance);
      expectClose([dot(way, Float64Array.from(got[gradient]))], along, allowance);
    }
  };
}

// A workgroup has 32 lanes: 128 keys at once, and 32 columns of four at once.
const cases: readonly (Case & { readonly wanted: number })[] = [
  { lengths: [1], heads: 1, size: 4, rate: 0, wanted: 99 },
  { lengths: [2, 1, 7], heads: 3, size: 8, rate: 0, wanted: 99 },
  { lengths: [5, 1, 13, 4, 8, 3], heads: 2, size: 16, rate: 0.1, wanted: 60 },
  { lengths: [31, 32, 33], heads: 2, size: 32, rate: 0.1, wanted: 20 },
  { lengths: [3, 67], heads: 2, size: 64, rate: 0, wanted: 12 },
  { lengths: [17], heads: 1, size: 128, rate: 0.25, wanted: 20 },
  { lengths: [5, 9], heads: 2, size: 132, rate: 0.1, wanted: 12 },
  { lengths: [6, 11], heads: 2, size: 33, rate: 0.1, wanted: 30 },
  { lengths: [9, 2], heads: 3, size: 26, rate: 0, wanted: 30 },
  { lengths: [4, 5], heads: 3, size: 1, rate: 0.5, wanted: 27 },
  { lengths: [127, 128, 129], heads: 1, size: 4, rate: 0.1, wanted: 10 },
  { lengths: [257, 512], heads: 1, size: 8, rate: 0.1, wanted: 2 },
  { lengths: [1, 2, 7], heads: 2, size: 8, rate: 0, causal: true, wanted: 60 },
  { lengths: [5, 1, 13, 4, 8, 3], heads: 2, size: 16, rate: 0.1, causal: true, wanted: 60 },
  { lengths: [33], heads: 1, size: 33, rate: 0.1, causal: true, wanted: 20 },
  { lengths: [129, 512], heads: 1, size: 8, rate: 0.1, causal: true, wanted: 2 },
];

describe("attention", () => {
  test.each(cases)(
    "$lengths tokens, $heads heads of $size, dropout $rate, causal $causal, there and back",
    async (shape) => {
      const input = material(shape);
      const { out, lse } = reference(input);
      const tokens = lse.value.length / shape.heads;
      const byToken = (values: Float64Array) =>
        values.map((_, place) => at(values, (place % shape.heads) * tokens + Math.floor(place / shape.heads)));
      const expectGradients = wantedGradients(input, shape.wanted);
      for (const variant of variants()) {
        const got = await pass(shape, input, variant);
        expectClose(got.out, out);
        const sums = got.statistics.filter((_, place) => place % 2 === 0);
        expectClose(sums, { value: byToken(lse.value), magnitude: byToken(lse.magnitude) });
        expectGradients(got);
      }
    },
  );

  test("rows of probabilities sum to one", async () => {
    const shape = { lengths: [1, 2, 31, 129, 512], heads: 2, size: 8, rate: 0 };
    const input = material(shape);
    const ones = { ...input, v: input.v.map(() => 1) };
    for (const variant of variants()) {
      const got = await pass(shape, ones, variant);
      expectClose(got.out, { ...reference(ones).out, value: ones.v });
    }
  });

  test("what stands later moves no row before it, there and back", async () => {
    const shape = { lengths: [6, 21], heads: 2, size: 8, rate: 0.1, causal: true };
    const input = material(shape);
    const behind = (values: Float64Array) => values.map((value, place) => (place >= 17 * 16 ? 100 : value));
    const other = { ...input, q: behind(input.q), k: behind(input.k), v: behind(input.v) };
    for (const variant of variants()) {
      const [got, moved] = [await pass(shape, input, variant), await pass(shape, other, variant)];
      const before = ({ out, dq }: Results) => [out.slice(0, 17 * 16), dq.slice(0, 17 * 16)];
      expect(before(moved)).toEqual(before(got));
      expect(moved.out).not.toEqual(got.out);
    }
  });

  test("a sequence gives the same bits alone and among others", async () => {
    const heads = 2;
    const size = 16;
    const width = heads * size;
    const together = { lengths: [7, 21, 40], heads, size, rate: 0 };
    const input = material(together);
    const part = (values: Float64Array) => values.slice(7 * width, 28 * width);
    const { q, k, v, dout } = input;
    const own = { ...input, q: part(q), k: part(k), v: part(v), dout: part(dout), offsets: [0, 21] };
    for (const variant of variants()) {
      const all = await pass(together, input, variant);
      const alone = await pass({ ...together, lengths: [21] }, own, variant);
      for (const name of ["out", ...gradients] as const) {
        expect(alone[name]).toEqual(all[name].slice(7 * width, 28 * width));
      }
    }
  });

  test("scores far apart: the highest takes all, and nothing overflows", async () => {
    const shape = { lengths: [40], heads: 1, size: 4, rate: 0 };
    const input = material(shape);
    const far = { ...input, q: input.q.map((value) => value * 2 ** 12) };
    for (const variant of variants()) {
      const got = await pass(shape, far, variant);
      expectClose(got.out, reference(far).out);
      expect(gradients.every((name) => got[name].every((value) => Number.isFinite(value)))).toBe(true);
    }
  });

  test("more blocks than a dispatch has workgroups in one dimension", async () => {
    const shape = { lengths: Array.from({ length: 13_200 }, () => 1), heads: 4, size: 4, rate: 0 };
    const input = material(shape);
    const got = await pass(shape, input);
    // A token that sees itself alone: out = v, dv = dout, and no gradient of q and k.
    expect(got.out).toEqual(Float32Array.from(input.v));
    expect(got.dv).toEqual(Float32Array.from(input.dout));
    const size = Float64Array.from(input.dout, (value, index) => Math.abs(value * at(input.v, index)));
    const magnitude = size.map((_, index) => {
      const start = index - (index % 4);
      return 10 * size.subarray(start, start + 4).reduce((sum, each) => sum + each, 0);
    });
    const nothing = { value: new Float64Array(size.length), magnitude };
    expectClose(got.dq, nothing);
    expectClose(got.dk, nothing);
  });

  test("refuses sequences of more than 512 tokens and shapes that do not fit", async () => {
    await onDevice(device, async (b) => {
      const inputs = inputsOf(
        b,
        batchOf([4], () => 0),
      );
      const x = b.tensor("x", [4, 8], new Float32Array(32));
      const run = (heads: number, given: Inputs) => () =>
        attention(b.scope(), label, { q: x, k: x, v: x }, given, { heads, dropout: 0 });
      expect(run(2, { ...inputs, maxLength: 513 })).toThrow(expect.objectContaining({ code: "too-large" }));
      expect(run(3, inputs)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
      expect(run(2, { ...inputs, tokenCount: 5 })).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    });
  });

  test("control: another mask, and a gradient with its sign flipped, are seen", async () => {
    const shape = { lengths: [5, 9], heads: 2, size: 8, rate: 0.2 };
    const input = material(shape);
    const got = await pass(shape, input);
    const keep = (b: number, h: number, i: number, j: number) => input.keep?.(b, h, j, i) ?? 1;
    expect(difference(got.out, reference({ ...input, keep }).out)).not.toBeNull();
    expect(difference(got.out, reference({ ...input, causal: true }).out)).not.toBeNull();
    const flipped = { ...got, dk: got.dk.map((value) => -value) };
    const expectGradients = wantedGradients(input, 5);
    expect(() => expectGradients(got)).not.toThrow();
    expect(() => expectGradients(flipped)).toThrow(/elements differ/);
  });
});
