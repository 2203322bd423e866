import { expect, test } from "vitest";
import { loadTokenizer } from "../../src/data/text/tokenizer.ts";
import { openFolder } from "../../src/models/folder.ts";
import type { Folder } from "../../src/models/folder.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { readCheckpoint } from "../../src/train/checkpoint.ts";
import { bundledModels, openBundled } from "../bundled.ts";
import { hasShared, sharedBlob } from "../data/shared-files.ts";
import { bertNeeds } from "../data/text/needs.ts";

/** Opens config, vocabulary and every tensor. */
async function expectSound(folder: Folder, sizes: { tokens: number; hidden: number }, dtype: string): Promise<void> {
  const { tokens, hidden } = sizes;
  expect(await folder.json("config.json")).toMatchObject({
    model_type: "bert",
    vocab_size: tokens,
    hidden_size: hidden,
  });
  expect((await loadTokenizer(folder, bertNeeds(tokens))).lowercase).toBe(true);
  const file = await openSafetensors(await folder.blob("model.safetensors"), "model.safetensors");
  const words = [...file.entries].filter(([name]) => name.endsWith("embeddings.word_embeddings.weight"));
  expect(words.map(([, { dtype, shape }]) => ({ dtype, shape }))).toEqual([{ dtype, shape: [tokens, hidden] }]);
  const broken: string[] = [];
  for (const name of file.entries.keys()) if (!(await file.read(name)).every(Number.isFinite)) broken.push(name);
  expect(broken).toEqual([]);
}

test("the folder that ships", async () => {
  const folder = await openBundled();
  const { record } = await readCheckpoint(folder);
  expect([record.name, record.parameterCount]).toEqual([bundledModels[0]?.id, bundledModels[0]?.parameterCount]);
  expect(record.skippedTensors).toEqual([]);
  const tokens = (await folder.text("vocab.txt")).trimEnd().split("\n").length;
  const { hidden_size: hidden }: { hidden_size: number } = JSON.parse(await folder.text("config.json"));
  await expectSound(folder, { tokens, hidden }, "F16");
});

const names = ["config.json", "vocab.txt", "model.safetensors"].map((name) => `models/tiny-8k/${name}`);

test.skipIf(!names.every(hasShared))("a folder of Hugging Face's layout made elsewhere", async () => {
  const folder = await openFolder(names.map((path) => ({ path, file: sharedBlob(path) })));
  expect(folder.name).toBe("tiny-8k");
  await expectSound(folder, { tokens: 8192, hidden: 128 }, "F32");
});
