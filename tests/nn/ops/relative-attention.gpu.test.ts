import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawUniform } from "../../../src/core/rng.ts";
import type { Device } from "../../../src/gpu/device.ts";
import type { AttentionVariant } from "../../../src/nn/kernels.ts";
import { loadInputs, plainTokens } from "../../../src/nn/inputs.ts";
import { attentionVariants } from "../../../src/nn/ops/attention.ts";
import { relativeAttention } from "../../../src/nn/ops/relative-attention.ts";
import { reachedRows, relativeRow, relativeRowCount } from "../../../src/nn/relative-positions.ts";
import type { RelativePositions } from "../../../src/nn/relative-positions.ts";
import { lanesOf } from "../../../src/nn/tuning/candidates.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import { attention as reference, scoreScale } from "../../reference/attention.ts";
import type { AttentionInput, RelativeInput } from "../../reference/attention.ts";
import { gradientMagnitudes } from "../../reference/attention-magnitude.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { differenceStep, directionalDerivative, partialDerivatives } from "../../reference/finite-difference.ts";
import { batchOf } from "../batch.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface Case {
  readonly lengths: readonly number[];
  readonly heads: number;
  readonly size: number;
  readonly rate: number;
  readonly positions: RelativePositions;
  readonly terms: "both" | "keys" | "queries";
}

const label = "context";

/** Two numbers a place: the row it stands for is the batch's, not the table's. */
function material({ lengths, heads, size, rate, positions, terms }: Case) {
  const offsets = Array.from(batchOf(lengths, () => 0).offsets);
  const count = at(offsets, lengths.length) * heads * size;
  const keepShare = Math.fround(1 - rate);
  const drawn = (b: number, h: number, i: number, j: number) =>
    drawUniform(1, label, 1, ((at(offsets, b) + i) * heads + h) * 512 + j) < keepShare ? 1 : 0;
  const { rows } = reachedRows(Math.max(...lengths), positions);
  const table = (name: "keys" | "queries") =>
    terms === "both" || terms === name ? normals(name, rows.length * heads * size, 0.5) : null;
  const relative: RelativeInput = {
    keys: table("keys"),
    queries: table("queries"),
    rowOf: (distance) => rows.indexOf(relativeRow(distance, positions)),
  };
  const [q, k, v, dout] = ["q", "k", "v", "dout"].map((name) => normals(name, count, 0.5));
  if (q === undefined || k === undefined || v === undefined || dout === undefined) throw new Error("no numbers");
  const keep = rate === 0 ? null : drawn;
  return { q, k, v, dout, offsets, heads, headSize: size, keep, keepShare, relative };
}

type Material = ReturnType<typeof material>;
type Results = Readonly<Record<"out" | "dq" | "dk" | "dv" | "dkeys" | "dqueries", Float32Array>>;

/** Variants that this device can run; those by blocks stand for devices without subgroups. */
function variants(): readonly AttentionVariant[] {
  return [...attentionVariants.values()].filter(({ lanes = 0 }) => lanes <= lanesOf(device));
}

/** There and back on the device, every output poisoned and guarded. */
async function pass(shape: Case, input: Material, variant: AttentionVariant): Promise<Results> {
  const { lengths, heads, size, rate, positions } = shape;
  const got: Results[] = [];
  await onDevice(device, async (b) => {
    const batch = batchOf(lengths, () => 0);
    const inputs = loadInputs(b.device, b.scope().mem, batch, { ...plainTokens, relative: positions });
    const { relative } = inputs;
    if (relative === null) throw new Error("nothing relative");
    const wide = [inputs.tokenCount, heads * size];
    const tall = [relative.rows.shape[0] ?? 0, heads * size];
    const table = (name: "keys" | "queries") => {
      const values = input.relative[name];
      if (values === null) return null;
      const gradient = guarded(b, `temporary d relative ${name}`, tall);
      return { value: b.tensor(name, tall, values), gradient };
    };
    const [keys, queries] = [table("keys"), table("queries")];
    const [out, dq, dk, dv] = [
      guarded(b, label, wide),
      guarded(b, "temporary dq", wide),
      guarded(b, "temporary dk", wide),
      guarded(b, "temporary dv", wide),
    ];
    const [q, k, v] = [b.tensor("q", wide, input.q), b.tensor("k", wide, input.k), b.tensor("v", wide, input.v)];
    const s = { ...b.scope(), kernels: { ...portableKernels, attention: () => variant } };
    const options = { heads, dropout: rate, scale: scoreScale(input) };
    const tables = { keys: keys?.value ?? null, queries: queries?.value ?? null };
    const way = relativeAttention(s, label, { q, k, v }, { ...inputs, relative }, options, tables);
    const d = way.back(s, b.tensor("dout", wide, input.dout));
    expect([d.tables.keys?.shape, d.tables.queries?.shape]).toEqual([
      keys === null ? undefined : tall,
      queries === null ? undefined : tall,
    ]);
    got.push({
      out: await out.read(),
      dq: await dq.read(),
      dk: await dk.read(),
      dv: await dv.read(),
      dkeys: (await keys?.gradient.read()) ?? new Float32Array(),
      dqueries: (await queries?.gradient.read()) ?? new Float32Array(),
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

/** As in the test of attention: a central difference is off by h² / 6 of the third derivative, a joint cumulant in every row. */
function truncation({ q, k, v, dout, headSize, keepShare, relative, ...rest }: Material): number {
  const most = (values: Float64Array | null) =>
    values?.reduce((high, value) => Math.max(high, Math.abs(value)), 0) ?? 0;
  const longest = (values: Float64Array) =>
    Math.max(
      ...Array.from({ length: values.length / headSize }, (_, row) =>
        Math.hypot(...values.subarray(row * headSize, (row + 1) * headSize)),
      ),
    );
  const spread = (2 * longest(dout) * longest(v)) / keepShare;
  const steepest = Math.max(most(q) + most(relative.queries), most(k) + most(relative.keys));
  const slope = 2 * steepest * scoreScale({ headSize, relative });
  const magnitude = reference({ q, k, v, headSize, keepShare, relative, ...rest }).out.magnitude;
  return (
    (differenceStep ** 2 / 6) * 4 * spread * slope ** 3 +
    (2 ** -52 * dot(dout.map(Math.abs), magnitude)) / differenceStep
  );
}

/** Some elements of every gradient, and each along one direction. */
function wantedGradients(input: Material, wanted: number): (got: Results) => void {
  const terms = gradientMagnitudes(input, input.dout);
  const allowance = truncation(input);
  const { relative } = input;
  const points: readonly (readonly [
    gradient: Exclude<keyof Results, "out">,
    point: Float64Array | null,
    moved: (point: Float64Array) => AttentionInput,
  ])[] = [
    ["dq", input.q, (q) => ({ ...input, q })],
    ["dk", input.k, (k) => ({ ...input, k })],
    ["dv", input.v, (v) => ({ ...input, v })],
    ["dkeys", relative.keys, (keys) => ({ ...input, relative: { ...relative, keys } })],
    ["dqueries", relative.queries, (queries) => ({ ...input, relative: { ...relative, queries } })],
  ];
  const expected = points.flatMap(([name, point, moved]) => {
    if (point === null) return [];
    const f = (values: Float64Array) => loss(moved(values), input.dout);
    const picked = Array.from({ length: Math.min(wanted, point.length) }, (_, index) =>
      Math.floor((index * (point.length - 1)) / Math.max(1, Math.min(wanted, point.length) - 1)),
    );
    const way = normals("way", point.length).map((value) => value / Math.sqrt(point.length));
    const single = {
      value: partialDerivatives(f, point, picked),
      magnitude: Float64Array.from(picked, (index) => at(terms[name], index)),
    };
    const along = {
      value: Float64Array.of(directionalDerivative(f, point, way)),
      magnitude: Float64Array.of(dot(way.map(Math.abs), terms[name])),
    };
    return [{ name, picked, way, single, along }];
  });
  return (got) => {
    for (const { name, picked, way, single, along } of expected) {
      expectClose(
        picked.map((index) => at(got[name], index)),
        single,
        allowance,
      );
      expectClose([dot(way, Float64Array.from(got[name]))], along, allowance);
    }
  };
}

const near: RelativePositions = { span: 8, buckets: 0 };
const far: RelativePositions = { span: 64, buckets: 0 };
const grouped: RelativePositions = { span: 24, buckets: 6 };
const cases: readonly (Case & { readonly wanted: number })[] = [
  { lengths: [1], heads: 1, size: 4, rate: 0, positions: near, terms: "both", wanted: 9 },
  { lengths: [2, 1, 7], heads: 3, size: 8, rate: 0, positions: far, terms: "both", wanted: 40 },
  { lengths: [5, 1, 13, 4, 8, 3], heads: 2, size: 6, rate: 0.1, positions: near, terms: "both", wanted: 40 },
  { lengths: [3, 16, 17], heads: 2, size: 5, rate: 0.1, positions: near, terms: "keys", wanted: 30 },
  { lengths: [33, 31], heads: 1, size: 8, rate: 0, positions: grouped, terms: "queries", wanted: 20 },
  { lengths: [40, 7], heads: 1, size: 33, rate: 0.2, positions: grouped, terms: "both", wanted: 8 },
  { lengths: [4, 65], heads: 1, size: 4, rate: 0, positions: far, terms: "both", wanted: 8 },
];

describe("relative attention", () => {
  test.each(cases)(
    "$lengths tokens, $heads heads of $size, dropout $rate, $positions, $terms, there and back",
    async (shape) => {
      const input = material(shape);
      const { out } = reference(input);
      const expectGradients = wantedGradients(input, shape.wanted);
      for (const variant of variants()) {
        const got = await pass(shape, input, variant);
        expectClose(got.out, out);
        expectGradients(got);
      }
    },
  );

  test("gives the same bits each time, and a sequence's are the same among longer ones", async () => {
    const shape: Case = { lengths: [9, 21], heads: 2, size: 8, rate: 0, positions: grouped, terms: "both" };
    const input = material(shape);
    for (const variant of variants()) {
      const got = await pass(shape, input, variant);
      expect(await pass(shape, input, variant)).toEqual(got);
      const { rows } = reachedRows(21, grouped);
      const own = reachedRows(9, grouped).rows;
      const part = (values: Float64Array) => values.slice(0, 9 * 16);
      const reached = (table: Float64Array | null) => {
        if (table === null) throw new Error("no table");
        return table.slice(rows.indexOf(own[0] ?? 0) * 16, (rows.indexOf(own.at(-1) ?? 0) + 1) * 16);
      };
      const { q, k, v, dout, relative } = input;
      const cut = { ...input, q: part(q), k: part(k), v: part(v), dout: part(dout), offsets: [0, 9] };
      const tables = { ...relative, keys: reached(relative.keys), queries: reached(relative.queries) };
      const alone = await pass({ ...shape, lengths: [9] }, { ...cut, relative: tables }, variant);
      for (const name of ["out", "dq", "dk", "dv"] as const) expect(alone[name]).toEqual(got[name].slice(0, 9 * 16));
    }
  });

  test("refuses tables of another number of rows", async () => {
    await onDevice(device, async (b) => {
      const batch = batchOf([4], () => 0);
      const inputs = loadInputs(b.device, b.scope().mem, batch, { ...plainTokens, relative: near });
      const { relative } = inputs;
      if (relative === null) throw new Error("nothing relative");
      const x = b.tensor("x", [4, 8], new Float32Array(32));
      const tables = { keys: b.tensor("table", [6, 8], new Float32Array(48)), queries: null };
      const run = () =>
        relativeAttention(
          b.scope(),
          label,
          { q: x, k: x, v: x },
          { ...inputs, relative },
          { heads: 2, dropout: 0, scale: 1 },
          tables,
        );
      expect(run).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    });
  });

  test("control: distances the other way round, and a gradient with its sign flipped, are seen", async () => {
    const shape: Case = { lengths: [5, 9], heads: 2, size: 8, rate: 0, positions: near, terms: "both" };
    const input = material(shape);
    const [variant] = variants();
    if (variant === undefined) throw new Error("no variant");
    const got = await pass(shape, input, variant);
    const { relative } = input;
    const turned = { ...relative, rowOf: (distance: number) => relative.rowOf(-distance) };
    expect(difference(got.out, reference({ ...input, relative: turned }).out)).not.toBeNull();
    const expectGradients = wantedGradients(input, 5);
    expect(() => expectGradients(got)).not.toThrow();
    for (const name of ["dkeys", "dqueries"] as const) {
      expect(() => expectGradients({ ...got, [name]: got[name].map((value) => -value) })).toThrow(/elements differ/);
    }
  });
});

describe("rows of relative positions", () => {
  test("each distance has a row of its own as far as the table goes, and the last one beyond", () => {
    const rows = [-9, -8, -1, 0, 1, 7, 8, 400].map((distance) => relativeRow(distance, near));
    expect(rows).toEqual([0, 0, 7, 8, 9, 15, 15, 15]);
    expect(relativeRowCount(near)).toBe(16);
  });

  test("buckets are DeBERTa v3's", () => {
    const positions = { span: 512, buckets: 256 };
    const bucket = (distance: number) => relativeRow(distance, positions) - 256;
    expect([1, 128, 129, 140, 200, 300, 511].map(bucket)).toEqual([1, 128, 129, 137, 169, 207, 255]);
    expect([-128, -129, -140, -511].map(bucket)).toEqual([-128, -129, -137, -255]);
  });

  test("a batch reads the rows of its distances, each with where its distances begin", () => {
    const { rows, places, starts } = reachedRows(12, { span: 8, buckets: 4 });
    const all = Array.from({ length: 23 }, (_, index) => relativeRow(index - 11, { span: 8, buckets: 4 }));
    expect([...places].map((place) => rows[place])).toEqual(all);
    expect([...rows]).toEqual([...new Set(all)]);
    expect(all.every((_, index) => (starts[places[index] ?? 0] ?? 0) <= index)).toBe(true);
    expect(all.every((_, index) => index < (starts[(places[index] ?? 0) + 1] ?? 0))).toBe(true);
  });
});
