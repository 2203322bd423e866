import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { tinyBart, tinyDeberta, tinyDebertaV2, tinyElectra, tinyRoberta } from "../models/tiny-folder.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

/** What is selected from, with its layer, of a model of one layer with BERT's names. */
function bertMatrices(family: string): readonly string[] {
  return [
    ...["self.query", "self.key", "self.value", "output.dense"].map(
      (part) => `0 ${family}.encoder.layer.0.attention.${part}.weight`,
    ),
    `0 ${family}.encoder.layer.0.intermediate.dense.weight`,
    `0 ${family}.encoder.layer.0.output.dense.weight`,
    "null classifier.dense.weight",
    "null classifier.out_proj.weight",
  ];
}

const projections = ["q_proj", "k_proj", "v_proj", "out_proj"];
const bartMatrices = [
  ...[...projections.map((part) => `self_attn.${part}`), "fc1", "fc2"].map(
    (part) => `0 model.encoder.layers.0.${part}.weight`,
  ),
  ...[
    ...["self_attn", "encoder_attn"].flatMap((name) => projections.map((part) => `${name}.${part}`)),
    "fc1",
    "fc2",
  ].map((part) => `1 model.decoder.layers.0.${part}.weight`),
  "null classification_head.dense.weight",
  "null classification_head.out_proj.weight",
];

/** The same of DeBERTa, whose attention has these matrices. */
function debertaMatrices(...own: readonly string[]): readonly string[] {
  return [
    ...[...own.map((part) => `self.${part}`), "output.dense"].map(
      (part) => `0 deberta.encoder.layer.0.attention.${part}.weight`,
    ),
    "0 deberta.encoder.layer.0.intermediate.dense.weight",
    "0 deberta.encoder.layer.0.output.dense.weight",
    "null pooler.dense.weight",
    "null classifier.weight",
  ];
}

describe.each([
  ["electra", tinyElectra, bertMatrices("electra")],
  ["roberta", tinyRoberta, bertMatrices("roberta")],
  ["bart", tinyBart, bartMatrices],
  ["deberta", tinyDeberta, debertaMatrices("in_proj", "pos_proj", "pos_q_proj")],
  ["deberta-v2", tinyDebertaV2, debertaMatrices("query_proj", "key_proj", "value_proj")],
] as const)("%s", (family, folder, matrices) => {
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
    const layerCount = Number(matrices.at(-3)?.charAt(0)) + 1;
    // Without a table of positions there is no limit but attention's own.
    const maxPositions = family === "deberta-v2" ? 512 : 32;
    expect(config.model).toMatchObject({ family, layerCount, hiddenSize: 16, maxPositions, skippedTensors: [] });
    expect(runs.map(({ method, status }) => [method, status])).toEqual(methods.map(({ id }) => [id, "completed"]));
    const names = runs.find(({ method }) => method === "dps-dense")?.selections[0]?.matrices;
    expect(names?.map(({ name, layer }) => `${layer} ${name}`)).toEqual(matrices);
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
