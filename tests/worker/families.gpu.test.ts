import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { tinyElectra, tinyRoberta } from "../models/tiny-folder.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

describe.each([
  ["electra", tinyElectra],
  ["roberta", tinyRoberta],
] as const)("%s", (family, folder) => {
  let engine: ConnectedEngine;
  beforeAll(async () => {
    engine = connectEngine();
    await engine.load(folder());
  });
  afterAll(() => engine.close());

  test("trains with every method, and its subnetwork is told", async () => {
    const plan = tinyPlan(
      methods.map(({ id }) => id),
      [1],
    );
    const { runs, config } = await engine.trainer.start(plan, () => undefined);
    expect(config.model).toMatchObject({ family, layerCount: 1, hiddenSize: 16, maxPositions: 32, skippedTensors: [] });
    expect(runs.map(({ method, status }) => [method, status])).toEqual(methods.map(({ id }) => [id, "completed"]));
    const names = runs.find(({ method }) => method === "dps-dense")?.selections[0]?.matrices;
    expect(names?.map(({ name, layer }) => `${layer} ${name}`)).toEqual([
      ...["self.query", "self.key", "self.value", "output.dense"].map(
        (part) => `0 ${family}.encoder.layer.0.attention.${part}.weight`,
      ),
      `0 ${family}.encoder.layer.0.intermediate.dense.weight`,
      `0 ${family}.encoder.layer.0.output.dense.weight`,
      "null classifier.dense.weight",
      "null classifier.out_proj.weight",
    ]);
  });

  test("is exported, agrees with onnxruntime-web, answers, and is a checkpoint that loads again", async () => {
    const opinion = await engine.trainer.secondOpinion("dps-dense-seed1");
    expect(opinion).toMatchObject({ equalShare: 1, agrees: true });
    expect(await engine.trainer.classify("the old cat sat", "a cat ran", ["dps-dense-seed1"])).toHaveLength(1);
    const files = [{ path: "model.zip", file: await engine.trainer.exportModel("dps-dense-seed1") }];
    await engine.trainer.openExported(files);
    expect((await engine.trainer.askOpened("the old cat sat", "a cat ran"))[0]?.probabilities).toHaveLength(2);
    expect(await engine.trainer.loadModel(files)).toMatchObject({ family, skippedTensors: [] });
    await engine.trainer.prepareData(anyChoice, tinyLength);
  });

  test("has the same bits each time, and trained in one go or from where it was saved", async () => {
    const runsOf = async () =>
      (await engine.trainer.start(tinyPlan(["dps-dense", "vanilla"], [1]), () => undefined)).runs;
    const [first, second] = [await runsOf(), await runsOf()];
    expect(second.map(({ steps }) => steps)).toEqual(first.map(({ steps }) => steps));
  });
});
