import { beforeAll, describe, expect, test } from "vitest";
import { drawBits } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import { sortAscending } from "../../src/methods/bitonic-sort.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";

const guard = 0x09090909;
const guardCount = 8;

/** Kinds of score arrays, as bits: any pattern below infinity's is a float that is not negative and finite. */
const kinds: Readonly<Record<string, (index: number, count: number) => number>> = {
  random: (index) => drawBits(1, "sort", 1, index) % 0x7f800000,
  equal: () => 0x3f800000,
  sorted: (index) => 0x1000 + index * 7,
  reversed: (index, count) => 0x1000 + (count - index) * 7,
  "few values": (index) => 0x3f800000 + (drawBits(2, "sort", 1, index) % 3),
  "zeros of both signs": (index) => [0, 0x80000000, 0x3f800000][drawBits(3, "sort", 1, index) % 3] ?? 0,
  subnormal: (index) => drawBits(4, "sort", 1, index) % 0x00800000,
  "zero but one": (index, count) => (index === Math.floor(count / 2) ? 1 : 0),
};

/** What the sort must give: -0 counts as 0, the rest in the order of the bits. */
function sortedOnCpu(bits: Uint32Array): number[] {
  return Array.from(bits.map((word) => (word === 0x80000000 ? 0 : word)).sort());
}

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

async function sortOnDevice(bits: Uint32Array): Promise<number[]> {
  let words: number[] = [];
  await onDevice(device, async (b) => {
    const scores = b.tensor("scores", [bits.length], bits);
    const room = Math.ceil(bits.length / 4) * 4;
    const whole = b.tensor("sorted", [room + guardCount], new Uint32Array(room + guardCount).fill(guard));
    sortAscending(b.scope(), scores, { ...whole, shape: [bits.length] });
    words = Array.from(await b.readWords(whole));
    expect(words.slice(room)).toEqual(Array.from({ length: guardCount }, () => guard));
    expect(Array.from(await b.readWords(scores))).toEqual(Array.from(bits));
  });
  return words.slice(0, bits.length);
}

const counts = [
  1, 2, 3, 4, 5, 255, 256, 257, 511, 512, 513, 1000, 1023, 1024, 1025, 2049, 4095, 4096, 4097, 8193, 65_537,
];

describe.each(counts)("%i scores", (count) => {
  test.each(Object.keys(kinds))("%s", async (kind) => {
    const bits = Uint32Array.from({ length: count }, (_, index) => kinds[kind]?.(index, count) ?? 0);
    expect(await sortOnDevice(bits)).toEqual(sortedOnCpu(bits));
  });
});

test("300,000 scores", async () => {
  const bits = Uint32Array.from({ length: 300_000 }, (_, index) => kinds["random"]?.(index, 0) ?? 0);
  expect(await sortOnDevice(bits)).toEqual(sortedOnCpu(bits));
});

test("scores that are not finite go to the end by their bits", async () => {
  const bits = Uint32Array.of(0x7f800000, 5, 0x7fc00000, 0x7f7fffff, 0, 0xffc00000);
  expect(await sortOnDevice(bits)).toEqual([0, 5, 0x7f7fffff, 0x7f800000, 0x7fc00000, 0xffc00000]);
});

test("control: an order that is not the sorted one is told apart", async () => {
  const bits = Uint32Array.from({ length: 1025 }, (_, index) => kinds["random"]?.(index, 0) ?? 0);
  expect(await sortOnDevice(bits)).not.toEqual(Array.from(bits));
});
