import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { crossEntropy } from "../../../src/nn/losses/cross-entropy.ts";
import type { Loss } from "../../../src/nn/losses/loss.ts";
import { meanSquaredError } from "../../../src/nn/losses/mean-squared-error.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { crossEntropy as crossEntropyReference } from "../../reference/cross-entropy.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { meanSquaredError as meanSquaredErrorReference } from "../../reference/mean-squared-error.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

/** Loss and gradient, and all 16 words of the results. */
async function run(loss: Loss, logits: Float64Array, labels: ArrayLike<number>, sum = false) {
  const shape = [labels.length, logits.length / labels.length];
  let got: Record<"results" | "dlogits", Float32Array> = { results: new Float32Array(), dlogits: new Float32Array() };
  await onDevice(device, async (b) => {
    const dlogits = guarded(b, "temporary dlogits", shape);
    const results = b.tensor("results", [2, 8], new Float32Array(16).fill(9), "results");
    const place = { results, slot: 1, sum };
    const back = loss(b.scope(), b.tensor("logits", shape, logits), b.tensor("labels", [labels.length], labels), place);
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
    const { results, dlogits } = await run(crossEntropy, logits, labels);
    const want = crossEntropyReference(logits, labels);
    expectClose(lossOf(results), want, valueRoom(15));
    const value = gradient((point) => at(crossEntropyReference(point, labels).value, 0), logits);
    expectClose(dlogits, { value, magnitude: value.map(() => 1 / rows) }, gradientRoom(15, rows));
  });

  test("adds the sum of an evaluation's batch", async () => {
    const logits = normals("logits", 15, 2);
    const labels = [0, 1, 2, 0, 1];
    const { results } = await run(crossEntropy, logits, labels, true);
    expectClose(lossOf(results), scaled(crossEntropyReference(logits, labels), 5, 9), 5 * valueRoom(15));
  });

  test("stays finite where a naive softmax overflows, and grows with the distance", async () => {
    const { results, dlogits } = await run(crossEntropy, Float64Array.of(3e4, -3e4, -3e4, 3e4), [1, 1]);
    expect([...lossOf(results)]).toEqual([3e4]);
    expect([...dlogits]).toEqual([0.5, -0.5, 0, 0]);
  });

  test("control: the labels of a neighbour are seen", async () => {
    const logits = normals("logits", 32, 2);
    const labels = Float64Array.from({ length: 16 }, (_, row) => row % 2);
    const { results } = await run(crossEntropy, logits, labels);
    const other = crossEntropyReference(logits, labels.toReversed());
    expect(difference(lossOf(results), other, valueRoom(15))).not.toBeNull();
  });
});

describe("meanSquaredError", () => {
  test.each([1, 16, 63, 64, 65, 131])("of %i rows", async (rows) => {
    const predictions = normals("predictions", rows, 2);
    const targets = normals("targets", rows, 2);
    const { results, dlogits } = await run(meanSquaredError, predictions, targets);
    expectClose(lossOf(results), meanSquaredErrorReference(predictions, targets));
    const value = gradient((point) => at(meanSquaredErrorReference(point, targets).value, 0), predictions);
    const magnitude = value.map((_, row) => (2 * (Math.abs(at(predictions, row)) + Math.abs(at(targets, row)))) / rows);
    expectClose(dlogits, { value, magnitude }, 1e-10);
  });

  test("adds the sum of an evaluation's batch", async () => {
    const [predictions, targets] = [normals("predictions", 5), normals("targets", 5)];
    const { results } = await run(meanSquaredError, predictions, targets, true);
    expectClose(lossOf(results), scaled(meanSquaredErrorReference(predictions, targets), 5, 9));
  });

  test("control: half the square is seen", async () => {
    const [predictions, targets] = [normals("predictions", 5), normals("targets", 5)];
    const { results } = await run(meanSquaredError, predictions, targets);
    const half = scaled(meanSquaredErrorReference(predictions, targets), 0.5, 0);
    expect(difference(lossOf(results), half)).not.toBeNull();
  });
});
