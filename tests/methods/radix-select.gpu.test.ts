import { beforeAll, describe, expect, test } from "vitest";
import { drawBits, drawUniform } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import { downloadWords, upload } from "../../src/gpu/readback.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import { percentileRank, selectTopAcross, statWords } from "../../src/methods/selection.ts";
import type { Scope } from "../../src/nn/scope.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { at } from "../reference/array.ts";
import { foldedCounts } from "./folded.ts";
import { packed } from "./packed.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

/** Selects over all parts on the device: the masks' words and the rows of statistics. */
async function select(parts: readonly Float32Array[], rank: number, change = (s: Scope): Scope => s) {
  let masks: Uint32Array[] = [];
  let rows: Uint32Array = new Uint32Array();
  let elapsedMs = 0;
  await onDevice(device, async (b) => {
    const s = change(b.scope());
    const matrices = parts.map((values, index) => {
      const scores = s.mem.tensor("method", `scores ${index}`, [values.length]);
      upload(device, scores, values);
      return { scores, mask: s.mem.tensor("method", `mask ${index}`, [Math.ceil(values.length / 32)], "u32") };
    });
    const stats = s.mem.tensor("method", "stats", [parts.length, statWords], "u32");
    await device.gpu.queue.onSubmittedWorkDone();
    const start = performance.now();
    selectTopAcross(s, matrices, rank, stats);
    b.rec.submit();
    await device.gpu.queue.onSubmittedWorkDone();
    elapsedMs = performance.now() - start;
    const read = async (tensor: Tensor): Promise<Uint32Array> => await downloadWords(device, tensor);
    masks = await Promise.all(matrices.map(({ mask }) => read(mask)));
    rows = await read(stats);
  });
  return { masks, rows, elapsedMs };
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

const kinds: Readonly<Record<string, (index: number) => number>> = {
  random: (index) => drawUniform(1, "radix", 1, index) ** 4,
  "all zero": () => 0,
  "zeros of both signs": (index) => (index % 3 === 0 ? -0 : index % 3 === 1 ? 0 : 1),
  "many ties": (index) => drawBits(2, "radix", 1, index) % 5,
  subnormal: (index) => (drawBits(3, "radix", 1, index) % 1000) * 2 ** -149,
  "last bits apart": (index) => 1 + (drawBits(4, "radix", 1, index) % 300) * 2 ** -23,
};

describe.each([[1], [3, 1, 40], [255, 256, 257, 31], [4095, 4097, 1, 20_000]])("buffers of %j", (...sizes) => {
  test.each(Object.keys(kinds))("%s", async (kind) => {
    let from = 0;
    const parts = sizes.map((size) => {
      const begin = from;
      from += size;
      return Float32Array.from({ length: size }, (_, index) => kinds[kind]?.(begin + index) ?? 0);
    });
    const sorted = Float32Array.from(parts.flatMap((part) => Array.from(part, (value) => value + 0))).sort();
    for (const share of [1, 0.7, 0.3, 0.001]) {
      const rank = percentileRank(sorted.length, share);
      const threshold = at(sorted, rank);
      const { masks, rows } = await select(parts, rank);
      parts.forEach((part, place) => {
        const want = Uint8Array.from(part, (value) => (value >= threshold ? 1 : 0));
        expect(masks[place]).toEqual(packed(want));
        const kept = want.reduce((sum, bit) => sum + bit, 0);
        const row = Array.from(rows.slice(place * statWords, (place + 1) * statWords));
        expect(row).toEqual([kept, 0, kept, bitsOf(threshold), 0, 0, 0, 0]);
      });
    }
  });
});

test("workgroups folded into rows", async () => {
  const parts = [20_000, 9000].map((size, part) =>
    Float32Array.from({ length: size }, (_, index) => drawUniform(part, "radix", 2, index)),
  );
  expect((await select(parts, 7000, foldedCounts)).masks).toEqual((await select(parts, 7000)).masks);
});

test("the rank is where NumPy's percentile cuts", () => {
  // Elements that numpy.percentile(range(n), 100 * (1 - share)) leaves below.
  const table = [
    [1, 0.3, 0],
    [10, 1, 0],
    [11, 0.3, 7],
    [12, 0.3, 8],
    [101, 0.5, 50],
    [1000, 0.1, 900],
  ] as const;
  expect(table.map(([size, share]) => [size, share, percentileRank(size, share)])).toEqual(table);
});

/** The bits of the number of that rank, found on the CPU by counting, and in what time. */
function rankOnCpu(parts: readonly Float32Array[], rank: number): { bits: number; ms: number } {
  const start = performance.now();
  const words = parts.map((part) => new Uint32Array(part.buffer, part.byteOffset, part.length));
  const high = new Uint32Array(2 ** 16);
  for (const part of words) for (const bits of part) high[bits >>> 16] = (high[bits >>> 16] ?? 0) + 1;
  let left = rank;
  let top = 0;
  while (left >= (high[top] ?? 0)) left -= high[top++] ?? 0;
  const low = new Uint32Array(2 ** 16);
  for (const part of words) {
    for (const bits of part) if (bits >>> 16 === top) low[bits & 0xffff] = (low[bits & 0xffff] ?? 0) + 1;
  }
  let rest = 0;
  while (left >= (low[rest] ?? 0)) left -= low[rest++] ?? 0;
  return { bits: top * 2 ** 16 + rest, ms: performance.now() - start };
}

test("85 million scores, as BERT-base's encoder has, in twelve buffers", { timeout: 600_000 }, async () => {
  const layer = 7_087_872;
  let state = 1;
  const parts = Array.from({ length: 12 }, () => {
    const part = new Float32Array(layer);
    for (let index = 0; index < layer; index++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      part[index] = (state * 2 ** -32) ** 3;
    }
    return part;
  });
  const rank = percentileRank(12 * layer, 0.3);
  const cpu = rankOnCpu(parts, rank);
  const gpu = await select(parts, rank);
  expect(gpu.rows[3]).toBe(cpu.bits);
  const threshold = new Float32Array(Uint32Array.of(cpu.bits).buffer)[0] ?? Number.NaN;
  let wrong = 0;
  let kept = 0;
  parts.forEach((part, place) => {
    const mask = gpu.masks[place] ?? new Uint32Array();
    part.forEach((value, index) => {
      const bit = ((mask[index >>> 5] ?? 0) >>> (index & 31)) & 1;
      kept += bit;
      if ((value >= threshold ? 1 : 0) !== bit) wrong++;
    });
  });
  expect(wrong).toBe(0);
  expect(kept).toBeGreaterThanOrEqual(12 * layer - rank);
  console.log(`85 million scores: ${gpu.elapsedMs.toFixed(0)} ms on the device, ${cpu.ms.toFixed(0)} ms on the CPU`);
});
