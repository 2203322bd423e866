import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { download } from "../../../src/gpu/readback.ts";
import { bert } from "../../../src/nn/families/bert/bert.ts";
import { likelyKernels } from "../../gpu/kernels.ts";
import { openPretraining } from "../../../src/train/pretraining/session.ts";
import type { PretrainingSession } from "../../../src/train/pretraining/session.ts";
import type { PretrainingStepRecord } from "../../../src/contract/pretraining.ts";
import { pretrainingSettings } from "../../../src/train/pretraining/settings.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { readPretraining } from "../../golden/read.ts";
import type { GoldenTensor } from "../../golden/read.ts";
import { exactReference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { limitsOf, pretrainingBatchOf } from "./fixture.ts";

const golden = readPretraining();

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

/** Our f32 run may lie as far from PyTorch's float64 one as eight of PyTorch's own f32 runs lie apart. */
const deviations = 8;

async function open(steps: PretrainingStepRecord[]): Promise<PretrainingSession> {
  const { recipe } = golden;
  const { pretraining, initializerRange } = bert.open(golden.config);
  if (pretraining === undefined) throw new Error("BERT has a pre-training");
  const batches = golden.batches.map(pretrainingBatchOf);
  const request = {
    model: pretraining,
    initializerRange,
    settings: pretrainingSettings({
      steps: recipe.maxSteps,
      batchSize: 6,
      learningRate: recipe.learningRate,
      warmupRatio: recipe.warmupRatio,
      weightDecay: recipe.weightDecay,
      clip: recipe.clip,
      dropout: 0,
    }),
    seed: golden.seed,
    batchOf: (step: number) => batches[step - 1] ?? pretrainingBatchOf(golden.batches[0] ?? none),
    heldOut: batches.slice(0, 1),
    limits: limitsOf(batches),
    initial: new Map([...golden.initial].map(([name, { data }]) => [name, data])),
  };
  const engine = {
    device,
    pipelines: new Pipelines(device),
    kernels: likelyKernels(device),
    choice: {},
    profiler: null,
  };
  return await openPretraining(engine, request, {
    phase: () => {},
    steps: (added) => steps.push(...added),
    evaluation: () => {},
    done: () => Promise.resolve(),
  });
}

const none = { ids: [], types: [], offsets: [0], labels: [], chosen: [], originals: [] };

/** Adam turns what is left of a gradient that should be 0 into whole steps: only the steps' length bounds those. */
const zeroGradient = /attention\.self\.key\.bias$/;

function problemOf(got: Float32Array | undefined, want: GoldenTensor, floor: number): string | null {
  return difference(got ?? [], exactReference(want.data), Math.max(deviations * want.deviation, floor));
}

describe("masked words and the next sentence against PyTorch", () => {
  const steps: PretrainingStepRecord[] = [];
  let session: PretrainingSession;
  beforeAll(async () => {
    session = await open(steps);
  });
  afterAll(() => session.dispose());

  test("every gradient of step 1", async () => {
    await session.submitStep(1);
    expect(session.parts.params.list.map(({ spec }) => spec.name)).toEqual([...golden.gradients.keys()]);
    for (const { spec, grad } of session.parts.params.list) {
      const want = golden.gradients.get(spec.name);
      if (want === undefined) throw new Error(`no gradient of ${spec.name}`);
      expect([spec.name, problemOf(await download(device, grad), want, 1e-8)]).toEqual([spec.name, null]);
    }
  });

  test("losses, norms and rates of all steps", async () => {
    for (let step = 2; step <= golden.recipe.maxSteps; step++) await session.submitStep(step);
    await session.settle();
    expect(steps.map(({ step }) => step)).toEqual(golden.steps.map(({ step }) => step));
    const expectSeries = (got: readonly number[], want: readonly number[], deviation: number) =>
      expectClose(got, exactReference(want), deviations * deviation);
    const { deviation } = golden;
    expectSeries(
      steps.map(({ words }) => words.loss),
      golden.steps.map(({ words }) => words),
      deviation.words,
    );
    expectSeries(
      steps.map(({ next }) => next.loss),
      golden.steps.map(({ next }) => next),
      deviation.next,
    );
    expectSeries(
      steps.map(({ gradNorm }) => gradNorm),
      golden.steps.map(({ gradNorm }) => gradNorm),
      deviation.gradNorm,
    );
    expect(steps.map(({ learningRate }) => learningRate)).toEqual(
      golden.steps.map(({ learningRate }) => expect.closeTo(learningRate, 15)),
    );
  });

  test("the weights after the last step", async () => {
    const weights = new Map((await session.weights()).map(({ name: parameter, data }) => [parameter, data]));
    expect([...weights.keys()]).toEqual([...golden.final.keys()]);
    for (const [parameter, want] of golden.final) {
      const floor = zeroGradient.test(parameter) ? golden.recipe.maxSteps * golden.recipe.learningRate : 1e-9;
      expect([parameter, problemOf(weights.get(parameter), want, floor)]).toEqual([parameter, null]);
    }
  });
});

test("control: the gradient of another layer is seen", () => {
  const [one, other] = [0, 1].map((layer) => golden.gradients.get(`bert.encoder.layer.${layer}.output.dense.weight`));
  if (one === undefined || other === undefined) throw new Error("no gradient of a layer");
  expect(problemOf(other.data, one, 1e-8)).not.toBeNull();
});
