import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { Values } from "../../../src/contract/fields.ts";
import type { StepRecord } from "../../../src/contract/run.ts";
import { AppError } from "../../../src/core/errors.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { download } from "../../../src/gpu/readback.ts";
import { methods } from "../../../src/methods/index.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { planOnDevice } from "../../../src/train/finetuning/plan.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import type { Session } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { familyNames, readGolden, readMixed } from "../../golden/read.ts";
import type { GoldenFixture } from "../../golden/read.ts";
import { openGolden } from "../golden-run.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

let device: Device;
let engine: Engine;
beforeAll(async () => {
  device = await openTestDevice();
  engine = likelyEngine(device);
});
afterAll(() => device.destroy());

const free = { gate: () => Promise.resolve() };

/** The golden run with a classifier so many times as large. */
function withClassifier(golden: GoldenFixture, factor: number): GoldenFixture {
  const name = "classifier.weight";
  const classifier = golden.initial.get(name);
  if (classifier === undefined) throw new Error(`no ${name}`);
  const scaled = { ...classifier, data: classifier.data.map((value) => factor * value) };
  return { ...golden, initial: new Map(golden.initial).set(name, scaled) };
}

/** In the first step only sums in another order make a few roundings fall the other way. */
const nearer = 0.01;

/** From then on the two runs' roundings are strangers to each other: apart they lie √2 of what one of them does. */
const asFar = 2;

/** Trains a golden run to its end. */
async function trained(on: Engine, golden: GoldenFixture, changes: Values) {
  const { session, steps } = await openGolden(on, golden, changes);
  try {
    await session.submitStep(1);
    const gradients = new Map<string, Float32Array>();
    for (const { spec, grad } of session.parts.params.list) gradients.set(spec.name, await download(device, grad));
    for (let step = 2; step <= golden.recipe.maxSteps; step++) await session.submitStep(step);
    await session.settle(golden.recipe.maxSteps);
    return { steps, gradients, weights: await session.weights() };
  } finally {
    session.dispose();
  }
}

describe.each(["plain", "overflow"] as const)("against PyTorch, %s", (name) => {
  const golden = readGolden("vanilla");
  const want = readMixed().cases[name];
  const start = withClassifier(golden, want.classifierFactor);

  /** How far tensors lie from PyTorch's, all together. */
  function distance(weights: ReadonlyMap<string, Float32Array>, from = want.final): number {
    let sum = 0;
    for (const [parameter, { data }] of from) {
      if (golden.zeroGradients.includes(parameter)) continue;
      const own = weights.get(parameter);
      data.forEach((value, index) => (sum += ((own?.[index] ?? Number.NaN) - value) ** 2));
    }
    return Math.sqrt(sum);
  }

  const { clip } = readMixed();

  test.each(["likely", "portable"] as const)("rounds where PyTorch's run does, with %s kernels", async (kernels) => {
    const own = kernels === "likely" ? engine : { ...engine, kernels: portableKernels };
    const { steps, gradients, weights } = await trained(own, start, { precision: "mixed", clip });
    expect(steps.map(({ skipped = false }) => skipped)).toEqual(want.steps.map(({ skipped }) => skipped));
    for (const [index, { loss }] of steps.entries()) {
      expect(Math.abs(loss - (want.steps[index]?.loss ?? Number.NaN))).toBeLessThan(asFar * want.lossDistance);
    }
    if (want.gradients.size > 0) {
      expect(distance(gradients, want.gradients)).toBeLessThan(nearer * want.gradientDistance);
    }
    expect(distance(weights)).toBeLessThan(asFar * want.distance);
  });

  test("a step in three parts skips the same steps", async () => {
    const { steps, weights } = await trained(engine, start, { precision: "mixed", clip, batchSize: 2, accumulate: 3 });
    expect(steps.map(({ skipped = false }) => skipped)).toEqual(want.steps.map(({ skipped }) => skipped));
    expect(distance(weights)).toBeLessThan(asFar * want.distance);
  });

  test("control: a run in f32 is as far from it as one without rounding", async () => {
    const { steps, gradients } = await trained(engine, start, { clip });
    expect(steps.every(({ skipped }) => skipped === undefined)).toBe(true);
    if (want.gradients.size > 0) {
      expect(distance(gradients, want.gradients)).toBeGreaterThan(0.9 * want.gradientDistance);
    }
  });
});

/** Some forty roundings of 2^-11 stand one behind another in two layers. */
const roundings = 40 * 2 ** -11;

test.each(familyNames.filter((name) => name.endsWith("vanilla")))(
  "%s has the gradient of f32 but for rounding",
  async (name) => {
    const golden = readGolden(name);
    const { steps, gradients } = await trained(engine, golden, { precision: "mixed" });
    expect(steps.every(({ loss, skipped }) => Number.isFinite(loss) && skipped === undefined)).toBe(true);
    const loss = golden.steps[0]?.loss ?? Number.NaN;
    expect(Math.abs((steps[0]?.loss ?? Number.NaN) - loss)).toBeLessThan(roundings * loss);
    let [off, all] = [0, 0];
    for (const [parameter, { data }] of golden.gradients) {
      const own = gradients.get(parameter);
      data.forEach((value, index) => {
        off += ((own?.[index] ?? Number.NaN) - value) ** 2;
        all += value ** 2;
      });
    }
    expect(Math.sqrt(off / all)).toBeLessThan(roundings);
    // A run that rounded nothing would be nearer by far.
    expect(Math.sqrt(off / all)).toBeGreaterThan(2 ** -14);
  },
);

const rows = syntheticSplit(22, 20, smallBert.vocab_size, true);

function requestOf(id: string, training: object, headFactor = 1) {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const plain = syntheticCheckpoint(smallBert);
  const head = Float32Array.from({ length: 2 * smallBert.hidden_size }, (_, index) => headFactor * Math.sin(index));
  const values = new Map(plain.values).set("classifier.weight", head).set("classifier.bias", new Float32Array(2));
  const stages = id.startsWith("dps-") ? { frozenShare: 0.5, updateRatio: 0.2 } : {};
  return {
    checkpoint: headFactor === 1 ? plain : { ...plain, values },
    task: syntheticTask,
    labels: ["no", "yes"],
    train: rows,
    dev: syntheticSplit(9, 20, smallBert.vocab_size, true),
    transfers: [],
    method,
    values: parseValues(method.fields, { dropout: 0.1, ...stages }),
    seed: 1,
    settings: trainingSettings({ batchSize: 4, learningRate: 1e-3, steps: 20, precision: "mixed", ...training }),
  };
}

async function open(id: string, training: object = {}, headFactor = 1) {
  const steps: StepRecord[] = [];
  const session = await openSession(engine, requestOf(id, training, headFactor), {
    phase: () => {},
    steps: (added) => steps.push(...added),
    evaluation: () => {},
    selection: () => {},
  });
  return { session, steps };
}

/** All that a session leaves to later steps, but for some, by label. */
async function stateOf(session: Session, left: RegExp): Promise<ReadonlyMap<string, unknown>> {
  const tensors = (await (await session.state())?.tensors) ?? [];
  expect(tensors.length).toBeGreaterThan(0);
  return new Map(tensors.flatMap(({ name, data }) => (left.test(name) ? [] : [[name, data]])));
}

const ids = methods.map(({ id }) => id);

describe.each(ids)("%s", (id) => {
  test("repeats to the bit, and takes the memory that was planned", async () => {
    const runs = [];
    for (let turn = 0; turn < 2; turn++) {
      const { session, steps } = await open(id);
      await session.train(free);
      runs.push({ steps, weights: await session.weights() });
      expect(session.allocatedBytes).toEqual(session.plan.bytes);
      session.dispose();
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]?.steps).toHaveLength(20);
    expect(runs[0]?.steps.every(({ skipped }) => skipped === undefined)).toBe(true);
  });

  test("has the same bits with recomputed layers", async () => {
    const runs = [];
    for (const recompute of ["none", "layers"]) {
      const { session } = await open(id, { recompute, steps: 10 });
      await session.train(free);
      runs.push(await session.weights());
      session.dispose();
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  test("a step whose gradient overflows changes nothing that lasts, but for the scale", async () => {
    const { session, steps } = await open(id, { evaluateEvery: 100 }, 1e6);
    const before = await session.weights();
    const states = new Map<number, ReadonlyMap<string, unknown>>();
    const gate = async (share: number): Promise<void> => {
      const done = Math.round(share * 20);
      // Draws of a step are nothing that it has learnt.
      if (done === 1 || done === 4) states.set(done, await stateOf(session, /^(loss scale$|kept )/));
      if (done === 4) throw new AppError("stopped", "enough");
    };
    await expect(session.train({ gate })).rejects.toThrow("enough");
    expect(steps.map(({ skipped }) => skipped)).toEqual([true, true, true, true]);
    expect(await session.weights()).toEqual(before);
    expect(states.get(4)).toEqual(states.get(1));
    session.dispose();
  });
});

test("an overflow ends with the scale that fits, at the same step in every run", async () => {
  const runs = [];
  for (let turn = 0; turn < 2; turn++) {
    const { session, steps } = await open("dps-mix", {}, 3e4);
    await session.train(free);
    runs.push(steps.map(({ skipped }) => skipped === true));
    session.dispose();
  }
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]?.[0]).toBe(true);
  expect(runs[0]?.at(-1)).toBe(false);
});

test("a run of which every step is skipped ends with words that help", async () => {
  const { session } = await open("vanilla", { steps: 60, batchSize: 22 }, 1e25);
  await expect(session.train(free)).rejects.toThrow(/The last 40 steps up to step 40 were all skipped.*f32 in place/s);
  session.dispose();
});

test("activations take little more than half", () => {
  const bytes = (precision: string) =>
    planOnDevice(requestOf("vanilla", { precision }), engine).plan.bytes["activations"];
  expect(bytes("mixed")).toBeLessThan(bytes("f32") ?? 0);
});

test("a device without such numbers is told so", async () => {
  const plain = await openTestDevice({ features: [] });
  const request = requestOf("vanilla", {});
  expect(() => planOnDevice(request, likelyEngine(plain))).toThrow(
    /Precision is mixed, and .* offers no numbers of 16 bits/,
  );
  plain.destroy();
});
