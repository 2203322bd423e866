import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { SelectionRecord } from "../../../src/contract/run.ts";
import type { DriftRecord, SubnetworkSnapshot } from "../../../src/contract/subnetwork.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { downloadWords } from "../../../src/gpu/readback.ts";
import { GpuRecorder } from "../../../src/gpu/recorder.ts";
import { methods } from "../../../src/methods/index.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { initialValues } from "../../../src/train/checkpoint.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import type { Session } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { momentsOf } from "../../../src/train/subnetwork/moments.ts";
import type { Moment } from "../../../src/train/subnetwork/moments.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { at } from "../../reference/array.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";
import { deviations, expectedDrift, expectedLayers, expectedPlaces } from "./expected.ts";
import type { Left } from "./expected.ts";

let device: Device;
let engine: Engine;
beforeAll(async () => {
  device = await openTestDevice();
  engine = likelyEngine(device);
});
afterAll(() => device.destroy());

/** No size but the heads' is a multiple of 32; there are more neurons than bins. */
const small = {
  vocab_size: 50,
  hidden_size: 18,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 150,
  max_position_embeddings: 32,
};
const sizes = { layers: 2, hidden: 18, inner: 150, heads: 3 };
const stepCount = 17;
const free = { gate: () => Promise.resolve() };

async function open(id: string, watched: boolean, values: object = {}, training: object = {}) {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const snapshots: SubnetworkSnapshot[] = [];
  const selections: SelectionRecord[] = [];
  const request = {
    checkpoint: syntheticCheckpoint(small),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: syntheticSplit(22, 20, small.vocab_size, true),
    dev: syntheticSplit(9, 20, small.vocab_size, true),
    transfers: [],
    method,
    values: parseValues(method.fields, { ...values }),
    seed: 1,
    settings: trainingSettings({ batchSize: 4, learningRate: 1e-3, steps: stepCount, ...training }),
    watched,
  };
  const session = await openSession(engine, request, {
    phase: () => {},
    steps: () => {},
    evaluation: () => {},
    selection: (selection) => selections.push(selection),
    snapshot: (snapshot) => snapshots.push(snapshot),
  });
  return { session, snapshots, selections };
}

/** Settings under which so short a run selects several times. */
const ownValues: Readonly<Record<string, object>> = {
  "dps-dense": { updateRatio: 0.12 },
  "dps-mix": { updateRatio: 0.12 },
};

/** Masks and weights as they are on the device. */
async function leftBy(session: Session): Promise<readonly Left[]> {
  const { checkpoint } = session.request;
  const { method, params, watch } = session.parts;
  const chosen = method.selections?.matrices;
  const list = chosen?.map(({ param }) => param) ?? params.list.filter(({ spec }) => spec.selectable);
  const weights = await session.weights();
  const start = initialValues(checkpoint, session.sizes.specs, 1, { anew: method.anew });
  // Drawn masks are nowhere else; that they are the drawn ones, the tests of the kernels say.
  const masks = watch?.masks ?? null;
  const words = masks === null ? null : await downloadWords(device, masks);
  let first = 0;
  const left: Left[] = [];
  for (const [index, { spec }] of list.entries()) {
    const [rows = 1, cols = 1] = spec.shape;
    const begin = first;
    first += Math.ceil((rows * cols) / 32);
    const own = chosen?.[index]?.mask;
    const bits = own === undefined ? (words?.slice(begin, first) ?? null) : await downloadWords(device, own);
    left.push({
      name: spec.name,
      layer: spec.group === "encoder" ? spec.depth - 1 : null,
      rows,
      cols,
      bits: bits === null ? null : unpacked(bits, rows * cols),
      values: weights.get(spec.name) ?? new Float32Array(),
      start: start.get(spec.name) ?? new Float32Array(),
    });
  }
  return left;
}

function unpacked(words: Uint32Array, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (at(words, index >> 5) >>> (index & 31)) & 1);
}

/** Trains to the end; `seen`: what the device had at every moment that is looked at. */
async function trainAndSee(session: Session, moments: readonly Moment[]): Promise<readonly (readonly Left[])[]> {
  const seen: (readonly Left[])[] = [];
  let done = 0;
  let prepared = session.parts.method.prepare === undefined;
  // The gate before step n + 1 is when step n is over. Preparation and evaluation ask at gates of their own.
  const gate = async (share: number): Promise<void> => {
    prepared ||= await hasSelected(session);
    if (!prepared || Math.round(share * stepCount) !== done) return;
    if (moments[seen.length]?.step === done) seen.push(await leftBy(session));
    done += 1;
  };
  await session.train({ gate });
  return seen;
}

async function hasSelected({ parts }: Session): Promise<boolean> {
  const stats = parts.method.selections?.stats;
  return stats !== undefined && (await downloadWords(device, stats)).some((word) => word > 0);
}

describe.each(methods.map(({ id }) => id))("%s, watched", (id) => {
  test("is told in numbers that the CPU finds in masks and weights", async () => {
    const { session, snapshots, selections } = await open(id, true, ownValues[id]);
    const moments = momentsOf(session.parts.method, stepCount);
    const { matrices, drawn } = session.watched ?? { matrices: [], drawn: null };
    const seen = await trainAndSee(session, moments);
    session.dispose();

    expect(moments.at(-1)?.step).toBe(stepCount);
    expect(seen.length).toBe(moments.length);
    const stepsAndCycles = (all: readonly Pick<Moment, "step" | "cycle">[]) =>
      all.map(({ step, cycle }) => [step, cycle]);
    expect(stepsAndCycles(snapshots)).toEqual(stepsAndCycles(moments));
    const shapes = matrices.map(({ name, layer, rows, cols }) => [name, layer, rows, cols]);
    expect(shapes).toEqual(seen[0]?.map(({ name, layer, rows, cols }) => [name, layer, rows, cols]));

    const fresh: (readonly Left[])[] = [];
    for (const [index, { cycle, layers, places, drift }] of snapshots.entries()) {
      const left = seen[index] ?? [];
      if (moments[index]?.fresh === true) fresh.push(left);
      expect(drift.length).toBe(left.length);
      left.forEach((matrix, at) => expectDrift(drift[at], expectedDrift(matrix), matrix.name));
      expect(layers).toEqual(drawn === null ? [] : expectedLayers(fresh));
      expect(places).toEqual(drawn === null ? [] : expectedPlaces(fresh.at(-1) ?? [], sizes));
      expectAgreement(
        layers,
        selections.find((selection) => selection.cycle === cycle),
      );
    }
  });

  test("has the same bits as unwatched", async () => {
    const [watched, unwatched] = [await trainedBits(id, true), await trainedBits(id, false)];
    expect(unwatched.hash).toBe(watched.hash);
    expect(unwatched.view).toBe(0);
    expect(watched.view).toBeGreaterThan(0);
  });
});

test.each([
  ["dps-dense", [5, 6], [0, 0]],
  ["mixout", [1, 3, 5, 6], [0, 1, 2, 3]],
  ["vanilla", [1, 3, 5, 6], [0, 1, 2, 3]],
] as const)("%s that stops early is looked at after its last step", async (id, steps, cycles) => {
  // The score of a run that learns nothing is never above what it was.
  const training = { learningRate: 0, evaluateEvery: 3, patience: 1 };
  const { session, snapshots } = await open(id, true, id === "dps-dense" ? { updateRatio: 0.24 } : {}, training);
  await session.train(free);
  session.dispose();
  expect(snapshots.map(({ step }) => step)).toEqual(steps);
  expect(snapshots.map(({ cycle }) => cycle)).toEqual(cycles);
});

/** Of a few thousand cells that are drawn at random, none lies so many standard deviations off. */
const farOff = 5.5;

test.each([
  ["mixout", { mixShare: 0.7 }, true],
  ["child-tuning-f", { drawnShare: 0.3 }, true],
  // The control: what is chosen by a score is not at random.
  ["dps-dense", { updateRatio: 0.12 }, false],
] as const)("the cells of %s, %o, lie where a random mask's do: %s", async (id, values, random) => {
  const { session, snapshots } = await open(id, true, values);
  await session.train(free);
  const left = await leftBy(session);
  const drawn = session.watched?.drawn ?? { unit: "weight", share: Number.NaN };
  session.dispose();
  const all = snapshots.flatMap(({ places }) => places.flatMap((place) => deviations(place, left, sizes, drawn)));
  expect(all.length).toBe(snapshots.length * 2 * (12 + 128 + 18));
  expect(Math.max(...all.map(Math.abs)) < farOff).toBe(random);
});

test.each(["vanilla", "dps-mix", "mixout"])("%s, unwatched, records nothing that watching records", async (id) => {
  const [watched, unwatched] = [await recordedBy(id, true), await recordedBy(id, false)];
  const { moments, count } = watched;
  const fresh = id === "vanilla" ? 0 : moments.filter((one) => one.fresh).length * count;
  const extra = {
    drift_sums: moments.length * count,
    ...(fresh === 0 ? {} : { mask_times: fresh, times_histogram: fresh, mask_rows: fresh, mask_columns: fresh }),
    ...(id === "mixout" ? { column_bits: fresh } : {}),
  };
  expect(watched.runs).toEqual({ ...unwatched.runs, ...extra });
  expect(Object.keys(unwatched.runs).filter((kernel) => kernel in extra)).toEqual([]);
  expect(unwatched.kernels).toEqual(watched.kernels.filter((kernel) => !(kernel in extra)));
  expect(Object.keys(unwatched.bytes)).toEqual(Object.keys(watched.bytes).filter((purpose) => purpose !== "view"));
});

/** Dispatches of a whole run by kernel, what it compiled, and its memory. */
async function recordedBy(id: string, watched: boolean) {
  const { session } = await open(id, watched, ownValues[id]);
  const spy = vi.spyOn(GpuRecorder.prototype, "run");
  await session.train(free);
  const runs: Record<string, number> = {};
  for (const [{ name }] of spy.mock.calls) runs[name] = (runs[name] ?? 0) + 1;
  spy.mockRestore();
  const kernels = session.plan.kernels.map(({ name }) => name);
  const count = session.watched?.matrices.length ?? 0;
  const moments = momentsOf(session.parts.method, stepCount);
  const { bytes } = session.plan;
  session.dispose();
  return { runs, kernels, moments, count, bytes };
}

/** Sums of f32 over a few hundred weights a lane. */
const roundingShare = 1e-5;

function expectDrift(got: DriftRecord | undefined, want: DriftRecord, name: string): void {
  for (const of of ["selected", "leftOut"] as const) {
    const [told = Number.NaN, exact] = [got?.[of], want[of]];
    const close = exact === null || told === null ? told === exact : Math.abs(told - exact) <= roundingShare * exact;
    if (!close) throw new Error(`${name}, ${of}: ${told}, wanted ${exact}`);
  }
}

/** What the method itself counted says the same. */
function expectAgreement(layers: SubnetworkSnapshot["layers"], selection: SelectionRecord | undefined): void {
  for (const { layer, kept, both } of selection === undefined ? [] : layers) {
    const own = selection?.matrices.filter((matrix) => matrix.layer === layer) ?? [];
    expect(kept).toBe(own.reduce((sum, matrix) => sum + matrix.kept, 0));
    expect(both === null).toBe(own.every(({ overlap }) => overlap === null));
  }
}

/** SHA-256 of a run's last weights, and the bytes that watching took. */
async function trainedBits(id: string, watched: boolean) {
  const { session } = await open(id, watched, ownValues[id]);
  await session.train(free);
  const hash = createHash("sha256");
  for (const values of (await session.weights()).values()) hash.update(new Uint8Array(values.buffer));
  const view = session.allocatedBytes["view"] ?? 0;
  session.dispose();
  return { hash: hash.digest("hex"), view };
}
