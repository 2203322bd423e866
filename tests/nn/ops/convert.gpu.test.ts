import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeHalf, encodeHalf } from "../../../src/core/half.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { convert } from "../../../src/nn/ops/convert.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

/** The numbers, made f16 and f32 again on the device. */
async function through(values: Float32Array): Promise<Float32Array> {
  let got = new Float32Array();
  await onDevice(device, async (b) => {
    const shape = [values.length];
    const x = b.tensor("x", shape, values);
    const half = b.tensor("half", shape, new Float32Array(values.length), "activations", "f16");
    const y = b.tensor("y", shape, new Float32Array(values.length));
    convert(b.scope(), x, half);
    convert(b.scope(), half, y);
    got = Float32Array.from(await b.read(y));
    expect(await b.read(half)).toEqual(got);
  });
  return got;
}

test("every f16 comes back as it is", async () => {
  const normal = Uint16Array.from({ length: 0x7c00 - 0x400 }, (_, index) => 0x400 + index);
  const values = decodeHalf(Uint16Array.from([0, 0x8000, ...normal, ...normal.map((bits) => bits | 0x8000)]));
  expect(await through(values)).toEqual(values);
});

test("what lies between two becomes the nearest, or of two as near the even one", async () => {
  const between = [0, 0.25, 0.4999, 0.5, 0.5001, 0.75, 1, 1.5].map((part) => part * 2 ** -10);
  const values = Float32Array.from(
    [2 ** -14, 2 ** -3, 1, 3, 1024].flatMap((base) => between.map((part) => base * (1 + part))),
  );
  const all = Float32Array.from([...values, ...values.map((value) => -value)]);
  expect(await through(all)).toEqual(decodeHalf(encodeHalf(all)));
});

test("below the smallest normal one, the error is at most that between two of those that are left", async () => {
  const values = Float32Array.from({ length: 101 }, (_, index) => (index - 50) * 1.2e-6);
  const got = await through(values);
  // A device may take all of them for 0.
  values.forEach((value, index) => expect(Math.abs((got[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(2 ** -14));
});

test("what is beyond is infinite, and so is what is no number", async () => {
  const values = Float32Array.of(65504, 65519.99, 65520, -65520, 1e30, -1e30, Infinity, -Infinity);
  expect([...(await through(values))]).toEqual([
    65504,
    65504,
    Infinity,
    -Infinity,
    Infinity,
    -Infinity,
    Infinity,
    -Infinity,
  ]);
  const [first = 0, second = 0] = await through(Float32Array.of(Number.NaN, -Number.NaN));
  expect(Math.abs(first)).toBe(Infinity);
  expect(Math.abs(second)).toBe(Infinity);
});
