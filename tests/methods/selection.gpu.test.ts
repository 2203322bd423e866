import { beforeAll, describe, expect, test } from "vitest";
import { drawBits, drawUniform } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import { sortAscending } from "../../src/methods/bitonic-sort.ts";
import { rankOf, selectTop, statWords } from "../../src/methods/selection.ts";
import type { RankFinder } from "../../src/methods/selection.ts";
import { readScores } from "../golden/read.ts";
import type { Bench } from "../gpu/device.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { selectTopShare } from "../reference/selection.ts";
import { foldedCounts } from "./folded.ts";
import { packed } from "./packed.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

const guard = 0x09090909;

function bitsOfFloat(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

/** Selects on the device. `before`: the mask's bits until then. */
async function select(
  scores: Float32Array | Uint32Array,
  share: number,
  before?: ArrayLike<number>,
  scopeOf = (b: Bench) => b.scope(),
  find?: RankFinder,
) {
  let result = { mask: [0], row: [0] };
  await onDevice(device, async (b) => {
    const words = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
    const scoreTensor = b.tensor("scores", [scores.length], words);
    const count = Math.ceil(scores.length / 32);
    const room = Math.ceil(count / 4) * 4 + 4;
    const start = new Uint32Array(room).fill(guard);
    start.set(before === undefined ? new Uint32Array(count) : packed(before));
    const whole = b.tensor("mask", [room], start);
    // The row in the middle is written; its neighbours and what it held before must not matter.
    const stats = b.tensor("stats", [3, statWords], new Uint32Array(3 * statWords).fill(guard));
    selectTop(scopeOf(b), { scores: scoreTensor, mask: { ...whole, shape: [count] } }, share, stats, 1, find);
    const mask = Array.from(await b.readWords(whole));
    const rows = Array.from(await b.readWords(stats));
    expect(mask.slice(count)).toEqual(Array.from({ length: room - count }, () => guard));
    expect([...rows.slice(0, 8), ...rows.slice(16)]).toEqual(Array.from({ length: 16 }, () => guard));
    result = { mask: mask.slice(0, count), row: rows.slice(8, 16) };
  });
  return result;
}

const kinds: Readonly<Record<string, (index: number) => number>> = {
  random: (index) => drawUniform(1, "select", 1, index) ** 4,
  "all zero": () => 0,
  "all equal": () => 0.1,
  "nine in ten zero": (index) => (drawUniform(2, "select", 1, index) < 0.9 ? 0 : drawUniform(3, "select", 1, index)),
  "two values": (index) => (drawUniform(4, "select", 1, index) < 0.5 ? 1e-30 : 1e30),
  subnormal: (index) => (drawBits(5, "select", 1, index) % 1000) * 2 ** -149,
};

describe.each([1, 2, 31, 32, 33, 255, 256, 257, 1000, 2048, 2049, 16_384, 65_537])("%i scores", (count) => {
  test.each(Object.keys(kinds))("%s", async (kind) => {
    const scores = Float32Array.from({ length: count }, (_, index) => kinds[kind]?.(index) ?? 0);
    for (const share of [0, 0.3, 0.5, 0.999]) {
      const want = selectTopShare(scores, share);
      const { mask, row } = await select(scores, share);
      expect(mask).toEqual(Array.from(packed(want.mask)));
      expect(row).toEqual([want.kept, 0, want.kept, bitsOfFloat(want.threshold), 0, 0, 0, 0]);
    }
  });
});

test("a matrix of 300,000", async () => {
  const scores = Float32Array.from({ length: 300_000 }, (_, index) => kinds["random"]?.(index) ?? 0);
  const want = selectTopShare(scores, 0.3);
  const { mask, row } = await select(scores, 0.3);
  expect(mask).toEqual(Array.from(packed(want.mask)));
  expect(row[0]).toBe(want.kept);
  expect(want.kept).toBeLessThan(300_000);
});

test.each(Object.keys(kinds))("sorting finds the same: %s", async (kind) => {
  const bySorting: RankFinder = (s, scores, rank) => {
    const sorted = s.mem.tensor("method", "sorted scores", scores.shape, "u32");
    sortAscending(s, scores, sorted);
    return { sorted, index: rank };
  };
  const scores = Float32Array.from({ length: 9001 }, (_, index) => kinds[kind]?.(index) ?? 0);
  const sorted = await select(scores, 0.3, undefined, (b) => b.scope(), bySorting);
  expect(sorted).toEqual(await select(scores, 0.3));
});

test("workgroups folded into rows", async () => {
  const scores = Float32Array.from({ length: 20_000 }, (_, index) => kinds["random"]?.(index) ?? 0);
  const want = selectTopShare(scores, 0.3);
  const { mask, row } = await select(scores, 0.3, undefined, (b) => foldedCounts(b.scope()));
  expect(mask).toEqual(Array.from(packed(want.mask)));
  expect(row[0]).toBe(want.kept);
});

test("a share of 0 keeps everything, an all-zero matrix too", async () => {
  expect((await select(Float32Array.of(3, 0, 1, 2, 5), 0)).mask).toEqual([0b11111]);
  expect((await select(new Float32Array(37), 0.9)).mask).toEqual([0xffffffff, 0b11111]);
});

test("ties with the threshold are all kept", async () => {
  const { mask, row } = await select(Float32Array.of(1, 2, 2, 2, 3), 0.6);
  expect(mask).toEqual([0b11110]);
  expect(row.slice(0, 4)).toEqual([4, 0, 4, bitsOfFloat(2)]);
});

test("-0 counts as 0", async () => {
  const { mask, row } = await select(Float32Array.of(-0, 0, 1, -0), 0.5);
  expect(mask).toEqual([0b1111]);
  expect(row[3]).toBe(0);
});

test("scores that are not finite are counted by their bits", async () => {
  const { row } = await select(Uint32Array.of(0x7f800000, 1, 0x7fc00001, 0xff800000, 0x7f7fffff, 0x80000000), 0.5);
  expect(row[4]).toBe(3);
});

test("overlap with the mask before", async () => {
  const scores = Float32Array.from({ length: 700 }, (_, index) => kinds["random"]?.(index) ?? 0);
  const before = Uint8Array.from(scores, (_, index) => (drawUniform(6, "select", 1, index) < 0.7 ? 1 : 0));
  const { mask } = selectTopShare(scores, 0.3);
  const { row } = await select(scores, 0.3, before);
  const count = (fits: (now: number, then: number) => boolean) =>
    mask.filter((bit, index) => fits(bit, before[index] ?? 0)).length;
  expect(row[1]).toBe(count((now, then) => now === 1 && then === 1));
  expect(row[2]).toBe(count((now, then) => now === 1 || then === 1));
  expect(row[1]).toBeGreaterThan(0);
  expect(row[2]).toBeLessThan(700);
});

test("the rank is Python's math.ceil(N * (1 - p))", () => {
  // Ranks as Python 3 prints them; 1000 * (1 - 0.7) is 300.00000000000006 there and here.
  const table = [
    [10, 0.3, 7],
    [10, 0.9, 1],
    [30, 0.1, 27],
    [5, 0.8, 1],
    [1000, 0.7, 301],
    [65_536, 0.3, 45_876],
    [1, 0.999, 1],
  ] as const;
  expect(table.map(([size, share]) => [size, share, rankOf(size, share)])).toEqual(table);
});

test.each(readScores().map((one) => [`us ${one.us}, p ${one.frozenShare}`, one] as const))(
  "PyTorch's scores: %s",
  async (_, { score, frozenShare, mask, kept }) => {
    const got = await select(score.data, frozenShare);
    expect(got.mask).toEqual(Array.from(packed(mask)));
    expect(got.row[0]).toBe(kept);
  },
);

test("control: another share gives another mask", async () => {
  const scores = Float32Array.from({ length: 500 }, (_, index) => kinds["random"]?.(index) ?? 0);
  expect((await select(scores, 0.3)).mask).not.toEqual(Array.from(packed(selectTopShare(scores, 0.302).mask)));
});
