import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { EvaluationRecord, SelectionRecord, StepRecord } from "../../../src/contract/run.ts";
import type { SubnetworkSnapshot } from "../../../src/contract/subnetwork.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { capture } from "../../../src/gpu/capture.ts";
import { methods } from "../../../src/methods/index.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import type { SavedRun, Session } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import type { StateTensor } from "../../../src/train/run-state.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

let first: Engine;
/** Another device, on which runs go on. */
let second: Engine;
const devices: Device[] = [];
beforeAll(async () => {
  devices.push(await openTestDevice(), await openTestDevice());
  [first, second] = devices.map(likelyEngine) as [Engine, Engine];
});
afterAll(() => devices.forEach((device) => device.destroy()));

/** Twelve steps, evaluated after 5, 10 and 12; DPS has stages of two steps. */
const recipe = { batchSize: 4, learningRate: 1e-3, epochs: 2, evaluateEvery: 5 };
const valuesOf = (id: string): object => ({
  dropout: 0.1,
  ...(id.startsWith("dps-") ? { frozenShare: 0.5, updateRatio: 0.2 } : {}),
});

function requestOf(id: string, more: object = {}) {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  return {
    checkpoint: syntheticCheckpoint(smallBert),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: syntheticSplit(22, 20, smallBert.vocab_size, true),
    dev: syntheticSplit(9, 20, smallBert.vocab_size, true),
    transfers: [],
    method,
    values: parseValues(method.fields, { ...valuesOf(id) }),
    seed: 1,
    settings: trainingSettings({ ...recipe, ...more }),
    watched: true,
  };
}

/** All that a run tells. */
class Told {
  readonly steps: StepRecord[] = [];
  readonly evaluations: EvaluationRecord[] = [];
  readonly selections: SelectionRecord[] = [];
  readonly snapshots: SubnetworkSnapshot[] = [];
  readonly masks: (string | null)[] = [];
  readonly listener = {
    phase: (): void => {},
    steps: (added: readonly StepRecord[]): void => void this.steps.push(...added),
    evaluation: (evaluation: EvaluationRecord): void => void this.evaluations.push(evaluation),
    selection: (selection: SelectionRecord): void => void this.selections.push(selection),
    snapshot: (snapshot: SubnetworkSnapshot, masks: Uint32Array | null): void => {
      this.snapshots.push(snapshot);
      this.masks.push(masks && sha256(masks));
    },
  };

  /** What was told up to now, and then. */
  with(later: Told): object {
    const { steps, evaluations, selections, snapshots, masks } = this;
    return {
      steps: [...steps, ...later.steps],
      evaluations: [...evaluations, ...later.evaluations],
      selections: [...selections, ...later.selections],
      snapshots: [...snapshots, ...later.snapshots],
      masks: [...masks, ...later.masks],
    };
  }

  copy(): Told {
    return Object.assign(new Told(), this.with(new Told()));
  }
}

function sha256(values: Float32Array | Uint32Array): string {
  return createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
}

async function hashesOf(session: Session): Promise<Record<string, string>> {
  return Object.fromEntries([...(await session.weights())].map(([name, values]) => [name, sha256(values)]));
}

interface Stop {
  readonly step: number;
  readonly told: Told;
  readonly tensors: Promise<readonly StateTensor[] | null>;
}

/** Trains to the end, saving the run wherever it may be held. */
async function trainSaving(id: string, more: object = {}) {
  const told = new Told();
  const session = await openSession(first, requestOf(id, more), told.listener);
  const stops: Stop[] = [];
  await session.train({
    gate: async () => {
      const state = await session.state();
      // The run goes on while this is being read.
      if (state !== null) stops.push({ ...state, told: told.copy() });
    },
  });
  const weights = await hashesOf(session);
  session.dispose();
  return { told, stops, weights };
}

function savedOf({ step, told }: Stop, tensors: readonly StateTensor[]): SavedRun {
  const byName = new Map(tensors.map(({ name, data }) => [name, data]));
  const tensor = (name: string) => {
    const found = byName.get(name);
    return found === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(found);
  };
  return { state: { step, tensor }, evaluations: told.evaluations };
}

async function goOn(id: string, stop: Stop, more: object = {}) {
  const later = new Told();
  const tensors = await stop.tensors;
  if (tensors === null) throw new Error("nothing was read");
  const session = await openSession(second, requestOf(id, more), later.listener, undefined, savedOf(stop, tensors));
  expect(session.done).toBe(stop.step);
  await session.train({ gate: () => Promise.resolve() });
  const weights = await hashesOf(session);
  const created = session.created;
  session.dispose();
  return { told: stop.told.with(later), weights, created };
}

describe.each(methods.map(({ id }) => id))("%s", (id) => {
  test("goes on from any step on another device, to the bits of a run that was not broken off", async () => {
    const whole = await trainSaving(id);
    // Before and within the evaluations too: two places of steps 5 and 10.
    expect(whole.stops.map(({ step }) => step)).toEqual([
      1, 2, 3, 4, 5, 5, 5, 5, 6, 7, 8, 9, 10, 10, 10, 10, 11, 12, 12, 12,
    ]);
    const dps = id.startsWith("dps-");
    // DPS: within stage I, at its end, within stage II, at its end.
    const chosen = whole.stops.filter(({ step }, at) => (dps ? step <= 5 || at > 14 : at % 6 === 4));
    for (const stop of chosen) {
      const { told, weights } = await goOn(id, stop);
      expect(weights, `weights from step ${stop.step}`).toEqual(whole.weights);
      expect(told, `told from step ${stop.step}`).toEqual(whole.told.with(new Told()));
    }
  });
});

test.each(["vanilla", "dps-mix", "child-tuning-d"])(
  "%s goes on in mixed precision with the scale it had",
  async (id) => {
    const more = { precision: "mixed" };
    const whole = await trainSaving(id, more);
    const tensors = await whole.stops[0]?.tensors;
    expect(tensors?.filter(({ name }) => name === "loss scale")).toHaveLength(1);
    for (const stop of whole.stops.filter(({ step }) => step === 3 || step === 7)) {
      const { told, weights } = await goOn(id, stop, more);
      expect(weights).toEqual(whole.weights);
      expect(told).toEqual(whole.told.with(new Told()));
    }
  },
);

test("early stopping counts the evaluations before the break", async () => {
  const more = { evaluateEvery: 2, patience: 2, learningRate: 1e-6 };
  const whole = await trainSaving("vanilla", more);
  expect(whole.told.steps.length).toBeLessThan(12);
  for (const stop of whole.stops.filter(({ step }) => step >= 3)) {
    const { told, weights } = await goOn("vanilla", stop, more);
    expect(weights).toEqual(whole.weights);
    expect(told).toEqual(whole.told.with(new Told()));
  }
});

test("a state that lacks a tensor, or is refused, opens no run and leaves nothing behind", async () => {
  const { stops } = await trainSaving("vanilla", { epochs: 1 });
  const [stop] = stops;
  const tensors = await stop?.tensors;
  if (stop === undefined || !tensors) throw new Error("nothing was saved");
  const opening = openSession(
    second,
    requestOf("vanilla", { epochs: 1 }),
    new Told().listener,
    undefined,
    savedOf(stop, tensors.slice(1)),
  );
  await expect(opening).rejects.toThrow(`no ${tensors[0]?.name ?? ""}`);
});

test("what is captured is what stood there when it was asked for, however it is cut up", async () => {
  const session = await openSession(first, requestOf("vanilla"), new Told().listener);
  const tensors = session.parts.params.all.map(({ value }) => value);
  const before = await hashesOf(session);
  for (const limit of [2 ** 28, 2000, 1]) {
    const { values } = await capture(first.device, tensors, limit);
    // In one piece, the run may write while it is read.
    const read = await values;
    expect(read?.map(sha256), `in pieces of ${limit} bytes`).toEqual(tensors.map(({ label }) => before[label]));
  }
  const { values } = await capture(first.device, tensors);
  // The learning rate of the first step is 0.
  await session.submitStep(2);
  expect((await values)?.map(sha256)).toEqual(tensors.map(({ label }) => before[label]));
  expect(await hashesOf(session)).not.toEqual(before);
  session.dispose();
});
