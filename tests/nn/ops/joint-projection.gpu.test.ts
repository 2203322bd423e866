import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { jointProjection } from "../../../src/nn/ops/joint-projection.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { jointProjection as reference } from "../../reference/joint-projection.ts";
import { dot, normals, paramOf } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface Case {
  readonly rows: number;
  readonly cols: number;
  readonly heads: number;
  readonly size: number;
}

const parts = ["query", "key", "value"] as const;

function material({ rows, cols, heads, size }: Case) {
  const width = heads * size;
  return {
    input: {
      x: normals("x", rows * cols),
      weight: normals("weight", 3 * width * cols),
      queryBias: normals("q bias", width),
      valueBias: normals("v bias", width),
      cols,
      heads,
      size,
    },
    dout: parts.map((part) => normals(`d${part}`, rows * width)),
  };
}

type Material = ReturnType<typeof material>;

/** Forward and `passes` backwards of one step; dx begins as ones. */
async function run({ rows, cols, heads, size }: Case, { input, dout }: Material, passes: number) {
  const got: Record<string, Float32Array> = {};
  await onDevice(device, async (b) => {
    const width = heads * size;
    const outs = parts.map((part) => guarded(b, `layer ${part}`, [rows, width]));
    const weight = paramOf(b, "weight", [3 * width, cols], input.weight);
    const query = paramOf(b, "q bias", [width], input.queryBias);
    const value = paramOf(b, "v bias", [width], input.valueBias);
    const dx = b.tensor("dx", [rows, cols], new Float32Array(rows * cols).fill(1));
    const x = b.tensor("x", [rows, cols], input.x);
    const biases = { query: query.param, value: value.param };
    const s = b.scope();
    const way = jointProjection(s, "layer", x, weight.param, biases, heads);
    const [dq, dk, dv] = dout.map((values, part) => b.tensor(`d ${part}`, [rows, width], values));
    if (dq === undefined || dk === undefined || dv === undefined) throw new Error("three are wanted");
    for (let turn = 0; turn < passes; turn++) way.back(s, { dq, dk, dv }, dx);
    for (const [part, out] of outs.entries()) got[parts[part] ?? ""] = await out.read();
    got["weight"] = await weight.grad.read();
    got["queryBias"] = await query.grad.read();
    got["valueBias"] = await value.grad.read();
    got["x"] = await b.read(dx);
  });
  return got;
}

/** The sum of dout · out over the three. */
function loss(input: Material["input"], dout: Material["dout"]): number {
  return reference(input).reduce((sum, { value }, part) => sum + dot(dout[part] ?? new Float64Array(), value), 0);
}

const cases: readonly Case[] = [
  { rows: 1, cols: 1, heads: 1, size: 1 },
  { rows: 5, cols: 7, heads: 3, size: 2 },
  { rows: 9, cols: 33, heads: 1, size: 5 },
  { rows: 3, cols: 8, heads: 4, size: 3 },
];

describe("joint projection", () => {
  test.each(cases)(
    "$rows rows of $cols, $heads heads of $size, there and back; a second backward adds",
    async (shape) => {
      const made = material(shape);
      const { input, dout } = made;
      const [once, twice] = [await run(shape, made, 1), await run(shape, made, 2)];
      for (const [part, want] of reference(input).entries()) expectClose(once[parts[part] ?? ""] ?? [], want);
      for (const name of ["x", "weight", "queryBias", "valueBias"] as const) {
        const value = gradient((point) => loss({ ...input, [name]: point }, dout), input[name]);
        // What is summed over is at most all rows or all three outputs, of products with normals.
        const magnitude = value.map(() => 16 * Math.max(shape.rows, 3 * shape.heads * shape.size) + 2);
        const began = name === "x" ? 1 : 0;
        // Linear in each: a central difference has only its float64 rounding.
        expectClose(once[name] ?? [], { value: value.map((slope) => began + slope), magnitude }, 1e-9);
        expectClose(twice[name] ?? [], { value: value.map((slope) => began + 2 * slope), magnitude }, 1e-9);
      }
    },
  );

  test("control: three matrices one behind another are another layout", async () => {
    const shape = { rows: 5, cols: 7, heads: 3, size: 2 };
    const made = material(shape);
    const got = await run(shape, made, 1);
    const { weight, cols, size, heads } = made.input;
    const behind = Float64Array.from(weight, (_, index) => {
      const [row, col] = [Math.floor(index / cols), index % cols];
      const [head, part, d] = [Math.floor(row / (3 * size)), Math.floor(row / size) % 3, row % size];
      return at(weight, ((part * heads + head) * size + d) * cols + col);
    });
    const [query] = reference({ ...made.input, weight: behind });
    if (query === undefined) throw new Error("three are wanted");
    expect(difference(got["query"] ?? [], query)).not.toBeNull();
  });
});
