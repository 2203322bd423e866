import { expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { StepRecord } from "../../../src/contract/run.ts";
import { methods } from "../../../src/methods/index.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

const bertBase = {
  vocab_size: 30_522,
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
};

test("a step of a BERT-base-shaped model completes within WebGPU's default limits", { timeout: 300_000 }, async () => {
  const device = await openTestDevice({ limits: "default" });
  expect(device.record.maxBindingBytes).toBe(128 * 2 ** 20);
  const [vanilla] = methods;
  if (vanilla === undefined) throw new Error("no method");
  const steps: StepRecord[] = [];
  const session = await openSession(
    likelyEngine(device),
    {
      checkpoint: syntheticCheckpoint(bertBase),
      task: syntheticTask,
      labels: ["no", "yes"],
      train: syntheticSplit(2, 16, bertBase.vocab_size, true),
      dev: syntheticSplit(1, 8, bertBase.vocab_size),
      transfers: [],
      method: vanilla,
      values: parseValues(vanilla.fields, { dropout: 0 }),
      seed: 1,
      settings: trainingSettings({ steps: 2, batchSize: 2, warmupRatio: 0, learningRate: 1e-5, order: "file" }),
    },
    { phase: () => {}, steps: (added) => steps.push(...added), evaluation: () => {}, selection: () => {} },
  );
  await session.submitStep(1);
  await session.submitStep(2);
  await session.settle(2);
  device.check();
  const [first, second] = steps;
  // Two classes and nearly no signal in the random head: near ln 2, and lower after a step on the same two rows.
  expect(Math.abs((first?.loss ?? 0) - Math.LN2)).toBeLessThan(0.7);
  expect(second?.loss ?? Number.NaN).toBeLessThan(first?.loss ?? 0);
  session.dispose();
  device.destroy();
});
