import { describe, expect, test } from "vitest";
import { globals } from "webgpu";
import { createArena } from "../../../src/gpu/arena.ts";
import type { Kernel } from "../../../src/gpu/kernel.ts";
import { plainTokens, reserveInputs } from "../../../src/nn/inputs.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { createParams } from "../../../src/nn/params.ts";
import { createScope } from "../../../src/nn/scope.ts";
import { bert } from "../../../src/nn/families/bert/bert.ts";
import { openOnnx } from "../../../src/models/onnx/onnx-runtime.ts";
import { writeOnnx } from "../../../src/models/onnx/graph.ts";
import { distilBert } from "../../../src/nn/families/distilbert/distilbert.ts";
import { modelOf } from "../../../src/nn/families/index.ts";
import { distilBertNames, readGolden } from "../../golden/read.ts";
import { exactReference } from "../../reference/array.ts";
import { expectClose } from "../../reference/compare.ts";

Object.assign(globalThis, globals);

const silent = { copy: () => {}, clear: () => {}, submit: () => {}, phase: () => {} };
const config = { vocab_size: 9, dim: 8, n_layers: 2, n_heads: 2, hidden_dim: 12, max_position_embeddings: 7 };

describe("config.json", () => {
  test("names sizes and rates as Hugging Face's DistilBertConfig, with its defaults", () => {
    const model = modelOf({ model_type: "distilbert", ...config });
    expect(model.family).toBe(distilBert);
    expect(model.sizes).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 2, headCount: 2, maxPositions: 7 });
    expect(model.dropout).toEqual({ hidden: 0.1, attention: 0.1, classifier: 0.2 });
  });

  test.each([
    [{ dim: 9 }, "dim 9 is not divisible by n_heads 2"],
    [{ activation: "mish" }, 'activation is "mish"; wanted one of gelu,'],
    [{ sinusoidal_pos_embds: "yes" }, 'sinusoidal_pos_embds is "yes"; wanted true or false'],
    [{ n_layers: 0 }, "n_layers is 0"],
  ])("%j is refused", (change, words) => {
    expect(() => distilBert.open({ ...config, ...change })).toThrow(words);
  });
});

describe("parameters", () => {
  const model = distilBert.open(config);

  test("have neither pooler nor token types; the head is two layers on top of all", () => {
    const specs = model.params(3);
    expect(specs.filter(({ name }) => /pooler|token_type/.test(name))).toEqual([]);
    const head = specs.filter(({ group }) => group === "classifier");
    expect(head.map(({ name, shape, depth }) => [name, shape, depth])).toEqual([
      ["pre_classifier.weight", [8, 8], 3],
      ["pre_classifier.bias", [8], 3],
      ["classifier.weight", [3, 8], 3],
      ["classifier.bias", [3], 3],
    ]);
  });

  test("are found in files with and without a head of pre-training", () => {
    const layer = "transformer.layer.1.attention.q_lin.weight";
    expect([layer, `distilbert.${layer}`].map((name) => model.parameterOf(name))).toEqual([
      `distilbert.${layer}`,
      `distilbert.${layer}`,
    ]);
    expect(["vocab_transform.weight", "vocab_projector.bias"].map((name) => model.parameterOf(name))).toEqual([
      null,
      null,
    ]);
  });

  test("a table of sines stands still", () => {
    const still = (json: object) =>
      distilBert
        .open(json)
        .params(2)
        .filter(({ trained }) => !trained);
    expect(still(config)).toEqual([]);
    expect(still({ ...config, sinusoidal_pos_embds: true }).map(({ name }) => name)).toEqual([
      "distilbert.embeddings.position_embeddings.weight",
    ]);
  });
});

test("nothing is dropped between attention and its sum, other than in BERT", () => {
  const sizes = { hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12 };
  const models = [distilBert.open(config), bert.open({ ...sizes, vocab_size: 9, max_position_embeddings: 7 })];
  const counts = models.map((model) => {
    const mem = createArena(null);
    const names: string[] = [];
    const rec = { ...silent, run: ({ name }: Kernel) => void names.push(name) };
    const s = createScope({ rec, mem, seed: 1, step: 1, dropout: model.dropout, kernels: portableKernels });
    const inputs = reserveInputs(mem, { tokenCount: 6, sequenceCount: 2, maxLength: 3 }, plainTokens);
    model.forward(s, createParams(mem, model.params(2)), inputs);
    return names.filter((name) => name === "layernorm_forward_dropout").length;
  });
  expect(counts).toEqual([2, 4]);
});

test.each(distilBertNames)("%s as ONNX gives PyTorch's logits in onnxruntime-web", async (name) => {
  const fixture = readGolden(name);
  const tensors = [...fixture.final].map(([parameter, { shape, data }]) => ({ name: parameter, shape, data }));
  const model = modelOf(fixture.config);
  const { labelCount } = fixture;
  const labels = labelCount === 1 ? [] : ["a", "b", "c"];
  const kind = labelCount === 1 ? ("regression" as const) : ("classification" as const);
  const parts = { name, kind, labels, outputCount: labelCount, tensors };
  const session = await openOnnx(writeOnnx({ ...parts, build: (g) => model.graph(g) }));
  const [batch] = fixture.batches;
  if (batch === undefined) throw new Error("no batch");
  const logits = await session.run(batch);
  await session.dispose();
  // The final weights were rounded to f32 on the way here, which the deviation of PyTorch's f32 runs measures.
  expectClose(logits, exactReference(fixture.evalLogits.data), fixture.evalLogits.deviation * 8);
});
