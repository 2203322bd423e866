import { describe, expect, test } from "vitest";
import { bert } from "../../src/nn/families/bert/bert.ts";
import { layerFactors } from "../../src/optim/layer-decay.ts";

const model = bert.open({
  vocab_size: 20,
  hidden_size: 8,
  num_hidden_layers: 3,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 16,
});
const specs = model.params(2);

describe("layer factors", () => {
  test.each([
    ["classifier.weight", 1],
    ["bert.pooler.dense.bias", 1],
    ["bert.encoder.layer.2.output.LayerNorm.weight", 0.5],
    ["bert.encoder.layer.1.attention.self.query.weight", 0.25],
    ["bert.encoder.layer.0.output.dense.bias", 0.125],
    ["bert.embeddings.word_embeddings.weight", 0.0625],
    ["bert.embeddings.LayerNorm.bias", 0.0625],
  ])("%s has %f of the rate at a decay of a half", (name, factor) => {
    expect(layerFactors(specs, 0.5).get(name)).toBe(factor);
  });

  test("a decay of 1 is exactly 1 for every parameter", () => {
    expect([...layerFactors(specs, 1).values()]).toEqual(specs.map(() => 1));
  });
});
