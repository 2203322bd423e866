import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { parseValues } from "../../src/contract/fields.ts";
import { drawBits, drawNormal } from "../../src/core/rng.ts";
import { sizeOf } from "../../src/core/shape.ts";
import type { EncodedSplit } from "../../src/data/dataset/batch.ts";
import type { Device } from "../../src/gpu/device.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import { vanilla } from "../../src/methods/vanilla.ts";
import { openFolder } from "../../src/models/folder.ts";
import type { Folder } from "../../src/models/folder.ts";
import { writeOnnx } from "../../src/models/onnx/graph.ts";
import { openOnnx } from "../../src/models/onnx/onnx-runtime.ts";
import type { OnnxSession } from "../../src/models/onnx/onnx-runtime.ts";
import type { TensorData } from "../../src/models/safetensors.ts";
import { bert as bertFamily } from "../../src/nn/families/bert/bert.ts";
import { readCheckpoint } from "../../src/train/checkpoint.ts";
import type { Checkpoint } from "../../src/train/checkpoint.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../src/train/finetuning/settings.ts";
import { openBundled } from "../bundled.ts";
import { hasShared, sharedBlob } from "../data/shared-files.ts";
import { openTestDevice } from "../gpu/device.ts";
import { exactReference } from "../reference/array.ts";
import { bert } from "../reference/bert.ts";
import type { BertSizes } from "../reference/bert.ts";
import { expectClose } from "../reference/compare.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../train/synthetic.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice();
});
afterAll(() => device.destroy());

const small = {
  vocab_size: 50,
  hidden_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 40,
  max_position_embeddings: 32,
};

/** Weights so large that attention is far from even and a wrong scale or mask shows. */
function lively(): Checkpoint {
  const model = bertFamily.open(small);
  const values = model.params(2).filter(({ group }) => group !== "classifier");
  return syntheticCheckpoint(
    small,
    new Map(
      values.map(({ name, shape }) => {
        const middle = name.endsWith("LayerNorm.weight") ? 1 : 0;
        const draw = (_: unknown, index: number): number => middle + 0.3 * drawNormal(7, name, 0, index);
        return [name, Float32Array.from({ length: sizeOf(shape) }, draw)];
      }),
    ),
  );
}

interface Trained {
  readonly onnx: Blob;
  readonly sizes: BertSizes;
  readonly tensors: readonly TensorData[];
  readonly logits: Float32Array;
}

/** Trains three steps, so that no weight is what it was made as; labels [] for a regression. */
async function trained(checkpoint: Checkpoint, labels: readonly string[], dev: EncodedSplit): Promise<Trained> {
  const request = {
    checkpoint,
    task: labels.length === 0 ? { ...syntheticTask, kind: "regression" as const } : syntheticTask,
    labels,
    train: dev,
    dev,
    transfers: [],
    method: vanilla,
    values: parseValues(vanilla.fields, {}),
    seed: 1,
    settings: trainingSettings({ batchSize: 4, learningRate: 1e-3, steps: 3 }),
  };
  const engine = { device, pipelines: new Pipelines(device), kernels: portableKernels, choice: {}, profiler: null };
  const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };
  const session = await openSession(engine, request, silent);
  try {
    await session.train({ gate: () => Promise.resolve() });
    const values = await session.weights();
    const { model, outputCount, specs } = session.sizes;
    const { kind } = session.request.task;
    const tensors = specs.map(({ name, shape }) => ({ name, shape, data: values.get(name) ?? new Float32Array() }));
    return {
      onnx: writeOnnx({ name: "test", kind, labels, outputCount, tensors, build: (g) => model.graph(g) }),
      sizes: {
        hidden: model.sizes.hiddenSize,
        layers: model.sizes.layerCount,
        heads: model.sizes.headCount,
        intermediate: small.intermediate_size,
        labels: outputCount,
        eps: 1e-12,
      },
      tensors,
      logits: session.lastDev?.logits ?? new Float32Array(),
    };
  } finally {
    session.dispose();
  }
}

/**
 * How far f32 logits may lie from the float64 ones, per row and output. An f32 dot product of K terms is the exact one
 * of weights changed by at most K · 2^-24 (Higham 2002, section 3.1), whatever its order; so: the largest change that
 * four such changes of every weight, of random sign, make to the float64 logits.
 */
function roundingOf({ sizes, tensors }: Trained, dev: EncodedSplit) {
  const exact = logitsOf(sizes, tensors, dev, () => 1);
  const change = Math.max(sizes.hidden, sizes.intermediate) * 2 ** -24;
  const bound = new Float64Array(exact.length);
  for (let draw = 0; draw < 4; draw++) {
    const signs = Array.from({ length: 4099 }, (_, index) => 1 - 2 * (drawBits(draw, "sign", 0, index) % 2));
    const changed = logitsOf(sizes, tensors, dev, (index) => 1 + change * (signs[index % signs.length] ?? 0));
    const largest = changed.reduce((most, value, index) => Math.max(most, Math.abs(value - (exact[index] ?? 0))), 0);
    bound.forEach((most, index) => (bound[index] = Math.max(most, largest)));
  }
  return { exact, bound };
}

function logitsOf(
  sizes: BertSizes,
  tensors: readonly TensorData[],
  dev: EncodedSplit,
  factor: (index: number) => number,
): Float64Array {
  const params = new Map(
    tensors.map(({ name, data }) => [name, Float64Array.from(data, (value, index) => value * factor(index))]),
  );
  return bert(sizes, params, dev).logits;
}

async function withOnnx<T>(file: Blob, action: (session: OnnxSession) => Promise<T>): Promise<T> {
  const session = await openOnnx(file);
  try {
    return await action(session);
  } finally {
    await session.dispose();
  }
}

/** Both are f32: each may lie one rounding from the float64 logits, so they may lie two from each other. */
async function expectSameLogits(run: Trained, dev: EncodedSplit): Promise<number> {
  const { exact, bound } = roundingOf(run, dev);
  const got = await withOnnx(run.onnx, (session) => session.run(dev));
  expectClose(run.logits, exactReference(exact), bound);
  expectClose(got, exactReference(exact), bound);
  const twice = bound.map((value) => 2 * value);
  expectClose(got, exactReference(run.logits), twice);
  expect(Math.max(...twice)).toBeLessThan(1e-3);
  return got.reduce((most, value, index) => Math.max(most, Math.abs(value - (run.logits[index] ?? 0))), 0);
}

const dev = syntheticSplit(9, 20, small.vocab_size, true);

describe.each([
  ["two classes", ["no", "yes"]],
  ["three classes", ["no", "maybe", "yes"]],
  ["a regression", []],
] as const)("%s", (_, labels) => {
  let run: Trained;
  beforeAll(async () => {
    run = await trained(lively(), labels, dev);
  });

  test("onnxruntime-web and our engine give the same logits for a padded batch", async () => {
    await expectSameLogits(run, dev);
  });

  test("each row alone, where nothing is padded, gives what it gives in the batch", async () => {
    const { bound } = roundingOf(run, dev);
    await withOnnx(run.onnx, async (session) => {
      const alone: number[] = [];
      for (let row = 0; row < dev.count; row++) {
        const [begin = 0, end = 0] = dev.offsets.subarray(row, row + 2);
        const [ids, types] = [dev.ids.subarray(begin, end), dev.types.subarray(begin, end)];
        alone.push(...(await session.run({ ids, types, offsets: [0, end - begin] })));
      }
      expectClose(
        alone,
        exactReference(run.logits),
        bound.map((value) => 2 * value),
      );
    });
  });
});

/** Trains a model of real weights and size, and asks both engines. */
async function expectSameOf(folder: Folder): Promise<void> {
  const checkpoint = await readCheckpoint(folder);
  const rows = syntheticSplit(4, 24, checkpoint.record.vocabularySize, true);
  const run = await trained(checkpoint, ["no", "yes"], rows);
  const difference = await expectSameLogits(run, rows);
  console.log(`${folder.name}: ${run.onnx.size} bytes, largest difference of logits ${difference.toExponential(2)}`);
}

test("the weights of the model that ships", async () => {
  await expectSameOf(await openBundled());
});

const files = ["config.json", "vocab.txt", "model.safetensors"].map((name) => `models/tiny-8k/${name}`);

test.skipIf(!files.every(hasShared))("the weights of a model made elsewhere", async () => {
  await expectSameOf(await openFolder(files.map((path) => ({ path, file: sharedBlob(path) }))));
});

test("a missing tensor names itself, and a cut file is refused in onnxruntime's words", async () => {
  const { tensors, onnx } = await trained(lively(), ["no", "yes"], dev);
  const without = tensors.filter(({ name }) => name !== "classifier.bias");
  const { model } = lively();
  const kind = "classification" as const;
  const parts = { name: "test", kind, labels: ["no", "yes"], outputCount: 2, tensors: without };
  expect(() => writeOnnx({ ...parts, build: (g) => model.graph(g) })).toThrow(
    "There is no classifier.bias to write into the ONNX file.",
  );
  await expect(openOnnx(onnx.slice(0, 1000))).rejects.toMatchObject({ code: "bad-model" });
});
