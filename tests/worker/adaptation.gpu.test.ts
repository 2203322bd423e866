import { gzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AdaptationEvent } from "../../src/contract/pretraining.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { openFolder } from "../../src/models/folder.ts";
import { tinyText } from "../data/tiny-text.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { tinyFolder } from "../models/tiny-folder.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
beforeEach(async () => {
  engine = connectEngine();
  await engine.load();
});
afterEach(() => engine.close());

const silent = (): void => undefined;
const few = {
  steps: 4,
  batchSize: 4,
  length: 16,
  learningRate: 1e-2,
  warmupRatio: 0,
  evaluateEvery: 2,
  evaluationBatches: 2,
};

const textFile = (text = tinyText(40)) => ({ path: "animals.txt", file: new Blob([text]) });
const giveText = (text?: string) => engine.trainer.loadTexts([textFile(text)], silent);

/** One run without learning: what it scores is the loaded weights. */
const score = async (): Promise<ExperimentResult> =>
  await engine.trainer.start(tinyPlan(["vanilla"], [1], { learningRate: 0 }), silent);
const lossOf = (result: ExperimentResult): number | undefined => result.runs[0]?.evaluations.at(-1)?.loss;

describe("adapting the model", () => {
  test("trains, tells of it, and what it made is fine-tuned and recorded; the original comes back", async () => {
    const before = await score();
    const packed = {
      path: "more.txt.gz",
      file: new Blob([new Uint8Array(gzipSync(new TextEncoder().encode(tinyText(9))))]),
    };
    const texts = await engine.trainer.loadTexts([textFile(), packed], silent);
    expect(texts).toMatchObject({ files: ["animals.txt", "more.txt.gz"], documentCount: 49 });
    const plan = await engine.trainer.planAdaptation(few);
    expect(plan.problem).toBeNull();
    expect(plan.trainTokens + plan.heldOutTokens).toBe(texts?.tokenCount);
    expect(plan.notes.join(" ")).toMatch(/no head for masked words.*no head for the next sentence/);

    const events: AdaptationEvent[] = [];
    const model = await engine.trainer.adapt(few, (batch) => events.push(...batch));
    const [adaptation] = model.adaptations;
    expect(adaptation).toMatchObject({
      files: ["animals.txt", "more.txt.gz"],
      steps: 4,
      values: { seed: 1, steps: 4 },
    });
    const measured = () => events.flatMap((event) => (event.kind === "evaluation" ? [event.losses] : []));
    // The last batch may come after the result.
    await vi.waitFor(() => expect(measured().map(({ step }) => step)).toEqual([0, 2, 4]));
    const evaluations = measured();
    expect(adaptation?.before).toEqual(evaluations[0]);
    expect(adaptation?.after).toEqual(evaluations[2]);
    expect(adaptation?.after.words.loss).toBeLessThan(adaptation?.before.words.loss ?? 0);
    const steps = events.flatMap((event) => (event.kind === "steps" ? event.steps : []));
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(adaptation?.tokens).toBe(steps.reduce((sum, { tokens }) => sum + tokens, 0));

    const after = await score();
    expect(after.config.model).toEqual(model);
    expect(lossOf(after)).not.toBe(lossOf(before));
    expect((await engine.trainer.restoreModel()).adaptations).toEqual([]);
    expect(lossOf(await score())).toBe(lossOf(before));
  });

  test("the .zip holds the adapted weights with their heads, and goes on from them", async () => {
    await expect(engine.trainer.exportAdapted()).rejects.toMatchObject({ code: "bad-settings" });
    await giveText();
    await engine.trainer.adapt(few, silent);
    const adapted = await score();
    const zip = await engine.trainer.exportAdapted();
    const folder = await openFolder([{ path: "adapted.zip", file: zip }]);
    expect(await folder.json("config.json")).toMatchObject({ architectures: ["BertForPreTraining"], hidden_size: 16 });
    expect(await folder.json("pretraining.json")).toMatchObject({ name: "tiny", adaptations: [{ steps: 4 }] });
    const weights = await openSafetensors(await folder.blob("model.safetensors"), "model.safetensors");
    expect([...weights.entries.keys()]).toContain("cls.predictions.transform.dense.weight");

    await engine.trainer.loadModel([{ path: "adapted.zip", file: zip }]);
    await engine.trainer.prepareData(anyChoice, tinyLength);
    expect(lossOf(await score())).toBe(lossOf(adapted));
    expect((await engine.trainer.planAdaptation(few)).notes).toEqual([]);
    // A second adaptation begins where the first one ended.
    const again = await engine.trainer.adapt({ ...few, steps: 1 }, silent);
    expect(again.adaptations.map(({ steps }) => steps)).toEqual([1]);
  });

  test("a second adaptation goes on with the heads of the first", async () => {
    await giveText();
    const once = await engine.trainer.adapt(few, silent);
    expect((await engine.trainer.planAdaptation(few)).notes).toEqual([]);
    const twice = await engine.trainer.adapt({ ...few, steps: 2 }, silent);
    expect(twice.adaptations.map(({ steps }) => steps)).toEqual([4, 2]);
    expect(twice.adaptations[1]?.before).toEqual({ ...once.adaptations[0]?.after, step: 0 });
  });

  test("stopped in the middle it keeps the steps that were done; meanwhile nothing else runs", async () => {
    await giveText();
    const { trainer } = engine;
    const refused: Promise<unknown>[] = [];
    let asked = false;
    const model = await trainer.adapt({ ...few, steps: 5000, evaluateEvery: 3 }, (batch) => {
      if (asked || !batch.some((event) => event.kind === "steps")) return;
      asked = true;
      refused.push(trainer.start(tinyPlan(["vanilla"], [1]), silent).catch((thrown: unknown) => thrown));
      void trainer.stop();
    });
    expect(await refused[0]).toMatchObject({ message: "The model is being adapted; stop it first." });
    const [adaptation] = model.adaptations;
    expect(adaptation?.steps).toBeGreaterThan(0);
    expect(adaptation?.steps).toBeLessThan(5000);
    expect(adaptation?.after.step).toBe(adaptation?.steps);
  });

  test("a lost device leaves the model as it was, and the next one serves", async () => {
    await giveText();
    const lost = engine.trainer.adapt({ ...few, steps: 5000 }, () => engine.devices.at(-1)?.destroy());
    await expect(lost).rejects.toMatchObject({ code: "device-lost" });
    expect((await score()).config.model.adaptations).toEqual([]);
    expect((await engine.trainer.adapt(few, silent)).adaptations).toHaveLength(1);
  });

  test("a model loaded meanwhile is not replaced", async () => {
    await giveText();
    const loading: Promise<unknown>[] = [];
    const adapting = engine.trainer.adapt(few, () => {
      if (loading.length === 0) loading.push(engine.trainer.loadModel(tinyFolder()));
    });
    await expect(adapting).rejects.toMatchObject({ code: "stopped" });
    await Promise.all(loading);
    await engine.trainer.prepareData(anyChoice, tinyLength);
    expect((await score()).config.model.adaptations).toEqual([]);
  });
});

describe("refusals", () => {
  test.each([
    [16, /one buffer of [\d.]+ MiB for ".*"; this device allows 0\.0 MiB a buffer\. A batch size of \d+ would fit\./],
    [1, /Not even a batch of one pair fits, which needs .*: use a smaller model or length\./],
  ])("a device of %d KiB a buffer: planning says what would fit, running is refused with it", async (size, message) => {
    const small = connectEngine({ maxBindingBytes: size * 1024 });
    try {
      await small.trainer.loadModel(tinyFolder());
      await small.trainer.loadTexts([textFile(tinyText(200))], silent);
      const wide = { ...few, batchSize: 64 };
      const { problem } = await small.trainer.planAdaptation(wide);
      expect(problem).toMatch(message);
      await expect(small.trainer.adapt(wide, silent)).rejects.toMatchObject({ code: "too-large", message: problem });
    } finally {
      small.close();
    }
  });

  test("no text", async () => {
    await expect(engine.trainer.planAdaptation(few)).rejects.toMatchObject({ code: "bad-settings" });
    await giveText();
    expect(await engine.trainer.loadTexts([], silent)).toBeNull();
    await expect(engine.trainer.adapt(few, silent)).rejects.toMatchObject({
      message: expect.stringMatching(/No text/),
    });
  });

  test.each([
    ["not UTF-8", new Uint8Array([0x63, 0xff, 0xfe, 0x20]), /not UTF-8 text/],
    ["without a word", new Uint8Array([0x20, 0x0a]), /no word in the text/],
  ])("text that is %s; the one before it stays", async (_, bytes, message) => {
    await giveText();
    const bad = engine.trainer.loadTexts([{ path: "bad.txt", file: new Blob([bytes]) }], silent);
    await expect(bad).rejects.toMatchObject({ code: "bad-table", message: expect.stringMatching(message) });
    expect((await engine.trainer.planAdaptation(few)).problem).toBeNull();
  });

  test.each([
    ["too short for a batch", tinyText(2), few, /tokens to train on, and one batch takes up to 64 \(4 of 16\)/],
    ["of one sentence", "the cat sat .", few, /too few to hold/],
    ["too short for the held-out share", tinyText(12, 1), { ...few, heldOutShare: 0.01 }, /held out are too few/],
    ["fine, but the length is beyond the model", tinyText(40), { ...few, length: 64 }, /this model has 32 positions/],
    ["fine, but the learning rate is no number", tinyText(40), { ...few, learningRate: null }, /Learning rate/],
  ])("text that is %s", async (_, text, values, message) => {
    await giveText(text);
    await expect(engine.trainer.planAdaptation(values)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});
