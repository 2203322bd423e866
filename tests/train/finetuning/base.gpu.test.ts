import { expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { StepRecord } from "../../../src/contract/run.ts";
import { methods } from "../../../src/methods/index.ts";
import { sectionsOf } from "../../../src/gpu/tensor.ts";
import { modelPresets } from "../../../src/nn/families/index.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

/** Models whose word tables, of 147 and of 375 MiB, are larger than what every device binds. */
const models = [
  { id: "FacebookAI/roberta-base", sections: 2 },
  { id: "microsoft/deberta-v3-small", sections: 3 },
];

/** Tokens of type 0, which every table of types has. */
function split(count: number, length: number, vocabulary: number, ragged = false) {
  const rows = syntheticSplit(count, length, vocabulary, ragged);
  return { ...rows, types: rows.types.fill(0) };
}

test.each(models)(
  "a step of the shape of $id completes within WebGPU's default limits, in the memory that was planned",
  { timeout: 300_000 },
  async ({ id, sections }) => {
    const preset = modelPresets().find((one) => one.id === id);
    if (preset === undefined) throw new Error(`no preset ${id}`);
    const checkpoint = syntheticCheckpoint(preset.config);
    const { vocabularySize } = checkpoint.model.sizes;
    const device = await openTestDevice({ limits: "default" });
    expect(device.record.maxBindingBytes).toBe(128 * 2 ** 20);
    const [vanilla] = methods;
    if (vanilla === undefined) throw new Error("no method");
    const steps: StepRecord[] = [];
    const session = await openSession(
      likelyEngine(device),
      {
        checkpoint,
        task: syntheticTask,
        labels: ["no", "yes"],
        train: split(2, 16, vocabularySize, true),
        dev: split(1, 8, vocabularySize),
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
    const words = session.parts.params.all.find(({ spec }) => spec.byRows === true);
    expect(words === undefined ? [] : sectionsOf(words.value)).toHaveLength(sections);
    expect(session.allocatedBytes).toEqual(session.plan.bytes);
    const [first, second] = steps;
    // Two classes and nearly no signal in the random head: near ln 2, and lower after a step on the same two rows.
    expect(Math.abs((first?.loss ?? 0) - Math.LN2)).toBeLessThan(0.7);
    expect(second?.loss ?? Number.NaN).toBeLessThan(first?.loss ?? 0);
    session.dispose();
    device.destroy();
  },
);

const large = process.env["LARGE"] === "1";
if (!large) console.log("A step of BERT-large takes 6 GiB and some minutes on a software GPU: LARGE=1 runs it.");

test.runIf(large).each(["f32", "mixed"] as const)(
  "a whole step of BERT-large, 16 x 128, with recomputation, %s, takes the memory that was planned, and its loss is finite",
  { timeout: 3_600_000 },
  async (precision) => {
    const preset = modelPresets().find(({ id }) => id.includes("bert-large"));
    const [vanilla] = methods;
    if (preset === undefined || vanilla === undefined) throw new Error("no preset or no method");
    const checkpoint = syntheticCheckpoint(preset.config);
    const device = await openTestDevice();
    const steps: StepRecord[] = [];
    const settings = trainingSettings({ steps: 1, warmupRatio: 0, recompute: "layers", precision });
    const session = await openSession(
      likelyEngine(device),
      {
        checkpoint,
        task: syntheticTask,
        labels: ["no", "yes"],
        train: split(16, 128, checkpoint.model.sizes.vocabularySize),
        dev: split(1, 8, checkpoint.model.sizes.vocabularySize),
        transfers: [],
        method: vanilla,
        values: parseValues(vanilla.fields, { dropout: 0.1 }),
        seed: 1,
        settings,
      },
      { phase: () => {}, steps: (added) => steps.push(...added), evaluation: () => {}, selection: () => {} },
    );
    const begun = performance.now();
    await session.submitStep(1);
    await session.settle(1);
    device.check();
    const seconds = (performance.now() - begun) / 1000;
    console.log(`${(session.plan.totalBytes / 2 ** 30).toFixed(2)} GiB, ${seconds.toFixed(0)} s a step`);
    expect(session.allocatedBytes).toEqual(session.plan.bytes);
    expect(Math.abs((steps[0]?.loss ?? Number.NaN) - Math.LN2)).toBeLessThan(0.7);
    expect(steps[0]?.gradNorm).toBeGreaterThan(0);
    session.dispose();
    device.destroy();
  },
);
