import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { EvaluationRecord, SelectionRecord, StepRecord } from "../../../src/contract/run.ts";
import type { EncodedSplit } from "../../../src/data/dataset/batch.ts";
import { AppError } from "../../../src/core/errors.ts";
import { sizeOf } from "../../../src/core/shape.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { download } from "../../../src/gpu/readback.ts";
import { bufferOf } from "../../../src/gpu/recorder.ts";
import { bytesOf } from "../../../src/gpu/tensor.ts";
import { methods } from "../../../src/methods/index.ts";
import { keptAcross } from "../../../src/methods/selection.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { plannedCounts } from "../../../src/train/finetuning/child-network.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import type { Engine } from "../../../src/train/engine.ts";
import type { Session } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

let device: Device;
let engine: Engine;
beforeAll(async () => {
  device = await openTestDevice();
  engine = likelyEngine(device);
});
afterAll(() => device.destroy());

const free = { gate: () => Promise.resolve() };

interface Trained {
  readonly session: Session;
  readonly steps: StepRecord[];
  readonly evaluations: EvaluationRecord[];
  readonly selections: SelectionRecord[];
}

const rows = syntheticSplit(22, 20, smallBert.vocab_size, true);

async function open(
  id: string,
  values: object = {},
  training: object = {},
  seed = 1,
  train: EncodedSplit = rows,
): Promise<Trained> {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const steps: StepRecord[] = [];
  const evaluations: EvaluationRecord[] = [];
  const selections: SelectionRecord[] = [];
  const request = {
    checkpoint: syntheticCheckpoint(smallBert),
    task: syntheticTask,
    labels: ["no", "yes"],
    train,
    dev: syntheticSplit(9, 20, smallBert.vocab_size, true),
    transfers: [],
    method,
    values: parseValues(method.fields, { ...values }),
    seed,
    settings: trainingSettings({ batchSize: 4, learningRate: 1e-3, epochs: 2, ...training }),
  };
  const session = await openSession(engine, request, {
    phase: () => {},
    steps: (added) => steps.push(...added),
    evaluation: (evaluation) => evaluations.push(evaluation),
    selection: (selection) => selections.push(selection),
  });
  return { session, steps, evaluations, selections };
}

/** Trains to the end; the weights' bits, and everything that was told. */
async function train(id: string, values: object = {}, training: object = {}, seed = 1) {
  const { session, ...told } = await open(id, values, training, seed);
  try {
    await session.train(free);
    return { ...told, weights: await session.weights(), created: session.created };
  } finally {
    session.dispose();
  }
}

function bitsOf(weights: ReadonlyMap<string, Float32Array>): Record<string, string> {
  return Object.fromEntries(
    [...weights].map(([name, values]) => [name, Buffer.from(values.slice().buffer).toString("base64")]),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const dropouts = [{ dropout: 0 }, { dropout: 0.1 }];

const neutrals: readonly (readonly [id: string, values: object])[] = [
  ["dps-dense", { frozenShare: 0, updateRatio: 0.2 }],
  ["dps-mix", { frozenShare: 0, updateRatio: 0.2 }],
  ["mixout", { mixShare: 0 }],
  ["r3f", { divergenceWeight: 0 }],
  ["child-tuning-d", { childShare: 1 }],
  ["child-tuning-f", { drawnShare: 1 }],
  ["re-init", { topLayers: 0, reinitPooler: false }],
];

test.each(methods.map(({ id }) => id))("%s writes nothing between tensors that share a buffer", async (id) => {
  const { session } = await open(id, {}, { epochs: 4 });
  await session.train(free);
  const { params, optimizer } = session.parts;
  for (const { spec, value, grad } of params.list) {
    const { first, second } = optimizer.moments.get(spec.name) ?? {};
    // Those of a child network share no buffer with gaps.
    expect(first !== undefined).toBe(session.parts.method.child === undefined || spec.group !== "encoder");
    for (const tensor of [value, grad, first, second]) {
      if (tensor === undefined) continue;
      const { offset, bytes, memory } = tensor.allocation;
      const used = sizeOf(spec.shape) * 4;
      if (bytes === used) continue;
      const gap = { offset: offset + used, bytes: bytes - used, memory };
      const behind = await download(device, { ...tensor, shape: [(bytes - used) / 4], allocation: gap });
      expect(
        behind.every((number) => number === 0),
        `behind ${tensor.label}`,
      ).toBe(true);
    }
  }
  session.dispose();
});

describe.each(neutrals)("%s at its neutral setting", (id, values) => {
  test.each(dropouts)("is vanilla bit for bit, dropout $dropout", async ({ dropout }) => {
    const [plain, neutral] = [await train("vanilla", { dropout }), await train(id, { dropout, ...values })];
    expect(bitsOf(neutral.weights)).toEqual(bitsOf(plain.weights));
    expect(neutral.steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss));
  });
});

test("r-drop without its divergence and without dropout is vanilla bit for bit", async () => {
  const [plain, neutral] = [
    await train("vanilla", { dropout: 0 }),
    await train("r-drop", { dropout: 0, consistencyWeight: 0 }),
  ];
  expect(bitsOf(neutral.weights)).toEqual(bitsOf(plain.weights));
  expect(neutral.steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss));
});

/** Settings under which a short run shows what the method does. */
const ownValues: Readonly<Record<string, object>> = {
  "dps-dense": { frozenShare: 0.5, updateRatio: 0.2 },
  "dps-mix": { frozenShare: 0.5, updateRatio: 0.2 },
  r3f: { noiseScale: 0.01 },
};
const selecting: readonly string[] = ["dps-dense", "dps-mix", "child-tuning-d"];

describe.each(methods.slice(1).map(({ id }) => id))("%s", (id) => {
  test("at its own settings is not vanilla", async () => {
    const values = { dropout: 0.1, ...ownValues[id] };
    const [plain, own] = [await train("vanilla", { dropout: 0.1 }), await train(id, values)];
    expect(bitsOf(own.weights)).not.toEqual(bitsOf(plain.weights));
    expect(own.selections.length > 0).toBe(selecting.includes(id));
  });
});

/** How a step may save memory; the second epoch's last step has one part only. */
const ways = [{}, { recompute: "layers" }, { accumulate: 2 }];

describe.each(methods.map(({ id }) => id))("%s", (id) => {
  const values = { dropout: 0.1, ...ownValues[id] };

  test("gives the same bits for the same seed, others for another", async () => {
    const [first, again, other] = [await train(id, values), await train(id, values), await train(id, values, {}, 2)];
    expect(bitsOf(again.weights)).toEqual(bitsOf(first.weights));
    expect(again.steps).toEqual(first.steps);
    expect(again.evaluations).toEqual(first.evaluations);
    expect(bitsOf(other.weights)).not.toEqual(bitsOf(first.weights));
  });

  test("gives the same bits where the backward computes activations again, in less memory", async () => {
    const again = await train(id, values, { recompute: "layers" });
    const kept = await train(id, values);
    expect(bitsOf(again.weights)).toEqual(bitsOf(kept.weights));
    expect([again.steps, again.evaluations, again.selections]).toEqual([kept.steps, kept.evaluations, kept.selections]);
    expect(again.created).toMatchObject({ pipelines: kept.created.pipelines });
    expect(again.created.buffers).toBeLessThan(kept.created.buffers);
  });

  test.each(ways)("creates nothing after its first cycle, %o", async (way) => {
    const { session } = await open(id, values, { steps: 24, ...way });
    await session.prepare(free);
    const us = 5;
    for (let step = 1; step <= 2 * us + 1; step++) await session.submitStep(step);
    const after = session.created;
    for (let step = 2 * us + 2; step <= 24; step++) await session.submitStep(step);
    expect(session.created).toEqual(after);
    session.dispose();
  });

  test.each(ways)("takes the memory that was planned, %o", async (way) => {
    const { session } = await open(id, values, { epochs: 4, ...way });
    await session.prepare(free);
    for (let step = 1; step <= 12; step++) await session.submitStep(step);
    expect(session.allocatedBytes).toEqual(session.plan.bytes);
    session.dispose();
  });
});

test("child-tuning-d has moments of the share that it trains alone, as was planned", async () => {
  const momentsAt = async (childShare: number) => {
    const { session } = await open("child-tuning-d", { childShare });
    await session.train(free);
    expect(session.allocatedBytes).toEqual(session.plan.bytes);
    const sizes = session.parts.method.child?.matrices.map(({ param }) => sizeOf(param.spec.shape)) ?? [];
    const kept = session.parts.method.child === undefined ? [] : plannedCounts(session.parts.method.child);
    session.dispose();
    return { bytes: session.plan.bytes.moments ?? 0, total: sum(sizes), kept: sum(kept) };
  };
  const [all, some] = [await momentsAt(1), await momentsAt(0.3)];
  expect(all.kept).toBe(all.total);
  expect(some.kept).toBe(keptAcross(all.total, 0.3));
  expect(all.bytes - some.bytes).toBe(2 * (bytesOf([all.total], "f32") - bytesOf([some.kept], "f32")));
});

test("parts of a step draw their own dropout, and give the same bits each time", async () => {
  const row = syntheticSplit(1, 20, smallBert.vocab_size);
  const ids = [...row.ids, ...row.ids];
  const twice = { ...row, count: 2, ids: Uint32Array.from(ids), types: new Uint8Array(ids.length), offsets: Uint32Array.of(0, 20, 40), labels: Float32Array.of(1, 1) }; // prettier-ignore
  const first = async (dropout: number, accumulate: number) => {
    const training = { batchSize: 1, accumulate, steps: 1, order: "file" };
    const { session, steps } = await open("vanilla", { dropout }, training, 1, twice);
    await session.train(free);
    session.dispose();
    return steps.map(({ loss, gradNorm }) => ({ loss, gradNorm }));
  };
  // The mean over the same row twice is that over it once.
  expect(await first(0, 2)).toEqual(await first(0, 1));
  const both = await first(0.1, 2);
  expect(both).not.toEqual(await first(0.1, 1));
  expect(both).toEqual(await first(0.1, 2));
});

test("evaluates after each epoch and at the end, or every so many steps", async () => {
  const each = await train("vanilla");
  expect(each.evaluations.map(({ step, epoch }) => [step, epoch])).toEqual([
    [6, 1],
    [12, 2],
  ]);
  const every = await train("vanilla", {}, { evaluateEvery: 5 });
  expect(every.evaluations.map(({ step }) => step)).toEqual([5, 10, 12]);
});

test("a loss that is not a number ends the run and keeps the steps before it", async () => {
  const { session, steps } = await open("vanilla", {}, { learningRate: 9, clip: 1e9, warmupRatio: 0, steps: 60 });
  const values = session.parts.params.of("classifier.bias").value;
  await session.submitStep(1);
  await session.submitStep(2);
  device.gpu.queue.writeBuffer(bufferOf(values), values.allocation.offset, Float32Array.of(Number.NaN, 1));
  await session.submitStep(3);
  const ended = await session.settle(3).catch((error: unknown) => error);
  expect(ended).toBeInstanceOf(AppError);
  expect(ended).toMatchObject({ code: "not-finite", message: expect.stringContaining("At step 3 ") });
  expect(steps.map(({ step }) => step)).toEqual([1, 2]);
  session.dispose();
});

test("a stop ends the run after the step in flight and keeps every step that was done", async () => {
  const { session, steps } = await open("vanilla", {}, { steps: 50 });
  let asked = 0;
  const gate = () =>
    ++asked > 4 ? Promise.reject(new AppError("stopped", "The experiment was stopped.")) : Promise.resolve();
  await expect(session.train({ gate })).rejects.toMatchObject({ code: "stopped" });
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  session.dispose();
});
