import { beforeAll, describe, expect, test } from "vitest";
import { OpenedModels } from "../../../src/experiment/trained/opened-models.ts";
import { exportedFiles, onnxOf } from "../../../src/models/export.ts";
import type { FolderFile } from "../../../src/models/folder.ts";
import { tinyTrained, trainedZip } from "../../models/exported-zip.ts";
import { tinyConfig, tinyFolder } from "../../models/tiny-folder.ts";
import { refusalOf } from "../refusal.ts";

let zips: readonly FolderFile[];
beforeAll(async () => {
  const classes = ["entailment", "not_entailment"];
  zips = [
    await trainedZip(await tinyTrained(classes, 1), "one"),
    await trainedZip(await tinyTrained(classes, 2), "two"),
    await trainedZip(await tinyTrained([], 3), "score"),
  ];
});

const at = (index: number): FolderFile => {
  const file = zips[index];
  if (file === undefined) throw new Error(`There is no file ${index}.`);
  return file;
};

describe("models from disk", () => {
  test("say what they are, and each answers in its own way until it is closed", async () => {
    const models = new OpenedModels();
    const classes = ["entailment", "not_entailment"];
    expect(await models.open([at(0)])).toEqual({
      id: "opened-1",
      name: "one",
      kind: "classification",
      labels: classes,
      task: "rte",
    });
    expect(await models.open([at(1)])).toMatchObject({ id: "opened-2", name: "two" });
    expect(await models.open([at(2)])).toEqual({
      id: "opened-3",
      name: "score",
      kind: "regression",
      labels: [],
      task: "stsb",
    });
    const [one, two, score] = await models.classify("the cat sat", "a dog ran");
    for (const answer of [one, two]) {
      expect(answer?.probabilities.map(({ label }) => label)).toEqual(classes);
      const sum = answer?.probabilities.reduce((total, { probability }) => total + probability, 0) ?? Number.NaN;
      expect(Math.abs(sum - 1)).toBeLessThan(1e-15);
    }
    expect(one?.probabilities).not.toEqual(two?.probabilities);
    expect(score).toMatchObject({ model: "opened-3", probabilities: [], score: expect.any(Number) });
    // The second text is read, and so is none.
    const other = await models.classify("the cat sat", "the cat sat");
    const single = await models.classify("the cat sat", null);
    expect(other[0]?.probabilities).not.toEqual(one?.probabilities);
    expect(single[0]?.probabilities).not.toEqual(other[0]?.probabilities);
    await models.close("opened-1");
    expect((await models.classify("the cat sat", null)).map(({ model }) => model)).toEqual(["opened-2", "opened-3"]);
    expect(await models.open([at(0)])).toMatchObject({ id: "opened-4" });
  });

  test("a folder works as its .zip does, weights or not", async () => {
    const model = await tinyTrained(["no", "yes"], 1);
    const files: FolderFile[] = [];
    for await (const { name, file } of exportedFiles(model, onnxOf(model))) {
      if (name !== "model.safetensors") files.push({ path: `run/${name}`, file });
    }
    const models = new OpenedModels();
    expect(await models.open(files)).toMatchObject({ name: "run", labels: ["no", "yes"] });
    expect(await models.classify("the cat sat", null)).toHaveLength(1);
  });

  test("what cannot be asked says why, and leaves those that are open alone", async () => {
    const models = new OpenedModels();
    expect(await refusalOf(models.classify("a", null))).toMatchObject({ code: "bad-settings" });
    await models.open([at(0)]);
    expect(await refusalOf(models.classify(" ", null))).toMatchObject({ code: "bad-settings" });
    expect(await refusalOf(models.open(tinyFolder()))).toMatchObject({
      code: "bad-model",
      message: expect.stringMatching(/tiny has no model.onnx.*--save DIR --onnx/),
    });
    const config = (text: string | null) => tinyFolder({ files: { "config.json": text, "model.onnx": "not ONNX" } });
    expect(await refusalOf(models.open(config('{"vocab_size": "many"}')))).toMatchObject({
      code: "bad-config",
      message: expect.stringMatching(/config.json: hidden_size is missing/),
    });
    expect(await refusalOf(models.open(tinyFolder({ files: { "model.onnx": "not ONNX" } })))).toMatchObject({
      code: "bad-model",
      message: expect.stringMatching(/onnxruntime-web refuses the model/),
    });
    const two = onnxOf(await tinyTrained(["no", "yes"], 1));
    const three = JSON.stringify({
      ...tinyConfig,
      id2label: { "0": "a", "1": "b", "2": "c" },
    });
    expect(
      await refusalOf(models.open(tinyFolder({ files: { "config.json": three, "model.onnx": two } }))),
    ).toMatchObject({
      code: "bad-model",
      message: expect.stringMatching(/gives 2 numbers a text, and config.json names 3 labels/),
    });
    expect(await models.classify("the cat sat", null)).toHaveLength(1);
    for (let index = 1; index < 6; index++) await models.open([at(0)]);
    expect(await refusalOf(models.open([at(0)]))).toMatchObject({ code: "too-large" });
  });
});
