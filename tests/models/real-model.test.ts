import { expect, test } from "vitest";
import { loadTokenizer } from "../../src/data/tokenizer.ts";
import { openFolder } from "../../src/models/folder.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { hasShared, sharedBlob } from "../data/shared-files.ts";

const names = ["config.json", "vocab.txt", "model.safetensors"].map((name) => `models/tiny-8k/${name}`);

test.skipIf(!names.every(hasShared))("a real Hugging Face folder: config, vocabulary and every tensor", async () => {
  const folder = await openFolder(names.map((path) => ({ path, file: sharedBlob(path) })));
  expect(folder.name).toBe("tiny-8k");
  expect(await folder.json("config.json")).toMatchObject({ model_type: "bert", vocab_size: 8192 });
  expect((await loadTokenizer(folder, 8192)).lowercase).toBe(true);
  const file = await openSafetensors(await folder.blob("model.safetensors"), "model.safetensors");
  expect(file.entries.get("bert.embeddings.word_embeddings.weight")).toMatchObject({
    dtype: "F32",
    shape: [8192, 128],
  });
  const broken: string[] = [];
  for (const name of file.entries.keys()) if (!(await file.read(name)).every(Number.isFinite)) broken.push(name);
  expect(broken).toEqual([]);
});
