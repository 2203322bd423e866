import { afterAll, beforeAll, expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { tinyDistilBert } from "../models/tiny-folder.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load(tinyDistilBert());
});
afterAll(() => engine.close());

test("a DistilBERT trains with every method, and its subnetwork is told", async () => {
  const plan = tinyPlan(
    methods.map(({ id }) => id),
    [1],
  );
  const { runs, config } = await engine.trainer.start(plan, () => undefined);
  expect(config.model).toMatchObject({ family: "distilbert", layerCount: 1, hiddenSize: 16 });
  expect(runs.map(({ method, status }) => [method, status])).toEqual(methods.map(({ id }) => [id, "completed"]));
  const names = runs.find(({ method }) => method === "dps-dense")?.selections[0]?.matrices;
  expect(names?.map(({ name, layer }) => `${layer} ${name}`)).toEqual([
    "0 distilbert.transformer.layer.0.attention.q_lin.weight",
    "0 distilbert.transformer.layer.0.attention.k_lin.weight",
    "0 distilbert.transformer.layer.0.attention.v_lin.weight",
    "0 distilbert.transformer.layer.0.attention.out_lin.weight",
    "0 distilbert.transformer.layer.0.ffn.lin1.weight",
    "0 distilbert.transformer.layer.0.ffn.lin2.weight",
    "null pre_classifier.weight",
    "null classifier.weight",
  ]);
});

test("it is exported, agrees with onnxruntime-web, answers, and is a checkpoint that loads again", async () => {
  const opinion = await engine.trainer.secondOpinion("dps-dense-seed1");
  expect(opinion).toMatchObject({ equalShare: 1, agrees: true });
  expect(await engine.trainer.classify("the old cat sat", "a cat ran", ["dps-dense-seed1"])).toHaveLength(1);
  const zip = await engine.trainer.exportModel("dps-dense-seed1");
  const files = [{ path: "model.zip", file: zip }];
  await engine.trainer.openExported(files);
  expect((await engine.trainer.askOpened("the old cat sat", "a cat ran"))[0]?.probabilities).toHaveLength(2);
  expect(await engine.trainer.loadModel(files)).toMatchObject({ family: "distilbert", skippedTensors: [] });
  await engine.trainer.prepareData(anyChoice, tinyLength);
});

test("it has no pre-training here, and says what to do instead", async () => {
  await engine.trainer.loadTexts(
    [{ path: "a.txt", file: new Blob(["the cat sat in the garden .\n\n"]) }],
    () => undefined,
  );
  await expect(engine.trainer.planAdaptation({})).rejects.toMatchObject({
    code: "bad-model",
    message: expect.stringContaining("The model is a DistilBERT, which cannot be adapted to a text here."),
  });
});
