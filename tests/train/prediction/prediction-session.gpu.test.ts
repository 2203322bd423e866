import { afterAll, beforeAll, expect, test } from "vitest";
import { makeBatch } from "../../../src/data/dataset/batch.ts";
import { sizeOf } from "../../../src/core/shape.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { packedBytesOf } from "../../../src/gpu/tensor.ts";
import { openPrediction } from "../../../src/train/prediction/prediction-session.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit } from "../synthetic.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

test("a model that only answers keeps of one layer more its weights and what it makes", async () => {
  const batch = makeBatch(syntheticSplit(4, 20, smallBert.vocab_size), [0, 1, 2, 3]);
  const limits = { tokenCount: batch.tokenCount, sequenceCount: 4, maxLength: batch.longest };
  const opened = async (layers: number) => {
    const { model } = syntheticCheckpoint({ ...smallBert, num_hidden_layers: layers });
    const specs = model.params(2);
    const values = new Map(specs.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape)).fill(0.01)]));
    const session = await openPrediction(likelyEngine(device), { model, outputCount: 2, values, limits });
    const { totalBytes } = session;
    expect((await session.run(batch)).every(Number.isFinite)).toBe(true);
    session.dispose();
    return { totalBytes, weights: specs.reduce((sum, { shape }) => sum + packedBytesOf(shape, "f32"), 0) };
  };
  const [three, four] = [await opened(3), await opened(4)];
  const made = 4 * batch.tokenCount * smallBert.hidden_size;
  expect(four.totalBytes - three.totalBytes).toBe(four.weights - three.weights + made);
});
