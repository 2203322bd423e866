import { expect, test } from "vitest";
import { copiedFilesOf, exportedFiles, onnxOf, taskConfig } from "../../src/models/export.ts";
import type { TrainedModel } from "../../src/models/export.ts";
import { openFolder } from "../../src/models/folder.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { packZip } from "../../src/models/zip-writing.ts";
import { bert } from "../../src/nn/families/bert/bert.ts";
import { drawNormal } from "../../src/core/rng.ts";
import { sizeOf } from "../../src/core/shape.ts";
import { tinyDeberta, tinyDebertaV2, tinyFolder } from "./tiny-folder.ts";

/** The tiny model with a head, as if it had been trained. */
async function tinyTrained(files: Readonly<Record<string, string>> = {}): Promise<TrainedModel> {
  const folder = await openFolder(tinyFolder({ files }));
  const configJson = await folder.json("config.json");
  const outputCount = 2;
  const trained = bert.open(configJson);
  const tensors = trained.params(outputCount).map(({ name, shape }) => ({
    name,
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, index) => drawNormal(1, name, 0, index)),
  }));
  return {
    folder,
    configJson,
    outputCount,
    graph: (g) => trained.graph(g),
    lowercase: true,
    kind: "classification",
    labels: ["no", "yes"],
    task: "rte",
    tensors,
  };
}

async function namesOf(model: TrainedModel, onnx: Blob | null): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of exportedFiles(model, onnx)) names.push(name);
  return names;
}

test("the .zip is a model folder that loads back, every weight bit for bit", async () => {
  const model = await tinyTrained();
  const zip = await packZip(exportedFiles(model, onnxOf(model)));
  const folder = await openFolder([{ path: "again.zip", file: zip }]);
  expect(folder.names()).toEqual([
    "config.json",
    "vocab.txt",
    "tokenizer_config.json",
    "model.safetensors",
    "model.onnx",
  ]);
  expect(await folder.json("config.json")).toMatchObject({ hidden_size: 16, id2label: { "0": "no", "1": "yes" } });
  expect(await folder.text("vocab.txt")).toBe(await model.folder.text("vocab.txt"));
  const file = await openSafetensors(await folder.blob("model.safetensors"), "model.safetensors");
  for (const { name, data } of model.tensors) expect(await file.read(name)).toEqual(data);
  expect(await (await folder.blob("model.onnx")).bytes()).toEqual(await onnxOf(model).bytes());
});

test("config.json keeps the decimal points of whole numbers, which transformers asks for", async () => {
  const config =
    '{"hidden_size": 16, "encoder_layerdrop": 0.0,"classifier_dropout" : 0.00, "dropout": 0.1, "eos_token_id": 2}';
  const folder = await openFolder(tinyFolder({ files: { "config.json": config } }));
  const labels = ["dropout", "encoder_layerdrop"];
  const model = { ...(await tinyTrained()), folder, configJson: JSON.parse(config) as unknown, labels };
  for await (const { name, file } of exportedFiles(model, null)) {
    if (name !== "config.json") continue;
    const text = await file.text();
    expect(text.split("\n").slice(1, 6)).toEqual([
      '  "hidden_size": 16,',
      '  "encoder_layerdrop": 0.0,',
      '  "classifier_dropout": 0.0,',
      '  "dropout": 0.1,',
      '  "eos_token_id": 2,',
    ]);
    // Labels are not fields, whatever they are called.
    expect(JSON.parse(text)).toMatchObject({ label2id: { dropout: 0, encoder_layerdrop: 1 } });
    expect(text).toContain('    "encoder_layerdrop": 1\n');
  }
});

test("a file longer than one chunk is whole in the .zip", async () => {
  const long = new Blob([Uint8Array.from({ length: 9_000_001 }, (_, index) => index % 251)]);
  const model = await tinyTrained();
  const zip = await packZip(exportedFiles(model, long));
  const folder = await openFolder([{ path: "again.zip", file: zip }]);
  expect(Buffer.compare(await (await folder.blob("model.onnx")).bytes(), await long.bytes())).toBe(0);
});

test("only what the tokenizer lacks is added, and an ONNX file only where one is given", async () => {
  expect(await namesOf(await tinyTrained(), null)).toEqual([
    "config.json",
    "vocab.txt",
    "tokenizer_config.json",
    "model.safetensors",
  ]);
  const own = await tinyTrained({ "tokenizer_config.json": "{}" });
  expect((await namesOf(own, null)).filter((name) => name === "tokenizer_config.json")).toHaveLength(1);
});

test("the licence goes along", async () => {
  const licensed = await tinyTrained({ LICENSE: "Free for all.", NOTICE: "Made of another.", "README.md": "# A" });
  const zip = await packZip(exportedFiles(licensed, null));
  const folder = await openFolder([{ path: "again.zip", file: zip }]);
  expect(await folder.text("LICENSE")).toBe("Free for all.");
  expect(await folder.text("NOTICE")).toBe("Made of another.");
  expect(folder.has("README.md")).toBe(false);
});

test("a saved config names the head and keeps the rest", () => {
  const before = { hidden_size: 8, architectures: ["BertForMaskedLM"], torch_dtype: "float16" };
  const config = taskConfig(before, { kind: "classification", labels: ["no", "yes"], task: "rte" });
  expect(config).toEqual({
    hidden_size: 8,
    architectures: ["BertForSequenceClassification"],
    num_labels: 2,
    id2label: { "0": "no", "1": "yes" },
    label2id: { no: 0, yes: 1 },
    finetuning_task: "rte",
    problem_type: "single_label_classification",
    torch_dtype: "float32",
  });
  const scored = { kind: "regression", labels: [], task: "stsb" } as const;
  expect(taskConfig({}, scored)).toMatchObject({ num_labels: 1, problem_type: "regression" });
  const several = { kind: "multi-label", labels: ["a", "b"], task: "single-labels" } as const;
  expect(taskConfig({}, several)).toMatchObject({ num_labels: 2, problem_type: "multi_label_classification" });
});

test.each([
  ["a DeBERTa", tinyDeberta, ["vocab.json", "merges.txt"]],
  ["a DeBERTa v3", tinyDebertaV2, ["spm.model"]],
] as const)("the tokenizer of %s goes along, to the byte", async (_name, files, names) => {
  const folder = await openFolder(files());
  const copied = new Map<string, Blob>();
  for await (const { name, file } of copiedFilesOf(folder, false)) copied.set(name, file);
  expect([...copied.keys()]).toEqual([...names, "tokenizer_config.json"]);
  for (const name of names) expect(await copied.get(name)?.bytes()).toEqual(await (await folder.blob(name)).bytes());
  expect(await copied.get("tokenizer_config.json")?.text()).toMatch(/"do_lower_case": false/);
});
