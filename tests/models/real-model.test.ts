import { expect, test } from "vitest";
import { loadTokenizer } from "../../src/data/tokenizer.ts";
import { openFolder } from "../../src/models/folder.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { readCheckpoint } from "../../src/train/checkpoint.ts";
import { bundledFiles, bundledModels } from "../bundled.ts";

test("the model that ships: config, vocabulary and every tensor", async () => {
  const [model] = bundledModels;
  const folder = await openFolder(bundledFiles());
  const { record } = await readCheckpoint(folder);
  expect([record.name, record.parameterCount]).toEqual([model?.id, model?.parameterCount]);
  expect(record.skippedTensors).toEqual([]);
  expect((await loadTokenizer(folder, record.vocabularySize)).lowercase).toBe(true);
  const file = await openSafetensors(await folder.blob("model.safetensors"), "model.safetensors");
  expect(file.entries.get("bert.embeddings.word_embeddings.weight")).toMatchObject({
    dtype: "F16",
    shape: [record.vocabularySize, record.hiddenSize],
  });
  const broken: string[] = [];
  for (const name of file.entries.keys()) if (!(await file.read(name)).every(Number.isFinite)) broken.push(name);
  expect(broken).toEqual([]);
});
