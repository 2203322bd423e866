import { describe, expect, test } from "vitest";
import type { DeviceRecord, RunRecord } from "../../../src/contract/run.ts";
import { AppError } from "../../../src/core/errors.ts";
import type { PlannedRun } from "../../../src/experiment/experiment.ts";
import { inputsOf } from "../../../src/experiment/running/inputs.ts";
import { openRunFile, otherRun } from "../../../src/experiment/running/run-file-reading.ts";
import { isSameChoice, isSameDevice, writeRunFile } from "../../../src/experiment/running/run-file.ts";
import { waitingRecord } from "../../../src/experiment/running/run-record.ts";
import { vanilla } from "../../../src/methods/vanilla.ts";
import { writeSafetensors } from "../../../src/models/safetensors.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../../train/synthetic.ts";

const device: DeviceRecord = {
  vendor: "mesa",
  architecture: "llvmpipe",
  description: "",
  software: true,
  features: [],
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
};
const kernels = { "matmul nt": "tiled" };
const made = { device, kernels, build: "b1", weights: "w1", rows: "r1" };

const record: RunRecord = {
  id: "dps-dense-seed3",
  method: "dps-dense",
  label: "DPS Dense",
  seed: 3,
  status: "running",
  error: null,
  values: { frozenShare: 0.7, dropout: null },
  setting: {},
  stepCount: 9,
  steps: [
    { step: 1, loss: 0.1 + 0.2, gradNorm: 5e-324, learningRate: 0, stage: 1, tokens: 7 },
    { step: 2, loss: 1 / 3, gradNorm: 1e300, learningRate: 1e-3, stage: 2, tokens: 8 },
  ],
  evaluations: [{ step: 2, epoch: 2 / 3, loss: 0.7, scores: { accuracy: 0.5, f1: null } }],
  selections: [
    {
      step: 2,
      cycle: 0,
      matrices: [{ name: "w", layer: null, size: 4, kept: 4, threshold: Number.NaN, overlap: null }],
    },
  ],
  memoryBytes: { weights: 64 },
  elapsedMs: 12.5,
  openMs: 3,
  times: [{ step: 2, elapsedMs: 12 }],
  subnetwork: null,
};

/** Every pattern that a copy by value could change: a signalling NaN, minus zero, a denormal. */
const bits = Uint32Array.of(0x7f80_0001, 0x8000_0000, 1, 0xffff_ffff, 0x3f80_0000, 0);
const tensors = [
  { name: "weight", shape: [2, 3], data: new Float32Array(bits.slice().buffer) },
  { name: "mask", shape: [6], data: bits },
];

async function refusalOf(blob: Blob): Promise<string> {
  const thrown: unknown = await openRunFile(blob, "run.safetensors").catch((error: unknown) => error);
  if (!(thrown instanceof AppError)) throw new Error("it was taken");
  expect(thrown.code).toBe("bad-tensors");
  return thrown.message;
}

test("a run is read back as it was written, every number and every bit", async () => {
  const file = await openRunFile(writeRunFile(record, made, tensors), "run.safetensors");
  expect(file).toMatchObject({ run: record, ...made });
  expect(await file.isWhole()).toBe(true);
  expect(file.state.step).toBe(2);
  const weight = await file.state.tensor("weight", [2, 3], "f32");
  expect(new Uint32Array(weight.buffer)).toEqual(bits);
  expect(await file.state.tensor("mask", [6], "u32")).toEqual(bits);
});

test("what was seen of its selections comes back by their numbers, and what is no longer known is null", async () => {
  const seen = new Map([
    [2, null],
    [4, Uint32Array.of(7, 0xffff_ffff)],
  ]);
  const file = await openRunFile(writeRunFile(record, made, tensors, seen), "run.safetensors");
  expect([await file.masks(2), await file.masks(4), await file.masks(6)]).toEqual([null, seen.get(4), null]);
});

test("one bit that is another, in a tensor, in what was seen, or in what is told of the run, is noticed", async () => {
  const seen = new Map([[0, Uint32Array.of(7, 8, 9)]]);
  const bytes = new Uint8Array(await writeRunFile(record, made, tensors, seen).arrayBuffer());
  const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const told = new TextDecoder().decode(bytes.slice(0, headerEnd)).indexOf("elapsedMs") + "elapsedMs".length + 4;
  const places = [told, ...Array.from({ length: bytes.length - headerEnd }, (_, at) => headerEnd + at)];
  for (const place of places) {
    // In the header a digit for another.
    const changed = bytes.with(place, (bytes[place] ?? 0) ^ (place === told ? 1 : 1 << (place % 8)));
    const file = await openRunFile(new Blob([changed]), "run.safetensors");
    expect(await file.isWhole(), `byte ${place}`).toBe(false);
  }
  // Words of which two change places, or all are gone.
  const emptied = bytes.slice().fill(0, headerEnd);
  expect(await (await openRunFile(new Blob([emptied]), "run.safetensors")).isWhole()).toBe(false);
});

test("a tensor that is missing, of another shape or of another type is refused by name", async () => {
  const { state } = await openRunFile(writeRunFile(record, made, tensors), "run.safetensors");
  await expect(state.tensor("moment", [1], "f32")).rejects.toMatchObject({ code: "missing-tensor" });
  await expect(state.tensor("weight", [3, 2], "f32")).rejects.toMatchObject({
    code: "shape-mismatch",
    message: "weight of run.safetensors has shape [2, 3]; the run has [3, 2].",
  });
  await expect(state.tensor("mask", [6], "f32")).rejects.toMatchObject({ code: "bad-tensors" });
  await expect(state.tensor("weight", [2, 3], "u32")).rejects.toMatchObject({ code: "bad-tensors" });
});

describe("is refused", () => {
  const good = { format: "dps run 2", step: "2", run: JSON.stringify(record) };
  const rest = { device: JSON.stringify(device), kernels: "{}" };
  const whole = { ...good, ...rest };
  test.each([
    ["a model's weights", {}, /its format is "none"|its format is "pt"/],
    ["an earlier format", { ...whole, format: "dps run 1" }, /"dps run 1", not "dps run 2"/],
    ["a format to come", { ...whole, format: "dps run 3" }, /"dps run 3", not "dps run 2"/],
    ["no run", { ...whole, run: "" }, /its run is not JSON/],
    ["half a run", { ...whole, run: whole.run.slice(0, 100) }, /its run is not JSON/],
    ["a run of other parts", { ...whole, run: JSON.stringify({ ...record, seed: -1 }) }, /its run is not .*\(seed\)/],
    ["no device", { ...whole, device: "null" }, /its device is not what is wanted \(whole\)/],
    ["kernels that are numbers", { ...whole, kernels: '{"a":1}' }, /its kernels is not what is wanted \(a\)/],
    ["no step", { ...good, ...rest, step: "" }, /its step is/],
    ["a step that was not told", { ...whole, step: "3" }, /its step is 3, and what it tells ends elsewhere/],
    ["a step beyond the last", { ...whole, step: "1e9" }, /its step is 1e9/],
  ])("%s", async (_, metadata, message) => {
    expect(await refusalOf(writeSafetensors(tensors, metadata))).toMatch(message);
  });

  test("a file that is cut off anywhere, without a word of the program's", async () => {
    const blob = writeRunFile(record, made, tensors);
    for (let size = 0; size < blob.size; size += 7) expect(await refusalOf(blob.slice(0, size))).not.toMatch(/Error:/);
  });
});

test("GPUs and kernels are told apart", () => {
  expect(isSameDevice(device, { ...device, maxBufferBytes: 1 })).toBe(true);
  for (const other of [{ vendor: "google" }, { architecture: "swiftshader" }, { description: "256 bits" }]) {
    expect(isSameDevice(device, { ...device, ...other })).toBe(false);
  }
  expect(isSameChoice(kernels, { ...kernels })).toBe(true);
  for (const other of [{}, { "matmul nt": "plain" }, { "matmul nn": "tiled" }]) {
    expect(isSameChoice(kernels, other)).toBe(false);
  }
  expect(isSameChoice(null, {})).toBe(false);
});

describe("a planned run", () => {
  const rows = syntheticSplit(4, 8, smallBert.vocab_size);
  const planned: PlannedRun = {
    id: "vanilla-batchSize=2-seed1",
    setting: { batchSize: 2, steps: 9 },
    request: {
      checkpoint: syntheticCheckpoint(smallBert),
      task: syntheticTask,
      labels: ["no", "yes"],
      train: rows,
      dev: rows,
      transfers: [],
      method: vanilla,
      values: { dropout: 0.1, weightDecay: 0 },
      seed: 1,
      settings: trainingSettings({ batchSize: 2, steps: 9 }),
    },
    planned: () => {
      throw new Error("nothing is planned here");
    },
  };
  const own = { ...waitingRecord(planned), steps: record.steps };
  const opened = async (changes: Partial<RunRecord> = {}) =>
    await openRunFile(writeRunFile({ ...own, ...changes }, made, tensors), "run.safetensors");

  test("goes on from its own file, in whatever order that names its values", async () => {
    expect(otherRun(await opened(), planned, made)).toBeNull();
    const turned = { values: { weightDecay: 0, dropout: 0.1 }, setting: { steps: 9, batchSize: 2 } };
    expect(otherRun(await opened(turned), planned, made)).toBeNull();
  });

  test.each<Partial<RunRecord>>([
    { id: "vanilla-seed1" },
    { seed: 2 },
    { stepCount: 10 },
    { values: { dropout: 0.2, weightDecay: 0 } },
    { setting: { batchSize: 4, steps: 9 } },
  ])("does not from a file with %o", async (changes) => {
    expect(otherRun(await opened(changes), planned, made)).toBe(`its ${Object.keys(changes).join("")} is another`);
  });

  test("does not where it is watched otherwise, on another GPU, or with other kernels", async () => {
    const file = await opened();
    const watched = { ...planned, request: { ...planned.request, watched: true } };
    expect(otherRun(file, watched, made)).toBe("it was watched otherwise");
    const elsewhere = { ...made, device: { ...device, vendor: "google" } };
    expect(otherRun(file, planned, elsewhere)).toBe("it was begun on another GPU");
    expect(otherRun(file, planned, { ...made, kernels: {} })).toBe("it was begun with other kernels");
  });

  test("does not with other weights, on other rows, or in another version of the program", async () => {
    const file = await opened();
    expect(otherRun(file, planned, { ...made, weights: "w2" })).toBe("it was begun with other weights of the model");
    expect(otherRun(file, planned, { ...made, rows: "r2" })).toBe("it was begun on other rows");
    expect(otherRun(file, planned, { ...made, build: "b2" })).toBe("it was saved by another version of this program");
  });

  test("is told by the values of its weights and rows, whatever their names", () => {
    const { checkpoint, train } = planned.request;
    const own = inputsOf(planned.request);
    const copy = new Map([...checkpoint.values].toReversed().map(([name, values]) => [name, values.slice()]));
    expect(inputsOf({ ...planned.request, checkpoint: { ...checkpoint, values: copy } })).toEqual(own);
    const [name, values] = [...copy][0] ?? ["", new Float32Array(1)];
    const other = new Map(copy).set(
      name,
      values.map((value, at) => (at === values.length - 1 ? value + 1 : value)),
    );
    const moved = inputsOf({ ...planned.request, checkpoint: { ...checkpoint, values: other } });
    expect([moved.weights === own.weights, moved.rows]).toEqual([false, own.rows]);
    for (const change of [
      { labels: train.labels.map((label, at) => (at === 1 ? 1 - label : label)) },
      { ids: train.ids.with(0, (train.ids[0] ?? 0) + 1) },
      { types: train.types.with(0, 1 - (train.types[0] ?? 0)) },
      { offsets: train.offsets.with(1, (train.offsets[1] ?? 0) + 1) },
    ]) {
      const rows = inputsOf({ ...planned.request, train: { ...train, ...change } });
      expect([rows.weights, rows.rows === own.rows]).toEqual([own.weights, false]);
    }
    const scored = inputsOf({ ...planned.request, transfers: [{ name: "other", split: train, ofTrained: [0, 1] }] });
    expect([scored.weights, scored.rows === own.rows]).toEqual([own.weights, false]);
  });
});
