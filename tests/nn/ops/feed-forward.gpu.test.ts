import { afterAll, beforeAll, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { feedForward } from "../../../src/nn/ops/linear.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { matmul } from "../../reference/matmul.ts";
import type { MatmulLayout, MatmulSizes } from "../../reference/matmul.ts";
import { maskOf, normals, paramOf } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const [rows, width, inner] = [7, 6, 9];
const x = normals("x", rows * width);
const [w1, b1] = [normals("w1", inner * width), normals("b1", inner)];
const [w2, b2] = [normals("w2", width * inner), normals("b2", width)];
const dy = normals("dy", rows * width);

const exact = (value: Float64Array): Reference => ({ value, magnitude: new Float64Array(value.length) });

/** A product whose factors are off by the rounding of their own magnitudes. */
function product(
  layout: MatmulLayout,
  a: Reference,
  b: Reference,
  sizes: MatmulSizes,
  bias: Float64Array | null = null,
): Reference {
  const most = ({ value, magnitude }: Reference) => value.map((each, place) => Math.abs(each) + at(magnitude, place));
  const { magnitude } = matmul(layout, most(a), most(b), sizes, bias?.map(Math.abs) ?? null);
  return { value: matmul(layout, a.value, b.value, sizes, bias).value, magnitude };
}

const times = ({ value, magnitude }: Reference, factors: Float64Array): Reference => ({
  value: value.map((each, place) => each * at(factors, place)),
  magnitude: magnitude.map((each, place) => (each + Math.abs(at(value, place))) * at(factors, place)),
});

/** Both ways in float64: y = (mask / keep · relu(x W1ᵀ + b1)) W2ᵀ + b2. */
function wanted(rate: number) {
  const up = { M: rows, N: inner, K: width };
  const down = { M: rows, N: width, K: inner };
  const kept = maskOf("part activated dropout", rows * inner, rate).map((each) => each / Math.fround(1 - rate));
  const before = product("nt", exact(x), exact(w1), up, b1);
  const open = before.value.map((each) => (each > 0 ? 1 : 0));
  const shares = kept.map((each, place) => each * at(open, place));
  const dropped = times(before, shares);
  const dbefore = times(product("nn", exact(dy), exact(w2), up), shares);
  const ones = exact(new Float64Array(rows).fill(1));
  return {
    y: product("nt", dropped, exact(w2), down, b2),
    dx: product("nn", dbefore, exact(w1), down),
    w1: product("tn", dbefore, exact(x), { M: inner, N: width, K: rows }),
    b1: product("tn", ones, dbefore, { M: 1, N: inner, K: rows }),
    w2: product("tn", exact(dy), dropped, { M: width, N: inner, K: rows }),
    b2: product("tn", ones, exact(dy), { M: 1, N: width, K: rows }),
  };
}

test.each([0, 0.4])("two Linears with dropout %d behind the activation between them, there and back", async (rate) => {
  const want = wanted(rate);
  await onDevice(device, async (b) => {
    const s = b.scope();
    const params = {
      w1: paramOf(b, "w1", [inner, width], w1),
      b1: paramOf(b, "b1", [inner], b1),
      w2: paramOf(b, "w2", [width, inner], w2),
      b2: paramOf(b, "b2", [width], b2),
    };
    const pass = feedForward(s, "part", b.tensor("x", [rows, width], x), {
      expand: { weight: params.w1.param, bias: params.b1.param },
      activation: "relu",
      contract: { weight: params.w2.param, bias: params.b2.param },
      dropout: rate,
    });
    const dx = b.tensor("dx", [rows, width], new Float32Array(rows * width));
    pass.back(s, b.tensor("dy", [rows, width], dy), dx, 0);
    expectClose(await b.read(pass.out), want.y);
    expectClose(await b.read(dx), want.dx);
    for (const name of ["w1", "b1", "w2", "b2"] as const) expectClose(await params[name].grad.read(), want[name]);
    // Control: the other rate gives other numbers.
    expect(difference(await b.read(dx), wanted(0.4 - rate).dx)).not.toBeNull();
  });
});
