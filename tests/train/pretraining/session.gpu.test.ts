import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { drawBits } from "../../../src/core/rng.ts";
import type { EncodedCorpus } from "../../../src/data/text/encoded-corpus.ts";
import type { Device } from "../../../src/gpu/device.ts";
import type { TensorData } from "../../../src/models/safetensors.ts";
import { bert } from "../../../src/nn/families/bert/bert.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { corpusBatches } from "../../../src/train/pretraining/batches.ts";
import { openPretraining } from "../../../src/train/pretraining/session.ts";
import type { PretrainingSession, PretrainingState } from "../../../src/train/pretraining/session.ts";
import type { LossesRecord, PretrainingStepRecord } from "../../../src/contract/pretraining.ts";
import { pretrainingSettings } from "../../../src/train/pretraining/settings.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { openTestDevice } from "../../gpu/device.ts";

let device: Device;
let engine: Engine;
beforeAll(async () => {
  device = await openTestDevice();
  engine = likelyEngine(device);
});
afterAll(() => device.destroy());

const vocabularySize = 60;
const special = { padding: 0, unknown: 1, classify: 2, separate: 3, mask: 4 };
const { pretraining, initializerRange } = bert.open({
  vocab_size: vocabularySize,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 24,
});
if (pretraining === undefined) throw new Error("BERT has a pre-training");
const model = pretraining;
const free = { gate: () => Promise.resolve() };

/** Documents that say one of four words again and again. */
function dullCorpus(seed: number, documentCount: number): EncodedCorpus {
  const sentencesPerDocument = 12;
  const tokensPerSentence = 8;
  const perDocument = sentencesPerDocument * tokensPerSentence;
  const word = (document: number): number => 5 + (drawBits(seed, "word", 0, document) % 4);
  return {
    vocabularySize,
    special,
    ids: Uint16Array.from({ length: documentCount * perDocument }, (_, token) => word(Math.floor(token / perDocument))),
    sentences: Uint32Array.from(
      { length: documentCount * sentencesPerDocument + 1 },
      (_, index) => index * tokensPerSentence,
    ),
    documents: Uint32Array.from({ length: documentCount + 1 }, (_, index) => index * sentencesPerDocument),
  };
}

interface Opened {
  readonly session: PretrainingSession;
  readonly steps: PretrainingStepRecord[];
  readonly evaluations: LossesRecord[];
}

async function open(given: object = {}, state: PretrainingState | null = null, seed = 3): Promise<Opened> {
  const steps: PretrainingStepRecord[] = [];
  const evaluations: LossesRecord[] = [];
  const settings = pretrainingSettings({
    steps: 6,
    batchSize: 4,
    length: 24,
    learningRate: 5e-3,
    dropout: 0,
    evaluateEvery: 4,
    evaluationBatches: 2,
    ...given,
  });
  const batches = corpusBatches(dullCorpus(1, 40), dullCorpus(2, 6), settings, seed);
  const request = { model, initializerRange, settings, seed, initial: new Map(), ...batches };
  const session = await openPretraining(
    engine,
    request,
    {
      phase: () => {},
      steps: (added) => steps.push(...added),
      evaluation: (losses) => evaluations.push(losses),
      done: () => Promise.resolve(),
    },
    state,
  );
  return { session, steps, evaluations };
}

function bitsOf(tensors: readonly TensorData[]): Record<string, string> {
  return Object.fromEntries(
    tensors.map(({ name, data }) => [name, Buffer.from(data.slice().buffer).toString("base64")]),
  );
}

describe("a pre-training", () => {
  test("a run that was stopped and resumed ends in the same bits", async () => {
    const whole = await open({ dropout: 0.1 });
    await whole.session.train(free);
    const want = await whole.session.state();
    whole.session.dispose();

    const first = await open({ dropout: 0.1 });
    for (let step = 1; step <= 3; step++) await first.session.submitStep(step);
    const state = await first.session.state();
    first.session.dispose();
    expect(state.step).toBe(3);

    const second = await open({ dropout: 0.1 }, state);
    await second.session.train(free);
    const got = await second.session.state();
    second.session.dispose();
    expect(got.step).toBe(6);
    expect(bitsOf(got.tensors)).toEqual(bitsOf(want.tensors));
    expect([...first.steps, ...second.steps]).toEqual(whole.steps);
    expect(second.evaluations).toEqual(whole.evaluations);
  });

  test("another seed gives other bits", async () => {
    const [one, other] = [await open(), await open({}, null, 4)];
    for (const { session } of [one, other]) await session.train(free);
    expect(bitsOf(await other.session.weights())).not.toEqual(bitsOf(await one.session.weights()));
    for (const { session } of [one, other]) session.dispose();
  });

  test("learns what is easy, on text that it does not train on", async () => {
    const { session, evaluations } = await open({ steps: 60, batchSize: 8, evaluateEvery: 60 });
    const before = await session.evaluate();
    await session.train(free);
    const [after] = evaluations;
    session.dispose();
    // Who knows nothing has ln 60 = 4.1, who knows the four words at least ln 4 = 1.4 and a quarter right.
    expect(before.words.loss).toBeGreaterThan(4);
    expect(after?.words.loss ?? Number.NaN).toBeLessThan(2);
    expect(after?.words.accuracy ?? Number.NaN).toBeGreaterThan(0.25);
  });

  test("creates nothing after the first step and measurement, and takes what was planned", async () => {
    const { session } = await open({ steps: 9 });
    await session.submitStep(1);
    await session.evaluate();
    const after = session.created;
    for (let step = 2; step <= 9; step++) await session.submitStep(step);
    await session.evaluate();
    expect(session.created).toEqual(after);
    expect(session.allocatedBytes).toEqual(session.plan.bytes);
    session.dispose();
  });

  test("a measurement changes nothing, and measures the same twice", async () => {
    const { session } = await open();
    await session.submitStep(1);
    const before = bitsOf((await session.state()).tensors);
    const losses = [await session.evaluate(), await session.evaluate()];
    expect(losses[1]).toEqual(losses[0]);
    expect(bitsOf((await session.state()).tensors)).toEqual(before);
    session.dispose();
  });
});

test("starts from the values that are given", async () => {
  const settings = pretrainingSettings({ steps: 1, batchSize: 2, length: 24 });
  const table = Float32Array.from({ length: vocabularySize * 16 }, (_, index) => index / 1000);
  const name = "bert.embeddings.word_embeddings.weight";
  const batches = corpusBatches(dullCorpus(1, 9), dullCorpus(2, 6), settings, 1);
  const listener = { phase: () => {}, steps: () => {}, evaluation: () => {}, done: () => Promise.resolve() };
  const request = { model, initializerRange, settings, seed: 1, ...batches };
  const session = await openPretraining(engine, { ...request, initial: new Map([[name, table]]) }, listener);
  const weights = new Map((await session.weights()).map(({ name: parameter, data }) => [parameter, data]));
  expect(weights.get(name)).toEqual(table);
  expect([...new Set(weights.get("bert.embeddings.LayerNorm.weight"))]).toEqual([1]);
  expect([...new Set(weights.get("cls.predictions.bias"))]).toEqual([0]);
  session.dispose();
  const wrong = openPretraining(engine, { ...request, initial: new Map([[name, table.subarray(1)]]) }, listener);
  await expect(wrong).rejects.toMatchObject({ code: "shape-mismatch" });
  // Nothing of the refused run is left: an error scope of it would take the next run's errors.
  await expect(device.gpu.popErrorScope()).rejects.toThrow("No error scopes to pop");
});

test("a stop keeps every step that was done", async () => {
  const { session, steps } = await open({ steps: 50 });
  let asked = 0;
  const gate = () => (++asked > 4 ? Promise.reject(new AppError("stopped", "Stopped.")) : Promise.resolve());
  await expect(session.train({ gate })).rejects.toMatchObject({ code: "stopped" });
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(session.done).toBe(4);
  session.dispose();
});
