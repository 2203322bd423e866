import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { binaryCrossEntropy } from "../../../src/nn/losses/binary-cross-entropy.ts";
import { crossEntropy } from "../../../src/nn/losses/cross-entropy.ts";
import type { Loss } from "../../../src/nn/losses/loss.ts";
import { meanSquaredError } from "../../../src/nn/losses/mean-squared-error.ts";
import { weightedCrossEntropy } from "../../../src/nn/losses/weighted-cross-entropy.ts";
import { onDevice, openTestDevice, type Bench } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { binaryCrossEntropy as binaryReference } from "../../reference/binary-cross-entropy.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { crossEntropy as crossEntropyReference } from "../../reference/cross-entropy.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { meanSquaredError as meanSquaredErrorReference } from "../../reference/mean-squared-error.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

/** Loss and gradient, and all 16 words of the results. */
async function run(
  loss: (b: Bench) => Loss,
  logits: Float64Array,
  labels: ArrayLike<number>,
  sum = false,
  rows = labels.length,
) {
  const shape = [rows, logits.length / rows];
  let got: Record<"results" | "dlogits", Float32Array> = { results: new Float32Array(), dlogits: new Float32Array() };
  await onDevice(device, async (b) => {
    const dlogits = guarded(b, "temporary dlogits", shape);
    const results = b.tensor("results", [2, 8], new Float32Array(16).fill(9), "results");
    const place = { results, slot: 1, sum };
    const back = loss(b)(
      b.scope(),
      b.tensor("logits", shape, logits),
      b.tensor("labels", [labels.length], labels),
      place,
    );
    expect(back.dlogits.shape).toEqual(shape);
    got = { results: await b.read(results), dlogits: await dlogits.read() };
  });
  return got;
}

/** Only the wanted word changed; it is returned. */
function lossOf(results: Float32Array): Float32Array {
  expect(results.filter((value, index) => index !== 8 && value !== 9)).toHaveLength(0);
  return results.subarray(8, 9);
}

function scaled({ value, magnitude }: Reference, factor: number, plus: number): Reference {
  return { value: value.map((v) => v * factor + plus), magnitude: magnitude.map((m) => m * factor + plus) };
}

// WGSL: exp(x) 3 + 2|x| ulp, log 3 ulp or 2^-21 near 1, division 2.5 ulp.
const valueRoom = (reach: number) => (6 + 2 * reach) * 2 ** -23 + 2 ** -21;
const gradientRoom = (reach: number, rows: number) => ((9 + 4 * reach) * 2 ** -23) / rows + 1e-8;

const sizes = [1, 2, 16, 63, 64, 65, 131].flatMap((rows) => [2, 3, 7].map((cols) => ({ rows, cols })));

describe("crossEntropy", () => {
  test.each(sizes)("of $rows x $cols", async ({ rows, cols }) => {
    const logits = normals("logits", rows * cols, 2);
    const labels = Float64Array.from({ length: rows }, (_, row) => (row * 5 + 1) % cols);
    const { results, dlogits } = await run(() => crossEntropy, logits, labels);
    const want = crossEntropyReference(logits, labels);
    expectClose(lossOf(results), want, valueRoom(15));
    const value = gradient((point) => at(crossEntropyReference(point, labels).value, 0), logits);
    expectClose(dlogits, { value, magnitude: value.map(() => 1 / rows) }, gradientRoom(15, rows));
  });

  test("adds the sum of an evaluation's batch", async () => {
    const logits = normals("logits", 15, 2);
    const labels = [0, 1, 2, 0, 1];
    const { results } = await run(() => crossEntropy, logits, labels, true);
    expectClose(lossOf(results), scaled(crossEntropyReference(logits, labels), 5, 9), 5 * valueRoom(15));
  });

  test("stays finite where a naive softmax overflows, and grows with the distance", async () => {
    const { results, dlogits } = await run(() => crossEntropy, Float64Array.of(3e4, -3e4, -3e4, 3e4), [1, 1]);
    expect([...lossOf(results)]).toEqual([3e4]);
    expect([...dlogits]).toEqual([0.5, -0.5, 0, 0]);
  });

  test("control: the labels of a neighbour are seen", async () => {
    const logits = normals("logits", 32, 2);
    const labels = Float64Array.from({ length: 16 }, (_, row) => row % 2);
    const { results } = await run(() => crossEntropy, logits, labels);
    const other = crossEntropyReference(logits, labels.toReversed());
    expect(difference(lossOf(results), other, valueRoom(15))).not.toBeNull();
  });
});

describe("meanSquaredError", () => {
  test.each([1, 16, 63, 64, 65, 131])("of %i rows", async (rows) => {
    const predictions = normals("predictions", rows, 2);
    const targets = normals("targets", rows, 2);
    const { results, dlogits } = await run(() => meanSquaredError, predictions, targets);
    expectClose(lossOf(results), meanSquaredErrorReference(predictions, targets));
    const value = gradient((point) => at(meanSquaredErrorReference(point, targets).value, 0), predictions);
    const magnitude = value.map((_, row) => (2 * (Math.abs(at(predictions, row)) + Math.abs(at(targets, row)))) / rows);
    expectClose(dlogits, { value, magnitude }, 1e-10);
  });

  test("adds the sum of an evaluation's batch", async () => {
    const [predictions, targets] = [normals("predictions", 5), normals("targets", 5)];
    const { results } = await run(() => meanSquaredError, predictions, targets, true);
    expectClose(lossOf(results), scaled(meanSquaredErrorReference(predictions, targets), 5, 9));
  });

  test("control: half the square is seen", async () => {
    const [predictions, targets] = [normals("predictions", 5), normals("targets", 5)];
    const { results } = await run(() => meanSquaredError, predictions, targets);
    const half = scaled(meanSquaredErrorReference(predictions, targets), 0.5, 0);
    expect(difference(lossOf(results), half)).not.toBeNull();
  });
});

describe("weightedCrossEntropy", () => {
  const weighted = (weights: readonly number[]) => (b: Bench) =>
    weightedCrossEntropy(b.tensor("weights", [weights.length], weights));

  /** The weighted mean of the rows' own losses. */
  const reference = (logits: Float64Array, labels: ArrayLike<number>, weights: readonly number[]): Reference => {
    const cols = weights.length;
    const own = Array.from(labels, (label) => weights[label] ?? Number.NaN);
    const total = own.reduce((sum, weight) => sum + weight, 0);
    const rows = own.map((_, row) =>
      crossEntropyReference(logits.slice(row * cols, (row + 1) * cols), [at(labels, row)]),
    );
    const mean = (part: "value" | "magnitude") =>
      Float64Array.of(rows.reduce((sum, one, row) => sum + at(one[part], 0) * at(own, row), 0) / total);
    return { value: mean("value"), magnitude: mean("magnitude") };
  };

  test.each(sizes)("of $rows x $cols", async ({ rows, cols }) => {
    const logits = normals("logits", rows * cols, 2);
    const labels = Float64Array.from({ length: rows }, (_, row) => (row * 5 + 1) % cols);
    const weights = Array.from({ length: cols }, (_, col) => 0.25 + col);
    const { results, dlogits } = await run(weighted(weights), logits, labels);
    expectClose(lossOf(results), reference(logits, labels, weights), valueRoom(15));
    const value = gradient((point) => at(reference(point, labels, weights).value, 0), logits);
    const total = labels.reduce((sum, label) => sum + at(weights, label), 0);
    const magnitude = value.map((_, index) => at(weights, at(labels, Math.floor(index / cols))) / total);
    expectClose(dlogits, { value, magnitude }, gradientRoom(15, rows));
  });

  test("equal weights are none, and another class's weight is seen", async () => {
    const logits = normals("logits", 48, 2);
    const labels = Float64Array.from({ length: 16 }, (_, row) => row % 3);
    const { results } = await run(weighted([7, 7, 7]), logits, labels);
    expectClose(lossOf(results), crossEntropyReference(logits, labels), valueRoom(15));
    const other = await run(weighted([7, 7, 1]), logits, labels);
    expect(difference(lossOf(other.results), crossEntropyReference(logits, labels), valueRoom(15))).not.toBeNull();
  });
});

describe("binaryCrossEntropy", () => {
  const weighted = (weights: readonly number[]) => (b: Bench) =>
    binaryCrossEntropy(b.tensor("weights", [weights.length], weights));
  const flags = (count: number) => Float64Array.from({ length: count }, (_, index) => Number((index * 7) % 5 < 2));

  test.each([...sizes, { rows: 5, cols: 1 }])("of $rows x $cols", async ({ rows, cols }) => {
    const logits = normals("logits", rows * cols, 3);
    const labels = flags(rows * cols);
    const weights = Array.from({ length: cols }, (_, col) => 0.5 + col);
    const { results, dlogits } = await run(weighted(weights), logits, labels, false, rows);
    const reach = 15 * cols;
    expectClose(lossOf(results), binaryReference(logits, labels, weights), valueRoom(reach));
    const value = gradient((point) => at(binaryReference(point, labels, weights).value, 0), logits);
    const magnitude = value.map((_, index) => at(weights, index % cols) / (rows * cols));
    expectClose(dlogits, { value, magnitude }, gradientRoom(reach, rows * cols));
  });

  test("adds the sum over the rows of an evaluation's batch", async () => {
    const [logits, labels] = [normals("logits", 15, 2), flags(15)];
    const { results } = await run(weighted([1, 1, 1]), logits, labels, true, 5);
    expectClose(lossOf(results), scaled(binaryReference(logits, labels, [1, 1, 1]), 5, 9), 5 * valueRoom(15));
  });

  test("stays finite where e^x overflows, and keeps what 1 + e^-x would round away", async () => {
    const { results, dlogits } = await run(weighted([1, 1]), Float64Array.of(3e4, -3e4), [0, 1], false, 1);
    expect([...lossOf(results)]).toEqual([3e4]);
    expect([...dlogits]).toEqual([0.5, -0.5]);
    const sure = Float64Array.of(20, -20);
    const small = await run(weighted([1, 1]), sure, [1, 0], false, 1);
    const want = at(binaryReference(sure, [1, 0], [1, 1]).value, 0);
    expect(Math.abs((lossOf(small.results)[0] ?? 0) / want - 1)).toBeLessThan(1e-4);
  });

  test("control: the labels of a neighbour, and weights, are seen", async () => {
    const [logits, labels] = [normals("logits", 32, 2), flags(32)];
    const { results } = await run(weighted([1, 1]), logits, labels, false, 16);
    const other = binaryReference(logits, labels.toReversed(), [1, 1]);
    expect(difference(lossOf(results), other, valueRoom(15))).not.toBeNull();
    const unlike = binaryReference(logits, labels, [1, 2]);
    expect(difference(lossOf(results), unlike, valueRoom(15))).not.toBeNull();
  });
});
