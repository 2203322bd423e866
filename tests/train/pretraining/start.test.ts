import { expect, test } from "vitest";
import { openSafetensors, writeSafetensors } from "../../../src/models/safetensors.ts";
import { bert } from "../../../src/nn/families/bert/bert.ts";
import { readValues } from "../../../src/train/pretraining/start.ts";

const { pretraining } = bert.open({
  vocab_size: 7,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
  max_position_embeddings: 8,
});
if (pretraining === undefined) throw new Error("BERT has a pre-training");

async function fileOf(tensors: Readonly<Record<string, readonly [readonly number[], readonly number[]]>>) {
  const data = Object.entries(tensors).map(([name, [shape, values]]) => ({
    name,
    shape,
    data: Float32Array.from(values),
  }));
  return await openSafetensors(writeSafetensors(data), "model.safetensors");
}

test("reads heads and encoder under the names of older files too", async () => {
  const file = await fileOf({
    "cls.predictions.transform.LayerNorm.gamma": [[4], [1, 2, 3, 4]],
    "cls.predictions.transform.LayerNorm.beta": [[4], [5, 6, 7, 8]],
    "embeddings.LayerNorm.weight": [[4], [9, 9, 9, 9]],
    "classifier.bias": [[2], [0, 0]],
  });
  const values = await readValues(file, pretraining);
  expect(Object.fromEntries([...values].map(([name, data]) => [name, [...data]]))).toEqual({
    "cls.predictions.transform.LayerNorm.weight": [1, 2, 3, 4],
    "cls.predictions.transform.LayerNorm.bias": [5, 6, 7, 8],
    "bert.embeddings.LayerNorm.weight": [9, 9, 9, 9],
  });
});

test("what is known is kept, and what is of another shape refused", async () => {
  const file = await fileOf({ "cls.predictions.bias": [[3], [1, 2, 3]] });
  const known = new Map([["cls.predictions.bias", new Float32Array(7)]]);
  expect(await readValues(file, pretraining, known)).toEqual(known);
  await expect(readValues(file, pretraining)).rejects.toMatchObject({
    code: "shape-mismatch",
    message: "cls.predictions.bias of model.safetensors has shape [3]; [7] is wanted.",
  });
});
