import { describe, expect, test } from "vitest";
import { globals } from "webgpu";
import { robertaByteLevel } from "../../../src/data/text/byte-level.ts";
import { wordPiece } from "../../../src/data/text/wordpiece.ts";
import { createArena } from "../../../src/gpu/arena.ts";
import type { Kernel } from "../../../src/gpu/kernel.ts";
import { writeOnnx } from "../../../src/models/onnx/graph.ts";
import { openOnnx } from "../../../src/models/onnx/onnx-runtime.ts";
import { modelOf } from "../../../src/nn/families/index.ts";
import { reserveInputs } from "../../../src/nn/inputs.ts";
import { createParams } from "../../../src/nn/params.ts";
import { createScope } from "../../../src/nn/scope.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { familyNames, readGolden } from "../../golden/read.ts";
import { exactReference } from "../../reference/array.ts";
import { expectClose } from "../../reference/compare.ts";

Object.assign(globalThis, globals);

const sizes = { vocab_size: 9, hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12 };
const electra = { model_type: "electra", ...sizes, embedding_size: 6, max_position_embeddings: 7 };
const roberta = { model_type: "roberta", ...sizes, max_position_embeddings: 9 };

/** The kernels of a forward in training, in their order. */
function kernelsOf(config: object): readonly string[] {
  const model = modelOf(config);
  const mem = createArena(null);
  const names: string[] = [];
  const rec = {
    run: ({ name }: Kernel) => void names.push(name),
    copy: () => {},
    clear: () => {},
    submit: () => {},
    phase: () => {},
  };
  const s = createScope({ rec, mem, seed: 1, step: 1, dropout: model.dropout, kernels: portableKernels });
  const inputs = reserveInputs(mem, { tokenCount: 6, sequenceCount: 2, maxLength: 3 });
  model.forward(s, createParams(mem, model.params(2)), inputs);
  return names;
}

describe("ELECTRA", () => {
  test("has Hugging Face's defaults", () => {
    const { sizes: said, dropout, tokenizer, tokens } = modelOf(electra);
    expect(said).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 2, headCount: 2, maxPositions: 7 });
    expect(dropout).toEqual({ hidden: 0.1, attention: 0.1, classifier: 0.1 });
    expect(tokenizer).toEqual({ vocabularySize: 9, typeCount: 2, older: wordPiece });
    expect(tokens).toEqual({ padId: 0, positionsBehindPad: false });
    expect(modelOf({ ...electra, hidden_dropout_prob: 0.3 }).dropout.classifier).toBe(0.3);
    expect(modelOf({ ...electra, classifier_dropout: 0.2 }).dropout.classifier).toBe(0.2);
  });

  test("has a Linear behind narrower tables, of which no method selects, and none where they are as wide", () => {
    const projections = (config: object) =>
      modelOf(config)
        .params(3)
        .filter(({ name }) => name.includes("embeddings_project"))
        .map(({ name, shape, group, depth, decay, selectable }) => [name, shape, group, depth, decay, selectable]);
    expect(projections(electra)).toEqual([
      ["electra.embeddings_project.weight", [8, 6], "embeddings", 0, true, false],
      ["electra.embeddings_project.bias", [8], "embeddings", 0, false, false],
    ]);
    expect(projections({ ...electra, embedding_size: 8 })).toEqual([]);
    // Where config.json does not say, it is 128.
    const { embedding_size: _, ...silent } = electra;
    expect(projections(silent)[0]?.[1]).toEqual([8, 128]);
    expect(
      modelOf(electra)
        .params(3)
        .filter(({ name }) => /_embeddings|embeddings\.L/.test(name))
        .map(({ shape }) => shape.at(-1)),
    ).toEqual([6, 6, 6, 6, 6]);
  });

  test("drops behind the embeddings' LayerNorm, in every layer, and twice in its head around GELU", () => {
    const kernels = kernelsOf(electra).map((name) => name.replace(/^layernorm_forward_(dropout|plain).*/, "norm $1"));
    const order = kernels.filter((name) => /^(norm|dropout|activation|tanh|first|attention_forward)/.test(name));
    expect(order.filter((name) => !name.startsWith("attention"))).toEqual([
      "norm plain",
      "dropout_forward",
      ...Array(4).fill("norm dropout"),
      "first_tokens_forward",
      "dropout_forward",
      "activation_forward_gelu",
      "dropout_forward",
    ]);
  });
});

describe("RoBERTa", () => {
  test("has Hugging Face's defaults, and as many places as lie behind the pad token's", () => {
    const { sizes: said, dropout, tokenizer, tokens } = modelOf(roberta);
    expect(said).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 2, headCount: 2, maxPositions: 7 });
    expect(dropout).toEqual({ hidden: 0.1, attention: 0.1, classifier: 0.1 });
    // Its texts are told apart by marks alone, whatever the table of types holds.
    expect(tokenizer).toEqual({ vocabularySize: 9, typeCount: 0, older: robertaByteLevel });
    expect(tokens).toEqual({ padId: 1, positionsBehindPad: true });
    expect(modelOf({ ...roberta, pad_token_id: 5 }).sizes.maxPositions).toBe(3);
  });

  test("ends in tanh between two Linears, each dropped into", () => {
    const order = kernelsOf(roberta).filter((name) => /^(dropout|activation|tanh|first)/.test(name));
    expect(order).toEqual([
      "dropout_forward",
      "first_tokens_forward",
      "dropout_forward",
      "tanh_forward",
      "dropout_forward",
    ]);
  });

  test.each(["xlm-roberta", "camembert"])("%s is the same but for its tokenizer", (model_type) => {
    const other = modelOf({ ...roberta, model_type });
    expect(other.params(2)).toEqual(modelOf(roberta).params(2));
    expect([other.family.id, other.tokenizer.older]).toEqual([model_type, null]);
    expect(kernelsOf({ ...roberta, model_type })).toEqual(kernelsOf(roberta));
  });
});

describe.each([
  ["electra", electra, "discriminator_predictions.dense.weight"],
  ["roberta", roberta, "lm_head.dense.weight"],
] as const)("names of %s", (prefix, config, unused) => {
  const model = modelOf(config);

  test("every parameter is found by its own name, and without the encoder's prefix", () => {
    for (const { name } of model.params(2)) {
      expect(model.parameterOf(name)).toBe(name);
      expect(model.parameterOf(name.replace(`${prefix}.`, ""))).toBe(name);
    }
    expect(model.parameterOf("embeddings.LayerNorm.gamma")).toBe(`${prefix}.embeddings.LayerNorm.weight`);
  });

  test.each([
    unused,
    `${prefix}.embeddings.position_ids`,
    `${prefix}.embeddings.token_type_ids`,
    `${prefix}.pooler.dense.weight`,
    "classifier.weight",
    "cls.predictions.bias",
  ])("%s is none of them", (name) => {
    expect(model.parameterOf(name)).toBeNull();
  });

  test.each([
    [{ is_decoder: true }, "is_decoder is true"],
    [{ add_cross_attention: true }, "add_cross_attention is true"],
    [{ position_embedding_type: "relative_key" }, 'position_embedding_type is "relative_key"'],
    [{ hidden_act: "mish" }, 'hidden_act is "mish"'],
    [{ hidden_size: 9 }, "hidden_size 9 is not divisible"],
    [{ pad_token_id: -1 }, "pad_token_id is -1"],
    [{ pruned_heads: { "0": [1] } }, "pruned_heads takes attention heads off layers 0"],
  ])("%j is refused by name", (change, words) => {
    expect(() => modelOf({ ...config, ...change })).toThrow(words);
  });
});

test("positions that the pad token leaves none of are refused by name", () => {
  const few = { ...roberta, max_position_embeddings: 2 };
  expect(() => modelOf(few)).toThrow("max_position_embeddings is 2; wanted more than pad_token_id + 1");
});

test.each(familyNames)("%s as ONNX gives PyTorch's logits in onnxruntime-web", async (name) => {
  const { final, config, batches, evalLogits, labelCount } = readGolden(name);
  const tensors = [...final].map(([parameter, { shape, data }]) => ({ name: parameter, shape, data }));
  const model = modelOf(config);
  const parts = { name, kind: "classification" as const, labels: ["a", "b", "c"], outputCount: labelCount, tensors };
  const session = await openOnnx(writeOnnx({ ...parts, build: (g) => model.graph(g) }));
  const [batch] = batches;
  if (batch === undefined) throw new Error("no batch");
  const logits = await session.run(batch);
  await session.dispose();
  // The final weights were rounded to f32 on the way here, which the deviation of PyTorch's f32 runs measures.
  expectClose(logits, exactReference(evalLogits.data), evalLogits.deviation * 8);
});
