import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scoreOf } from "../../../src/analysis/scores/metrics.ts";
import { parseValues } from "../../../src/contract/fields.ts";
import type { EvaluationRecord } from "../../../src/contract/run.ts";
import { AppError } from "../../../src/core/errors.ts";
import type { EncodedSplit } from "../../../src/data/dataset/batch.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { bufferOf } from "../../../src/gpu/recorder.ts";
import { bytesOf } from "../../../src/gpu/tensor.ts";
import { methods } from "../../../src/methods/index.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import type { RunRequest, TransferSplit } from "../../../src/train/finetuning/assembly.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import type { Control, Engine } from "../../../src/train/engine.ts";
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

const vocabulary = smallBert.vocab_size;
const free: Control = { gate: () => Promise.resolve() };

/** Labels r mod `classCount`, so that every class occurs. */
function labelled(split: EncodedSplit, classCount: number): EncodedSplit {
  return { ...split, labels: split.labels.map((_, row) => row % classCount) };
}

const train = labelled(syntheticSplit(22, 20, vocabulary, true), 3);
const dev = labelled(syntheticSplit(9, 20, vocabulary, true), 3);
/** Longer rows and more of them than train and dev have. */
const other = labelled(syntheticSplit(30, 32, vocabulary), 3);
const three = ["entailment", "neutral", "contradiction"];

async function open(change: Partial<RunRequest>, evaluations: EvaluationRecord[] = []): Promise<Session> {
  const [method] = methods;
  if (method === undefined) throw new Error("no method");
  const request: RunRequest = {
    checkpoint: syntheticCheckpoint(smallBert),
    task: { ...syntheticTask, metrics: [...syntheticTask.metrics, { id: "matthews", label: "", primary: false }] },
    labels: three,
    train,
    dev,
    transfers: [],
    method,
    values: parseValues(method.fields, { dropout: 0 }),
    seed: 1,
    settings: trainingSettings({ batchSize: 4, learningRate: 5e-3, epochs: 2, warmupRatio: 0 }),
    ...change,
  };
  return await openSession(engine, request, {
    phase: () => {},
    steps: () => {},
    evaluation: (evaluation) => evaluations.push(evaluation),
    selection: () => {},
  });
}

async function trained(change: Partial<RunRequest>) {
  const evaluations: EvaluationRecord[] = [];
  const session = await open(change, evaluations);
  try {
    await session.train(free);
    const last = evaluations.at(-1);
    if (last === undefined || session.lastDev === null) throw new Error("no evaluation");
    return { evaluations, scores: last.scores, logits: session.lastDev.logits, allocated: session.allocatedBytes, plan: session.plan };
  } finally {
    session.dispose();
  }
} // prettier-ignore

/** Index of the largest of each row's three logits. */
function largest(logits: Float32Array): readonly number[] {
  return Array.from({ length: logits.length / 3 }, (_, row) => {
    const own = [...logits.subarray(3 * row, 3 * row + 3)];
    return own.indexOf(Math.max(...own));
  });
}

const identity = [0, 1, 2];
const set = (name: string, split: EncodedSplit, ofTrained = identity): TransferSplit => ({ name, split, ofTrained });

describe("sets of other sources", () => {
  test("are scored after the last step alone, by every metric; one that is dev has just its scores", async () => {
    const run = await trained({ transfers: [set("Same", dev), set("Other", other)] });
    const own = ["accuracy", "matthews"];
    const all = ["accuracy", "matthews", "accuracy@Same", "matthews@Same", "accuracy@Other", "matthews@Other"];
    expect(run.evaluations.map(({ scores }) => Object.keys(scores))).toEqual([own, all]);
    expect(run.scores["accuracy@Same"]).toBe(run.scores["accuracy"]);
    expect(run.scores["matthews@Same"]).toBe(run.scores["matthews"]);
    // The dev set's logits are kept, as many as it has rows, whatever was scored after it.
    const plain = await trained({});
    expect(run.logits).toEqual(plain.logits);
    expect(run.logits.length).toBe(3 * dev.count);
    expect(run.evaluations[0]).toEqual(plain.evaluations[0]);
  });

  test("have the scores that their predictions have by hand, in coarser classes too", async () => {
    // As its dev set, the same run tells what it says of these rows.
    const predicted = largest((await trained({ dev: other })).logits);
    expect(new Set(predicted).size).toBeGreaterThan(1);
    const two = labelled(other, 2);
    const turned = [1, 0, 0];
    const run = await trained({ transfers: [set("Three", other), set("Two", two, turned)] });
    const inTwo = predicted.map((index) => (index === 0 ? 1 : 0));
    const hits = inTwo.filter((index, row) => index === two.labels[row]).length;
    expect(run.scores["accuracy@Two"]).toBe(hits / two.count);
    expect(run.scores["matthews@Two"]).toBe(scoreOf("matthews", inTwo, two.labels));
    expect(run.scores["accuracy@Three"]).toBe(scoreOf("accuracy", predicted, other.labels));
  });

  test("longer and larger than dev are in the memory plan, exactly", async () => {
    const plain = await trained({});
    for (const transfers of [[set("Other", other)], [set("Same", dev), set("Other", other)]]) {
      const run = await trained({ transfers });
      expect(run.allocated).toEqual(run.plan.bytes);
      // Three logits for each row that it has more than dev.
      expect((run.plan.bytes["results"] ?? 0) - (plain.plan.bytes["results"] ?? 0)).toBe(
        bytesOf([30, 3], "f32") - bytesOf([9, 3], "f32"),
      );
      expect(run.plan.bytes["inputs"]).toBeGreaterThan(plain.plan.bytes["inputs"] ?? Number.NaN);
    }
    const shorter = await trained({ transfers: [set("Same", dev)] });
    expect(shorter.plan.bytes).toEqual(plain.plan.bytes);
    expect(shorter.allocated).toEqual(plain.plan.bytes);
  });

  test("create nothing that a run without them would not", async () => {
    const [plain, with_] = [await open({}), await open({ transfers: [set("Other", other)] })];
    for (const session of [plain, with_]) await session.train(free);
    expect(with_.created).toEqual(plain.created);
    for (const session of [plain, with_]) session.dispose();
  });

  test("of scores are held against the outputs, and a score beyond 32 bits breaks no run", async () => {
    const task = { ...syntheticTask, kind: "regression" as const, metrics: [{ id: "pearson", label: "", primary: true }] };
    const change = { task, labels: [] };
    const scored = { ...other, labels: other.labels.map((_, row) => row / 10) };
    const { logits } = await trained({ ...change, dev: scored });
    const endless = { ...dev, labels: dev.labels.map(() => Infinity) };
    const run = await trained({ ...change, transfers: [set("Scored", scored, []), set("Endless", endless, [])] });
    expect(run.scores["pearson@Scored"]).toBe(scoreOf("pearson", logits, scored.labels));
    expect(run.scores["pearson@Scored"]).not.toBeNull();
    expect(run.scores["pearson@Endless"]).toBeNull();
  }); // prettier-ignore
});

describe("where a set cannot be scored, the dev rows' scores are told before the run ends", () => {
  /** Trains with a gate that does something before the second set's first batch; dev's three and one's eight go before. */
  async function interrupted(act: (session: Session) => Promise<void>) {
    const evaluations: EvaluationRecord[] = [];
    const session = await open({ transfers: [set("One", other), set("Two", dev)] }, evaluations);
    let batches = 0;
    const gate = async (share: number): Promise<void> => {
      if (share === 1 && ++batches === 12) await act(session);
    };
    const thrown: unknown = await session.train({ gate }).catch((error: unknown) => error);
    session.dispose();
    expect(evaluations.map(({ step, scores }) => [step, Object.keys(scores)])).toEqual([
      [6, ["accuracy", "matthews"]],
      [12, ["accuracy", "matthews"]],
    ]);
    return thrown;
  }

  test("an output that is no number is said with the set's name", async () => {
    const ended = await interrupted(async (session) => {
      await device.gpu.queue.onSubmittedWorkDone();
      const bias = session.parts.params.of("classifier.bias").value;
      device.gpu.queue.writeBuffer(bufferOf(bias), bias.allocation.offset, Float32Array.of(Number.NaN, 0, 0));
    });
    expect(ended).toMatchObject({ code: "not-finite", message: expect.stringContaining('for the set "Two"') });
  });

  test("a stop", async () => {
    const stop = new AppError("stopped", "The experiment was stopped.");
    expect(await interrupted(() => Promise.reject(stop))).toBe(stop);
  });
});
