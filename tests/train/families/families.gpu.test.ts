import { afterAll, describe, expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { SelectionRecord, StepRecord } from "../../../src/contract/run.ts";
import { encodeSplit, makeBatch } from "../../../src/data/dataset/batch.ts";
import { loadTokenizer } from "../../../src/data/text/tokenizer.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { download } from "../../../src/gpu/readback.ts";
import { methods } from "../../../src/methods/index.ts";
import { layerOf } from "../../../src/nn/params.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { readCheckpoint } from "../../../src/train/checkpoint.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openPrediction } from "../../../src/train/prediction/prediction-session.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { syntheticTask } from "../synthetic.ts";
import { familyFolder, hasFamilies, readExpected, taskRows } from "./shared-files.ts";

const device = await openTestDevice();
const engine = { device, pipelines: new Pipelines(device), kernels: portableKernels, choice: {}, profiler: null };
afterAll(() => device.destroy());

/** How far a run may lie from transformers': losses, norms of gradients and weights (relative), logits (absolute). */
const bounds = { loss: 1e-4, norm: 1e-3, logits: 2e-3 };
const families = ["electra", "roberta", "xlm-roberta", "deberta", "deberta-v2", "bart"] as const;
const runs = {
  vanilla: { method: "vanilla", values: {}, settings: {} },
  "dps-dense": {
    method: "dps-dense",
    values: { frozenShare: 0.5, updateRatio: 0.25, frozenWeights: "masked-gradient" },
    settings: {},
  },
  llrd: { method: "vanilla", values: {}, settings: { layerDecay: 0.8, weightDecay: 5 } },
} as const;
const cases = families.flatMap((family) =>
  (["rte", "sst2"] as const).flatMap((task) =>
    (task === "rte" ? (["vanilla", "dps-dense", "llrd"] as const) : (["vanilla", "dps-dense"] as const)).map((run) => ({
      family,
      task,
      run,
    })),
  ),
);

/** The largest distance of two lists, relative to the second where so asked. */
function distance(got: ArrayLike<number>, want: readonly number[], relative = true): number {
  expect(got.length).toBe(want.length);
  return Math.max(
    ...want.map((value, index) => Math.abs((got[index] ?? Number.NaN) - value) / (relative ? Math.abs(value) : 1)),
  );
}

/** Adam turns the rounding that is left of a gradient of zero into steps of full size. */
const isKeyBias = (name: string): boolean => /\.(key|k_proj)\.bias$/.test(name);
const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe.skipIf(!hasFamilies()).each(cases)("$family, $task, $run", ({ family, task, run }) => {
  const expected = () => readExpected(`${family}-${task}-${run}`);
  const { method: id, values, settings } = runs[run];

  async function request() {
    const folder = await familyFolder(family);
    const checkpoint = await readCheckpoint(folder);
    const tokenizer = await loadTokenizer(folder, checkpoint.model.tokenizer);
    const encode = async (part: "train" | "dev", count: number) =>
      await encodeSplit({ examples: taskRows(task, part, count) }, tokenizer, 64);
    const method = methods.find((one) => one.id === id);
    if (method === undefined) throw new Error(`no method ${id}`);
    return {
      checkpoint,
      task: syntheticTask,
      labels: ["0", "1"],
      train: await encode("train", 80),
      dev: await encode("dev", 32),
      transfers: [],
      method,
      values: parseValues(method.fields, { ...values, dropout: 0 }),
      seed: 1,
      settings: trainingSettings({
        steps: 10,
        batchSize: 8,
        learningRate: 5e-4,
        weightDecay: 0.01,
        warmupRatio: 0.1,
        order: "file",
        ...settings,
      }),
    };
  }

  test("tokens, parameters, logits and every gradient of the first batch", async () => {
    const want = expected();
    const asked = await request();
    const { train } = asked;
    const tokens = want.tokens.map((_, row) => {
      const [begin, end] = [train.offsets[row], train.offsets[row + 1]];
      return { ids: [...train.ids.subarray(begin, end)], types: [...train.types.subarray(begin, end)] };
    });
    expect(tokens).toEqual(want.tokens);
    const batch = makeBatch(train, [...Array(8).keys()]);
    const { model, values: all } = asked.checkpoint;
    const limits = { tokenCount: batch.tokenCount, sequenceCount: 8, maxLength: batch.longest };
    const prediction = await openPrediction(engine, { model, outputCount: 2, values: all, limits });
    const logits = await prediction.run(batch);
    prediction.dispose();
    expect(distance(logits, want.first.logits.flat(), false)).toBeLessThan(bounds.logits);
    const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };
    const session = await openSession(engine, asked, silent);
    const specs = session.parts.params.list.map(({ spec }) => spec);
    expect(Object.fromEntries(specs.map((spec) => [spec.name, [spec.group, layerOf(spec)]]))).toEqual(want.groups);
    expect(new Set(specs.filter(({ selectable }) => selectable).map(({ name }) => name))).toEqual(
      new Set(want.selectable),
    );
    await session.submitStep(1);
    for (const { spec, grad } of session.parts.params.list) {
      if (isKeyBias(spec.name)) continue;
      const got = norm(await download(device, grad));
      const wanted = want.first.gradNorms[spec.name] ?? Number.NaN;
      expect({ name: spec.name, near: Math.abs(got - wanted) <= bounds.norm * wanted }).toEqual({
        name: spec.name,
        near: true,
      });
    }
    session.dispose();
  });

  test("ten steps", async () => {
    const want = expected();
    const steps: StepRecord[] = [];
    const selections: SelectionRecord[] = [];
    const session = await openSession(engine, await request(), {
      phase: () => {},
      steps: (added) => steps.push(...added),
      evaluation: () => {},
      selection: (selection) => selections.push(selection),
    });
    await session.train({ gate: () => Promise.resolve() });
    const weights = await session.weights();
    const devLogits = session.lastDev?.logits ?? [];
    session.dispose();
    const losses = steps.map(({ loss }) => loss);
    expect(distance(losses, want.losses)).toBeLessThan(bounds.loss);
    expect(
      distance(
        steps.map(({ gradNorm }) => gradNorm),
        want.gradNorms,
      ),
    ).toBeLessThan(bounds.norm);
    expect(steps.map(({ stage }) => stage)).toEqual(want.stages);
    expect(distance(devLogits, want.devLogits.flat(), false)).toBeLessThan(bounds.logits);
    for (const [name, wanted] of Object.entries(want.finalNorms)) {
      if (isKeyBias(name)) continue;
      const got = norm(weights.get(name) ?? new Float32Array());
      expect({ name, near: Math.abs(got - wanted) <= bounds.norm * wanted }).toEqual({ name, near: true });
    }
    const [last] = selections.slice(-1);
    const kept = (last?.matrices ?? []).map(({ name, size, kept: count }) => [name, count / size]);
    expect(Object.fromEntries(kept)).toEqual(want.maskDensity);
  });
});
