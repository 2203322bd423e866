import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { tokenCrossEntropy } from "../../../src/nn/losses/token-losses.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { crossEntropy } from "../../reference/cross-entropy.ts";
import { gradient, partialDerivatives } from "../../reference/finite-difference.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const column = 4;

interface Got {
  readonly loss: Float32Array;
  readonly hits: number;
  readonly gradient: Float32Array;
}

/** Loss and hits from their words of the results, of which no other may change. */
async function run(
  logits: Float64Array,
  labels: readonly number[],
  { sum = false }: { sum?: boolean } = {},
): Promise<Got> {
  let got: Got = { loss: new Float32Array(), hits: Number.NaN, gradient: new Float32Array() };
  await onDevice(device, async (b) => {
    const shape = [labels.length, logits.length / labels.length];
    const results = b.tensor("results", [2, 8], new Float32Array(16).fill(9), "results");
    const place = { results, slot: 1, column, sum };
    const s = b.scope();
    const guard = guarded(b, "logits", shape);
    s.rec.copy(b.tensor("given", shape, logits), guard.tensor);
    const targets = b.tensor("labels", [labels.length], Uint32Array.from(labels));
    expect(tokenCrossEntropy(s, guard.tensor, targets, place)).toBe(guard.tensor);
    got = { ...got, gradient: await guard.read() };
    const words = await b.read(results);
    const [first, second] = [8 + column, 9 + column];
    expect(words.filter((value, index) => index !== first && index !== second && value !== 9)).toHaveLength(0);
    got = { ...got, loss: words.subarray(first, second), hits: words[second] ?? Number.NaN };
  });
  return got;
}

function scaled({ value, magnitude }: Reference, factor: number, plus = 0): Reference {
  return { value: value.map((v) => v * factor + plus), magnitude: magnitude.map((m) => m * factor + plus) };
}

// WGSL: exp(x) 3 + 2|x| ulp, log 3 ulp or 2^-21 near 1, division 2.5 ulp.
const valueRoom = (reach: number): number => (6 + 2 * reach) * 2 ** -23 + 2 ** -21;
const gradientRoom = (reach: number, rows: number): number => ((9 + 4 * reach) * 2 ** -23) / rows + 1e-8;

describe("tokenCrossEntropy", () => {
  const sizes = [1, 2, 31, 32, 33, 131].flatMap((cols) => [1, 5].map((rows) => ({ rows, cols })));

  test.each(sizes)("of $rows x $cols", async ({ rows, cols }) => {
    const logits = normals("logits", rows * cols, 2);
    const labels = Array.from({ length: rows }, (_, row) => (row * 7 + cols - 1) % cols);
    const got = await run(logits, labels);
    expectClose(got.loss, crossEntropy(logits, labels), valueRoom(15));
    const value = gradient((point) => at(crossEntropy(point, labels).value, 0), logits);
    expectClose(got.gradient, { value, magnitude: value.map(() => 1 / rows) }, gradientRoom(15, rows));
    const hits = labels.filter((label, row) => {
      const scores = logits.subarray(row * cols, (row + 1) * cols);
      return scores.every((score) => score <= at(scores, label));
    });
    expect(got.hits).toBe(Math.fround(hits.length / rows));
  });

  test("of a real vocabulary: 3 x 8,191, in some places", async () => {
    const [rows, cols] = [3, 8191];
    const logits = normals("logits", rows * cols, 2);
    const labels = [0, 8190, 4000];
    const got = await run(logits, labels);
    expectClose(got.loss, crossEntropy(logits, labels), valueRoom(15));
    const places = [0, 31, 32, 8190, 8191, 8191 + 8190, 2 * 8191 + 4000, 2 * 8191 + 4001];
    const value = partialDerivatives((point) => at(crossEntropy(point, labels).value, 0), logits, places);
    const picked = places.map((place) => at(got.gradient, place));
    expectClose(picked, { value, magnitude: value.map(() => 1 / rows) }, gradientRoom(15, rows));
    // Each row's gradient adds up to nothing: up to the rounding of 8,191 terms that together weigh 2 / rows.
    for (let row = 0; row < rows; row++) {
      const sum = got.gradient.subarray(row * cols, (row + 1) * cols).reduce((total, term) => total + term, 0);
      expect(Math.abs(sum)).toBeLessThan(2 * gradientRoom(15, 1));
    }
  });

  test("more rows than one dimension has workgroups", async () => {
    const rows = 65_537;
    const labels = Array.from({ length: rows }, (_, row) => row % 2);
    const got = await run(normals("logits", 2 * rows, 1), labels);
    const last = at(normals("logits", 2 * rows, 1), 2 * rows - 1) - at(normals("logits", 2 * rows, 1), 2 * rows - 2);
    // The last row's label is 0, so the gradient of its other class is that class's probability over the rows.
    expectClose(
      got.gradient.subarray(2 * rows - 1),
      { value: Float64Array.of(1 / (1 + Math.exp(-last)) / rows), magnitude: Float64Array.of(1 / rows) },
      gradientRoom(15, rows),
    );
  });

  test("stays finite where a naive softmax overflows", async () => {
    const got = await run(Float64Array.of(3e4, -3e4, -3e4, 3e4), [1, 1]);
    expect([...got.loss]).toEqual([3e4]);
    expect([...got.gradient]).toEqual([0.5, -0.5, 0, 0]);
    expect(got.hits).toBe(0.5);
  });

  test("adds the sums of an evaluation's batch", async () => {
    const logits = normals("logits", 15, 2);
    const labels = [0, 1, 2, 0, 1];
    const [mean, sum] = [await run(logits, labels), await run(logits, labels, { sum: true })];
    expectClose(sum.loss, scaled(crossEntropy(logits, labels), 5, 9), 5 * valueRoom(15));
    expect(sum.hits - 9).toBeCloseTo(5 * mean.hits, 5);
  });

  test("control: the label of a neighbour is seen", async () => {
    const logits = normals("logits", 64, 2);
    const got = await run(logits, [3, 60 % 32]);
    expect(difference(got.loss, crossEntropy(logits, [4, 60 % 32]), valueRoom(15))).not.toBeNull();
  });
});
