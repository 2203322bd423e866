import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { StepRecord } from "../../../src/contract/run.ts";
import { makeBatch } from "../../../src/data/dataset/batch.ts";
import { capture } from "../../../src/gpu/capture.ts";
import { openDevice, type Device } from "../../../src/gpu/device.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { download } from "../../../src/gpu/readback.ts";
import { sectionsOf } from "../../../src/gpu/tensor.ts";
import { methods } from "../../../src/methods/index.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { planOnDevice } from "../../../src/train/finetuning/plan.ts";
import { openSession, type SavedRun, type Session } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openPrediction } from "../../../src/train/prediction/prediction-session.ts";
import type { StateTensor } from "../../../src/train/run-state.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyKernels } from "../../gpu/kernels.ts";
import { watchedGpu } from "../../gpu/watched-gpu.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

/** Where a device binds no more: 546 rows of the word table, of which a section has 512. */
const mostBytes = 70_000;
/** Its word table of 140,800 bytes is cut in three, at rows 512 and 1,024. */
const sizes = {
  vocab_size: 1100,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 48,
  max_position_embeddings: 32,
};
const wordTable = "bert.embeddings.word_embeddings.weight";

let whole: Engine;
/** The same GPU, which claims to bind no more than that. */
let cut: Engine;
const devices: Device[] = [];
beforeAll(async () => {
  const [first, second] = [await openTestDevice(), await openDevice(watchedGpu({ maxBindingBytes: mostBytes }).gpu)];
  devices.push(first, second);
  const kernels = likelyKernels(first);
  const engineOf = (device: Device): Engine => {
    return { device, pipelines: new Pipelines(device), kernels, choice: {}, profiler: null };
  };
  [whole, cut] = [engineOf(first), engineOf(second)];
});
afterAll(() => devices.forEach((device) => device.destroy()));

function requestOf(id: string) {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const stages = id.startsWith("dps-") ? { frozenShare: 0.5, updateRatio: 0.34 } : {};
  const recipe = { batchSize: 4, learningRate: 1e-3, weightDecay: 0.1, steps: 6, warmupRatio: 0, evaluateEvery: 6 };
  return {
    checkpoint: syntheticCheckpoint(sizes),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: syntheticSplit(12, 20, sizes.vocab_size, true),
    dev: syntheticSplit(5, 20, sizes.vocab_size, true),
    transfers: [],
    method,
    values: parseValues(method.fields, { dropout: 0.1, ...stages }),
    seed: 1,
    settings: trainingSettings(recipe),
    watched: true,
  };
}

interface Trained {
  readonly steps: readonly StepRecord[];
  readonly snapshots: readonly object[];
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly dev: Session["lastDev"];
  /** After step 3. */
  readonly state: readonly StateTensor[];
}

/** Trains to the end, from the start or from a state after step 3. */
async function train(engine: Engine, id: string, saved: SavedRun | null = null): Promise<Trained> {
  const [steps, snapshots]: [StepRecord[], object[]] = [[], []];
  const listener = {
    phase: () => {},
    steps: (added: readonly StepRecord[]) => void steps.push(...added),
    evaluation: () => {},
    selection: () => {},
    snapshot: (...taken: readonly unknown[]) => void snapshots.push(taken),
  };
  const session = await openSession(engine, requestOf(id), listener, undefined, saved);
  const { value, grad } = session.parts.params.of(wordTable);
  const { first, second } = session.parts.optimizer.moments.get(wordTable) ?? { first: grad, second: grad };
  const count = engine === cut ? 3 : 1;
  expect([value, grad, first, second].map((tensor) => sectionsOf(tensor).length)).toEqual([count, count, count, count]);
  let state: Promise<readonly StateTensor[] | null> = Promise.resolve([]);
  let kept = false;
  await session.train({
    gate: async () => {
      if (session.done !== 3 || kept) return;
      kept = true;
      state = (await session.state())?.tensors ?? state;
    },
  });
  engine.device.check();
  // A run that goes on prepares nothing.
  if (saved === null) expect(session.allocatedBytes).toEqual(session.plan.bytes);
  const trained = {
    steps,
    snapshots,
    weights: await session.weights(),
    dev: session.lastDev,
    state: (await state) ?? [],
  };
  session.dispose();
  return trained;
}

describe.each(methods.map(({ id }) => id))("%s with a word table in sections", (id) => {
  test("trains to the bits of one in one piece, and goes on from its state, and it from this one's", async () => {
    const [one, other] = [await train(whole, id), await train(cut, id)];
    expect(one.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(one.weights.get(wordTable)).not.toEqual(requestOf(id).checkpoint.values.get(wordTable));
    expect(other).toEqual(one);
    const byName = new Map(other.state.map(({ name, data }) => [name, data]));
    const tensor = (name: string) => Promise.resolve(byName.get(name) ?? new Float32Array());
    const saved = { state: { step: 3, tensor }, evaluations: [] };
    for (const engine of [whole, cut]) {
      const later = await train(engine, id, saved);
      expect([later.weights, later.dev]).toEqual([one.weights, one.dev]);
      expect(later.steps).toEqual(one.steps.slice(3));
    }
  });
});

test("a run whose other buffers are small is one that the device can hold", () => {
  const { plan, problem } = planOnDevice(requestOf("vanilla"), cut);
  expect(problem).toBeNull();
  expect(plan.largest.bytes).toBeLessThanOrEqual(mostBytes);
  expect(plan.bytes).toEqual(planOnDevice(requestOf("vanilla"), whole).plan.bytes);
});

test("any part of a table in sections is read, and it is captured as one", async () => {
  const session = await openSession(cut, requestOf("vanilla"), {
    phase: () => {},
    steps: () => {},
    evaluation: () => {},
    selection: () => {},
  });
  const { value } = session.parts.params.of(wordTable);
  const want = requestOf("vanilla").checkpoint.values.get(wordTable) ?? new Float32Array();
  for (const [from, count] of [
    [0, 1100 * 32],
    [511 * 32 + 7, 580 * 32],
    [512 * 32, 32],
    [1099 * 32, 32],
  ] as const) {
    expect(await download(cut.device, value, { from, count })).toEqual(want.slice(from, from + count));
  }
  for (const limit of [2 ** 28, 70_000, 1]) {
    const { values } = await capture(cut.device, [value, value], limit);
    expect(await values, `in pieces of ${limit} bytes`).toEqual([want, want]);
  }
  session.dispose();
});

test("a model that only answers gives the same logits", async () => {
  const { checkpoint, dev } = requestOf("vanilla");
  const specs = checkpoint.model.params(2);
  const values = new Map(specs.map(({ name, shape }) => [name, checkpoint.values.get(name) ?? ones(shape)]));
  const batch = makeBatch(dev, Uint32Array.of(0, 1, 2, 3, 4));
  const limits = { tokenCount: batch.tokenCount, sequenceCount: 5, maxLength: batch.longest };
  const logits: Float32Array[] = [];
  for (const engine of [whole, cut]) {
    const session = await openPrediction(engine, { model: checkpoint.model, outputCount: 2, values, limits });
    logits.push(await session.run(batch));
    session.dispose();
  }
  expect(logits[1]).toEqual(logits[0]);
  expect(new Set(logits[0])).toHaveLength(10);
});

function ones(shape: readonly number[]): Float32Array {
  return Float32Array.from(
    { length: shape.reduce((product, extent) => product * extent, 1) },
    (_, at) => (at % 7) / 50,
  );
}
