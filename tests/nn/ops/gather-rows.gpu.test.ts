import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { gatherRows } from "../../../src/nn/ops/gather-rows.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at, exactReference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { dot, normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface Case {
  readonly entries: number;
  readonly cols: number;
  readonly places: readonly number[];
}

function gathered(x: Float64Array, { cols, places }: Case): Float64Array {
  return Float64Array.from({ length: places.length * cols }, (_, index) =>
    at(x, at(places, Math.floor(index / cols)) * cols + (index % cols)),
  );
}

async function run(shape: Case) {
  const { entries, cols, places } = shape;
  const x = normals("x", entries * cols);
  const dout = normals("dout", places.length * cols);
  let got: Record<"out" | "dx", Float32Array> = { out: new Float32Array(), dx: new Float32Array() };
  await onDevice(device, async (b) => {
    const out = guarded(b, "out", [places.length, cols]);
    const dx = guarded(b, "dx", [entries, cols]);
    const s = b.scope();
    const rows = b.tensor("places", [places.length], Uint32Array.from(places));
    const pass = gatherRows(s, "out", b.tensor("x", [entries, cols], x), rows);
    pass.back(s, b.tensor("dout", [places.length, cols], dout), dx.tensor);
    got = { out: await out.read(), dx: await dx.read() };
  });
  return { x, dout, ...got };
}

const cases: readonly Case[] = [
  { entries: 1, cols: 1, places: [0] },
  { entries: 9, cols: 31, places: [0, 3, 4, 8] },
  { entries: 40, cols: 32, places: [39] },
  { entries: 13, cols: 33, places: [12, 1, 5] },
  { entries: 70_000, cols: 1, places: Array.from({ length: 66_000 }, (_, index) => 69_999 - index) },
];

describe("gatherRows", () => {
  test.each(cases)("$places.length of $entries rows of $cols", async (shape) => {
    const { x, dout, out, dx } = await run(shape);
    expectClose(out, exactReference(gathered(x, shape)));
    // dx began as nines and is added to: what no place reads stays.
    const value = new Float64Array(shape.entries * shape.cols).fill(9);
    dout.forEach((slope, index) => {
      const place = at(shape.places, Math.floor(index / shape.cols)) * shape.cols + (index % shape.cols);
      value[place] = at(value, place) + slope;
    });
    expectClose(dx, { value, magnitude: value.map((v) => Math.abs(v) + 9) });
  });

  test("its backward is the derivative", async () => {
    const shape = { entries: 5, cols: 3, places: [4, 0, 2] };
    const { x, dout, dx } = await run(shape);
    const value = gradient((point) => dot(dout, gathered(point, shape)), x);
    expectClose(
      dx.map((v) => v - 9),
      { value, magnitude: value.map((v) => Math.abs(v) + 18) },
      1e-9,
    );
  });

  test("control: a neighbouring row is seen", async () => {
    const shape = { entries: 6, cols: 4, places: [1, 3] };
    const { x, out } = await run(shape);
    expect(difference(out, exactReference(gathered(x, { ...shape, places: [1, 4] })))).not.toBeNull();
  });
});
